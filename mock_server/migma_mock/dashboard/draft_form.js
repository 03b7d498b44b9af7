// The form of a draft: what all campaigns have, and inputs for each kind of answer.

import { checkbox, field, freshId, h } from "./dom.js";
import { hintOf } from "./hints.js";

const KINDS = { stats: "Stats", growth: "Growing", reply: "Reply", file: "File" };
const RATE_OF = { openRate: "uniqueOpens", clickRate: "uniqueClicks" };
const EXAMPLE = {
  totalSent: 1000, totalDelivered: 980, uniqueOpens: 353, totalOpens: 512, uniqueClicks: 41, totalClicks: 55, unsubscribes: 2, bounces: 20,
  openRate: 0.3602, clickRate: 0.0418,
};
const SHORT = 12;
const REPLY = { status: 404, body: { success: false, error: "No such campaign.", code: "NOT_FOUND" } };

/** The form, begun from a campaign's document or from an example; `changed` is called on every input. */
export function draftForm({ members, growth }, campaign, changed) {
  const begin = campaign ?? example();
  let kind = Object.keys(KINDS).find((name) => begin[name]) ?? "file";
  const inputs = new Map();
  const follow = checkbox("Rates follow the counts", { checked: !campaign, onchange: edited });
  const file = textarea(JSON.stringify(begin, null, 2), 22, "code");
  const headers = textarea(Object.entries(begin.reply?.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n"), 2, "code");
  const body = textarea(JSON.stringify((begin.reply ?? REPLY).body, null, 2), 8, "code");
  const flags = ["undocumented", "incoherent"].map((name) => [name, checkbox(`${name}, on purpose`, { checked: begin[name] === true, onchange: edited })]);

  const common = h("div.stack", {}, add("/id", "Id", begin.id), add("/title", "Title", begin.title), add("/description", "What it teaches", begin.description, textarea(begin.description, 2)));
  const groups = {
    stats: h("div.stack", {}, h("div.numbers", {}, ...members.map(({ name, required, description }) => (
      add(`/stats/${name}`, required ? name : `${name} (optional)`, begin.stats?.[name], null, description)))), follow),
    growth: h("div.numbers", {}, ...Object.entries(growth).map(([name, schema]) => (
      add(`/growth/${name}`, name, begin.growth?.[name], null, hintOf(schema), schema.default)))),
    reply: h("div.stack", {}, add("/reply/status", "Status", (begin.reply ?? REPLY).status), add("/reply/headers", "Headers, one a line", "", headers), add("/reply/body", "Body", "", body)),
    file: h("div.stack", {}, add("", "Fixture file", "", file)),
  };
  const tabs = Object.entries(KINDS).map(([name, label]) => h("button.tab", { type: "button", onclick: () => choose(name) }, label));
  const place = h("div.stack");

  function add(pointer, label, value, control = null, hint = "", fallback = undefined) {
    const input = control ?? h("input", { type: "text", value: shown(value), placeholder: shown(fallback), autocomplete: "off", spellcheck: "false" });
    const error = h("span.error", { id: freshId("error") });
    input.setAttribute("aria-describedby", error.id);
    input.addEventListener("input", edited);
    inputs.set(pointer, { input, error });
    const place = field(label, input, error, hint ? h("span.hint", {}, hint) : null);
    if (typeof value === "string" && value.length > SHORT) place.classList.add("wide");
    return place;
  }
  function choose(next) {
    if (next === "file" && kind !== "file") file.value = text();
    kind = next;
    tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String(Object.keys(KINDS)[index] === kind)));
    place.replaceChildren(...(kind === "file" ? [groups.file] : [common, groups[kind], h("div.row", {}, ...flags.map(([, box]) => box))]));
    edited();
  }
  function edited() {
    if (kind === "stats") followCounts();
    changed();
  }
  function followCounts() {
    const isFollowing = follow.querySelector("input").checked;
    for (const [rate, unique] of Object.entries(RATE_OF)) {
      const { input } = inputs.get(`/stats/${rate}`) ?? {};
      if (!input) continue;
      input.readOnly = isFollowing;
      const [part, all] = [unique, "totalDelivered"].map((name) => Number(inputs.get(`/stats/${name}`)?.input.value));
      if (isFollowing && !Number.isNaN(part / all)) input.value = String(Math.round((part / all) * 10_000) / 10_000);
      else if (isFollowing && all === 0) input.value = "0";
    }
  }
  function group(names) {
    const pairs = names.map((name) => [name, valueOf(inputs.get(`/${kind}/${name}`).input.value)]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }
  function answer() {
    if (kind === "stats") return group(members.map(({ name }) => name));
    if (kind === "growth") return group(Object.keys(growth));
    const pairs = headers.value.split("\n").filter((line) => line.trim()).map((line) => line.split(/:\s*(.*)/s, 2).map((part) => part?.trim() ?? ""));
    return { status: valueOf(inputs.get("/reply/status").input.value), ...(pairs.length ? { headers: Object.fromEntries(pairs) } : {}), body: valueOf(body.value) };
  }
  /** The fixture file. */
  function text() {
    if (kind === "file") return file.value;
    const parts = Object.fromEntries(["id", "title", "description"].map((name) => [name, inputs.get(`/${name}`).input.value]));
    const set = flags.filter(([, box]) => box.querySelector("input").checked).map(([name]) => [name, true]);
    const before = kind === "growth" && begin.before ? { before: begin.before } : {};
    return `${JSON.stringify({ ...parts, [kind]: answer(), ...before, ...Object.fromEntries(set) }, null, 2)}\n`;
  }
  /** Shows each problem at its input. */
  function mark(problems) {
    for (const [pointer, { input, error }] of inputs) {
      const own = problems.filter((problem) => placeOf(placeIn(problem)) === pointer);
      error.replaceChildren(...own.map(({ expected }) => h("span.error", {}, `Expected ${expected}.`)));
      if (own.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
  function placeOf(pointer) {
    return [...inputs.keys()].filter((place) => place && (pointer === place || pointer.startsWith(`${place}/`))).sort((a, b) => b.length - a.length)[0];
  }
  /** The stats as they are typed; null for another kind of answer. */
  function stats() {
    return kind === "stats" ? answer() : null;
  }
  choose(kind);
  return { elements: [h("div.tabs", { role: "group", "aria-label": "Kind of answer" }, ...tabs), place], text, stats, mark };
}

/** Where a problem is; of a member that is missing, where it would be. */
function placeIn({ pointer, expected }) {
  const missing = /^member '([^']+)'/.exec(expected);
  return missing ? `${pointer}/${missing[1]}` : pointer;
}

function textarea(value, rows, kind = "text") {
  return h(`textarea.${kind}`, { rows, value, spellcheck: "false" });
}

function example() {
  const lastUpdated = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
  return {
    id: "66b2f0a1c4e5d60012a4f001",
    title: "A campaign of mine",
    description: "What a client is to learn from it.",
    stats: { ...EXAMPLE, lastUpdated },
  };
}

function shown(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What was typed: JSON where it is any, else text; undefined for nothing. */
function valueOf(typed) {
  if (typed.trim() === "") return undefined;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
