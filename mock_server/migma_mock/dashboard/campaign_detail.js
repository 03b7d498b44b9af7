// One campaign: its description, growth, funnel, reply, fixture file, and the request to copy.

import { call, inAccount } from "./api.js";
import { changeClock } from "./bar.js";
import { confirmButton, copyButton, downloadButton, h, throttled, toast } from "./dom.js";
import { growthChart, since } from "./curve.js";
import { rounded, tone, whole } from "./format.js";
import { funnel } from "./funnel.js";
import { codeBlock } from "./json_view.js";
import { accountNow, loadCampaigns, loading } from "./load.js";
import { presetButtons } from "./presets.js";
import { snippets } from "./snippets.js";
import { on, state, wholeRate } from "./state.js";

const KINDS = { stats: "fixed stats", growth: "growing", script: "script", reply: "fixed reply" };
const IN_FUNNEL = new Set(["totalSent", "totalDelivered", "uniqueOpens", "uniqueClicks"]);
const RATES = new Set(["openRate", "clickRate"]);
const REFRESH_SECONDS = 10;
const NEXT_MILLISECONDS = 200;

/** Return the detail of a campaign: its element, and functions that keep it up to date. */
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
  const reply = h("section.card");
  const request = h("section.card");
  const failing = h("section.card", {}, h("div.row", {}, h("h3", {}, "Make this campaign fail"),
    h("a", { href: `#faults/${encodeURIComponent(id)}` }, "More faults")), ...presetButtons(() => id));
  const file = h("details.card", { ontoggle: showFile }, h("summary", {}, "Fixture file"));
  const element = h("div.stack", {}, head, growth, numbers, failing, reply, request, file);

  function show() {
    const { title, description, kind, status, stats, source } = preview;
    head.replaceChildren(
      h("a.back", { href: "#campaigns" }, "← All campaigns"),
      h("div.row.heading", {}, h("h2", {}, title), h("div.row.actions", {},
        h("a.button", { href: `#draft/${encodeURIComponent(id)}` }, "Edit"), confirmButton("Delete", "Delete this campaign?", remove))),
      h("p.lead", {}, description),
      h("p.row.chips", {}, h(`span.status.${tone(status)}`, {}, String(status)), h("span.chip", {}, KINDS[kind]),
        h("code.chip", {}, id), h("span.soft.source", {}, source)));
    numbers.replaceChildren(...(stats ? [funnel(stats), statsFields(stats)] : [h("p.soft", {}, noStats(kind))]));
  }
  async function remove() {
    await call("DELETE", inAccount(account, "campaigns", id));
    location.hash = "#campaigns";
    await loadCampaigns();
    toast(`Deleted ${id} from this account.`);
  }
  async function showReply() {
    const shown = await ifFound(call("GET", inAccount(account, "campaigns", id, "reply")));
    if (!shown || isGone) return;
    const headers = shown.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
    reply.replaceChildren(
      h("div.row", {}, h("h3", {}, preview.kind === "script" ? "Next reply" : "Reply"),
        shown.delivery === "normal" ? null : h("span.chip", {}, `connection: ${shown.delivery}`), copyButton(() => shown.body, "Copy JSON")),
      codeBlock(`HTTP ${shown.status}\n${headers}`, "Status and headers", { json: false }), codeBlock(shown.body, "Body"));
    if (!request.childElementCount) request.replaceChildren(h("h3", {}, "Request"), snippets(shown.request));
  }
  async function showFile() {
    if (!file.open || file.childElementCount > 1) return;
    const content = await ifFound(call("GET", inAccount(account, "campaigns", id)));
    if (!content) return;
    const text = `${JSON.stringify(content, null, 2)}\n`;
    file.append(h("div.row", {}, copyButton(() => text), downloadButton(() => [id, text])), codeBlock(text, "Fixture file"));
  }
  async function showGrowth() {
    const curve = await ifFound(call("GET", inAccount(account, "campaigns", id, "curve")));
    if (!curve || isGone) return;
    chart = growthChart(curve, (time) => changeClock({ set: time.toISOString() }));
    const age = h("p.soft.age");
    chart.say = (time) => { age.textContent = `The clock shows ${since(time - Date.parse(curve.sentAt))}. Move the slider to set the account's clock.`; };
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
    if (seconds % REFRESH_SECONDS === 0 && !state.clock.frozen) ifFound(loadCampaigns());
  }
  show();
  showReply();
  if (first.kind === "growth") showGrowth();
  const leaving = new AbortController();
  if (first.kind === "script") {
    // Each request moves the script on.
    const nextSoon = throttled(() => { if (!isGone) loading(loadCampaigns, showReply); }, NEXT_MILLISECONDS);
    on("entries", leaving.signal, (entries) => { if (entries.some((entry) => entry.campaign === id && entry.account === account)) nextSoon(); });
  }
  return {
    id,
    account,
    element,
    tick,
    leave() {
      isGone = true;
      leaving.abort();
    },
    update(next) {
      if (JSON.stringify(next) === JSON.stringify(preview)) return;
      preview = next;
      show();
      showReply();
    },
  };
}

function statsFields(stats) {
  const texts = Object.entries(stats).filter(([name]) => !IN_FUNNEL.has(name));
  texts.sort(([, a], [, b]) => (typeof a === "string") - (typeof b === "string")); // long values last
  const rows = texts.map(([name, value]) => h(typeof value === "string" ? "div.wide" : "div", {},
    h("dt", {}, name), h("dd", {}, valueText(name, value))));
  return h("dl.stats-fields", {}, ...rows);
}

/** Format the value of a field; a rate as the contract has it, with the other unit beside it; a value that is neither number nor text stays JSON. */
function valueText(name, value) {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return JSON.stringify(value);
  if (!RATES.has(name)) return whole(value);
  const other = wholeRate() === 1 ? `${rounded(100 * value, 2)} %` : `= ${rounded(value / 100, 4)}`;
  return [String(value), " ", h("span.soft", {}, other)];
}

function noStats(kind) {
  return {
    growth: "Not sent yet. Until then, the mock sends the reply below.",
    script: "The mock sends several replies in order. The fixture file below lists them.",
  }[kind] ?? "No stats. The mock always sends the reply below.";
}

async function ifFound(promise) {
  try {
    return await promise;
  } catch (error) {
    // The campaign was deleted in the meantime: nothing to report.
    if (error.status !== 404) toast(error.message);
    return null;
  }
}
