// The form of a draft: the fields that all campaigns have, and the inputs of each kind of reply.

import { checkbox, field, freshId, h } from "./dom.js";
import { hintOf } from "./hints.js";
import { scriptForm } from "./script_form.js";
import { wholeRate } from "./state.js";

const KINDS = { stats: "Stats", growth: "Growing", reply: "Reply", script: "Script", file: "File" };
const RATE_OF = { openRate: "uniqueOpens", clickRate: "uniqueClicks" };
const EXAMPLE = {
  totalSent: 1000, totalDelivered: 980, uniqueOpens: 353, totalOpens: 512, uniqueClicks: 41, totalClicks: 55, unsubscribes: 2, bounces: 20,
  openRate: 0.3602, clickRate: 0.0418,
};
const SHORT = 12;
const REPLY = { status: 404, body: { success: false, error: "No such campaign.", code: "NOT_FOUND" } };

/** Create the form with the values of a campaign or of an example; `changed` is called on every input. */
export function draftForm({ fields, growth }, campaign, changed) {
  const initial = campaign ?? example();
  let kind = Object.keys(KINDS).find((name) => initial[name]) ?? "file";
  const inputs = new Map();
  const follow = checkbox("Rates follow the counts", { checked: !campaign, onchange: edited });
  const file = textarea(JSON.stringify(initial, null, 2), 22, "code");
  const headers = textarea(Object.entries(initial.reply?.headers ?? {}).map(([name, value]) => `${name}: ${value}`).join("\n"), 2, "code");
  const body = textarea(JSON.stringify((initial.reply ?? REPLY).body, null, 2), 8, "code");
  const flags = ["undocumented", "incoherent"].map((name) => [name, checkbox(`${name}, on purpose`, { checked: initial[name] === true, onchange: edited })]);

  const common = h("div.stack", {}, add("/id", "Id", initial.id), add("/title", "Title", initial.title), add("/description", "Description", initial.description, textarea(initial.description, 2)));
  const groups = {
    stats: h("div.stack", {}, h("div.numbers", {}, ...fields.map(({ name, required, description }) => (
      add(`/stats/${name}`, required ? name : `${name} (optional)`, initial.stats?.[name], null, description)))), follow),
    growth: h("div.numbers", {}, ...Object.entries(growth).map(([name, schema]) => (
      add(`/growth/${name}`, name, initial.growth?.[name], null, hintOf(schema), schema.default)))),
    reply: h("div.stack", {}, add("/reply/status", "Status", (initial.reply ?? REPLY).status), add("/reply/headers", "Headers, one per line", "", headers), add("/reply/body", "Body", "", body)),
    file: h("div.stack", {}, add("", "Fixture file", "", file)),
  };
  const examples = { stats: example().stats, reply: REPLY };
  const script = scriptForm(initial.script, { add, forget, changed: edited, examples });
  groups.script = script.element;
  const tabs = Object.entries(KINDS).map(([name, label]) => h("button.tab", { type: "button", onclick: () => select(name) }, label));
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
  function forget(pointer) {
    for (const place of [...inputs.keys()].filter((each) => each.startsWith(`${pointer}/`))) inputs.delete(place);
  }
  function select(next) {
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
      if (isFollowing && !Number.isNaN(part / all)) input.value = String(Math.round((part / all) * 10_000) / (10_000 / wholeRate(initial.rates)));
      else if (isFollowing && all === 0) input.value = "0";
    }
  }
  function group(names) {
    const pairs = names.map((name) => [name, valueOf(inputs.get(`/${kind}/${name}`).input.value)]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }
  function content() {
    if (kind === "stats") return group(fields.map(({ name }) => name));
    if (kind === "growth") return group(Object.keys(growth));
    if (kind === "script") return script.value();
    const pairs = headers.value.split("\n").filter((line) => line.trim()).map((line) => line.split(/:\s*(.*)/s, 2).map((part) => part?.trim() ?? ""));
    return { status: valueOf(inputs.get("/reply/status").input.value), ...(pairs.length ? { headers: Object.fromEntries(pairs) } : {}), body: valueOf(body.value) };
  }
  /** Return the text of the fixture file. */
  function text() {
    if (kind === "file") return file.value;
    const parts = Object.fromEntries(["id", "title", "description"].map((name) => [name, inputs.get(`/${name}`).input.value]).filter(([name, value]) => value || name === "id"));
    const set = flags.filter(([, box]) => box.querySelector("input").checked).map(([name]) => [name, true]);
    const before = kind === "growth" && initial.before ? { before: initial.before } : {};
    const rates = initial.rates ? { rates: initial.rates } : {};
    return `${JSON.stringify({ ...parts, [kind]: content(), ...before, ...rates, ...Object.fromEntries(set) }, null, 2)}\n`;
  }
  /** Show each problem at its input. */
  function showProblems(problems) {
    for (const [pointer, { input, error }] of inputs) {
      const own = problems.filter((problem) => inputOf(pointerOf(problem)) === pointer);
      error.replaceChildren(...own.map(({ message }) => h("span.error", {}, message)));
      if (own.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
  function inputOf(pointer) {
    return [...inputs.keys()].filter((place) => place && (pointer === place || pointer.startsWith(`${place}/`))).sort((a, b) => b.length - a.length)[0];
  }
  /** Return the stats as typed; null for another kind of reply. */
  function stats() {
    return kind === "stats" ? content() : null;
  }
  select(kind);
  return { elements: [h("div.tabs", { role: "group", "aria-label": "Kind of reply" }, ...tabs), place], text, stats, showProblems };
}

/** Return the pointer of a problem; for a missing field, the pointer that it would have. */
function pointerOf({ pointer, expected }) {
  const missing = /^(?:member|the field) '([^']+)'/.exec(expected);
  return missing ? `${pointer}/${missing[1]}` : pointer;
}

function textarea(value, rows, kind = "text") {
  return h(`textarea.${kind}`, { rows, value, spellcheck: "false" });
}

function example() {
  const lastUpdated = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
  return {
    id: "66b2f0a1c4e5d60012a4f001",
    title: "My campaign",
    description: "What this campaign tests.",
    stats: { ...EXAMPLE, lastUpdated },
  };
}

function shown(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Parse what was typed: as JSON if it is valid, else as text; undefined if it is empty. */
function valueOf(typed) {
  if (typed.trim() === "") return undefined;
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
