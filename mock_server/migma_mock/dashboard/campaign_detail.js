// One campaign: what it teaches, its funnel, its growth, its answer, and how to ask for it.

import { call, inAccount } from "./api.js";
import { changeClock } from "./bar.js";
import { carefulButton, copyButton, h, toast } from "./dom.js";
import { growthChart, since } from "./curve.js";
import { percent, tone, whole } from "./format.js";
import { funnel } from "./funnel.js";
import { codeBlock } from "./json_view.js";
import { accountNow, loadCampaigns } from "./load.js";
import { snippets } from "./snippets.js";
import { state } from "./state.js";

const KINDS = { stats: "fixed stats", growth: "growing", script: "script", reply: "fixed reply" };
const IN_FUNNEL = new Set(["totalSent", "totalDelivered", "uniqueOpens", "uniqueClicks"]);
const RATES = new Set(["openRate", "clickRate"]);
const REFRESH_SECONDS = 10;
const SOURCE_PARTS = 3;

/** The detail of a campaign: its element, and how to keep it up to date. */
export function campaignDetail(first) {
  const account = state.account;
  const { id } = first;
  let preview = first;
  let chart = null;
  let isGone = false;
  let seconds = 0;
  const head = h("header");
  const numbers = h("section.card");
  const growth = h("section.card", { hidden: true });
  const answer = h("section.card");
  const ask = h("section.card");
  const file = h("details.card", { ontoggle: showFile }, h("summary", {}, "Fixture file"));
  const element = h("div.stack", {}, head, growth, numbers, answer, ask, file);

  function show() {
    const { title, description, kind, status, stats, source } = preview;
    head.replaceChildren(
      h("a.back", { href: "#campaigns" }, "← All campaigns"),
      h("div.row.heading", {}, h("h2", {}, title), h("div.row.actions", {},
        h("a.button", { href: `#draft/${encodeURIComponent(id)}` }, "Edit"), carefulButton("Delete", "Really delete it?", remove))),
      h("p.lead", {}, description),
      h("p.row.chips", {}, h(`span.status.${tone(status)}`, {}, String(status)), h("span.chip", {}, KINDS[kind]),
        h("code.chip", {}, id), h("span.soft.source", { title: source }, source.split(/[\\/]/).slice(-SOURCE_PARTS).join("/"))));
    numbers.replaceChildren(...(stats ? [funnel(stats), members(stats)] : [h("p.soft", {}, notYet(kind))]));
  }
  async function remove() {
    await call("DELETE", inAccount(account, "campaigns", id));
    location.hash = "#campaigns";
    await loadCampaigns();
    toast("Deleted from this account.");
  }
  async function showAnswer() {
    const shown = await quietly(call("GET", inAccount(account, "campaigns", id, "answer")));
    if (!shown || isGone) return;
    const headers = shown.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    answer.replaceChildren(
      h("div.row", {}, h("h3", {}, preview.kind === "script" ? "First answer" : "Answer"), copyButton(() => shown.body, "Copy JSON")),
      codeBlock(`HTTP ${shown.status}\n${headers}`, "Status and headers", { json: false }), codeBlock(shown.body, "Body"));
    if (!ask.childElementCount) ask.replaceChildren(h("h3", {}, "Ask for it"), snippets(shown.ask));
  }
  async function showFile() {
    if (!file.open || file.childElementCount > 1) return;
    const content = await quietly(call("GET", inAccount(account, "campaigns", id)));
    if (!content) return;
    const text = `${JSON.stringify(content, null, 2)}\n`;
    file.append(h("div.row", {}, copyButton(() => text)), codeBlock(text, "Fixture file"));
  }
  async function showGrowth() {
    const curve = await quietly(call("GET", inAccount(account, "campaigns", id, "curve")));
    if (!curve || isGone) return;
    chart = growthChart(curve, (time) => changeClock({ set: time.toISOString() }));
    const age = h("p.soft.age");
    chart.say = (time) => { age.textContent = `It is ${since(time - Date.parse(curve.sentAt))}. Move the slider to move the account's clock.`; };
    growth.replaceChildren(h("h3", {}, "Growth"), age, chart.element);
    growth.hidden = false;
    tick();
  }
  function tick() {
    if (!chart || !state.clock) return;
    const now = accountNow();
    chart.place(now);
    chart.say(now);
    seconds += 1;
    if (seconds % REFRESH_SECONDS === 0 && !state.clock.frozen) quietly(loadCampaigns());
  }
  show();
  showAnswer();
  if (first.kind === "growth") showGrowth();
  return {
    id,
    account,
    element,
    tick,
    leave: () => { isGone = true; },
    update(next) {
      if (JSON.stringify(next) === JSON.stringify(preview)) return;
      preview = next;
      show();
      showAnswer();
    },
  };
}

function members(stats) {
  const texts = Object.entries(stats).filter(([name]) => !IN_FUNNEL.has(name));
  texts.sort(([, a], [, b]) => (typeof a === "string") - (typeof b === "string")); // long ones last
  const rows = texts.map(([name, value]) => h(typeof value === "string" ? "div.wide" : "div", {},
    h("dt", {}, name), h("dd", {}, memberText(name, value))));
  return h("dl.members", {}, ...rows);
}

/** A member's value for people; what is no number or text stays JSON. */
function memberText(name, value) {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  return RATES.has(name) ? percent(value, 1) : whole(value);
}

function notYet(kind) {
  return {
    growth: "Not sent yet: until then, the answer below.",
    script: "Answers that come one after the other; the fixture file below has them all.",
  }[kind] ?? "No stats: the answer below is all there is.";
}

async function quietly(promise) {
  try {
    return await promise;
  } catch (error) {
    // A campaign that was deleted meanwhile is no news.
    if (error.status !== 404) toast(error.message);
    return null;
  }
}
