// The Requests view: requests as they arrive, newest first.

import { button, field, h, throttled } from "./dom.js";
import { count, whole } from "./format.js";
import { requestRow, titleOf } from "./request_row.js";
import { on, state, UNKNOWN_KEY } from "./state.js";

const PAGE = 100;
const PART_MILLISECONDS = 100;
const STATUSES = { "": "any", "2": "2xx", "4": "4xx", "5": "5xx", none: "no complete response", fault: "by a fault", unexpected: "unexpected", findings: "with findings" };

const WANTED = {
  none: (entry) => entry.status === null,
  fault: (entry) => entry.matchedBy.startsWith("fault"),
  unexpected: (entry) => entry.unexpected,
  findings: (entry) => /^upstream, \d+; first=/.test(entry.matchedBy),
};
const hasStatus = (entry, wanted) => String(entry.status).startsWith(wanted);

/** Show the requests of all accounts, filtered. */
export function showRequests(root, signal) {
  let limit = PAGE;
  let waiting = null;
  const status = h("select", { id: "status", onchange: fill });
  const account = h("select", { id: "whose", onchange: fill });
  const search = h("input", { type: "search", placeholder: "Path, title, match", oninput: fill });
  const pause = button("Pause", togglePause, "button.quiet");
  const found = h("p.soft", { role: "status" });
  const rows = h("ol.requests", { "aria-label": "Requests, newest first" });
  const more = button("Show more", () => { limit += 2 * PAGE; fill(); }, "button.wide");
  root.append(h("div.row.heading", {}, h("h2", {}, "Requests"), pause),
    h("div.filters", {}, field("Account", account), field("Status", status), field("Search", search)), found, rows, more);

  function matches(entry) {
    const wanted = status.value;
    if (account.value && entry.account !== account.value) return false;
    if (wanted && !(WANTED[wanted] ?? hasStatus)(entry, wanted)) return false;
    const words = search.value.trim().toLowerCase();
    return !words || `${entry.method} ${entry.path} ${entry.query} ${titleOf(entry)} ${entry.matchedBy} ${entry.status ?? entry.failure}`.toLowerCase().includes(words);
  }
  function options() {
    const accounts = [["", "all"], ...named(state.accounts), [UNKNOWN_KEY, "Unknown key"]];
    const statuses = [...new Set(state.entries.map((entry) => entry.status).filter(Boolean))].sort().map((code) => [String(code), String(code)]);
    choices(account, accounts);
    choices(status, [...Object.entries(STATUSES).sort(([a], [b]) => Number(a !== "") - Number(b !== "")), ...statuses]);
  }
  function fill() {
    const matching = (waiting?.entries ?? state.entries).filter(matches);
    rows.replaceChildren(...matching.slice(0, limit).map((entry) => requestRow(entry)));
    showCount(matching.length);
  }
  function showCount(number) {
    const missed = state.missed ? ` ${whole(state.missed)} more arrived too fast to be shown.` : "";
    found.textContent = number ? `${count(number, "request")}${number > limit ? `, ${limit} shown` : ""}.${missed}` : none();
    more.hidden = number <= limit;
  }
  function none() {
    if (state.live === "connecting") return "";
    return state.entries.length ? "No request matches these filters." : "No requests yet. Copy the curl command of a campaign to send one.";
  }
  function add(newest) {
    if (waiting) {
      waiting.number += newest.length;
      pause.textContent = `Resume (${whole(waiting.number)} new)`;
      return;
    }
    options();
    const fitting = newest.filter(matches);
    if (!fitting.length) return;
    rows.prepend(...fitting.slice(0, limit).map((entry) => requestRow(entry, { isNew: true })));
    while (rows.childElementCount > limit) rows.lastElementChild.remove();
    showCount(state.entries.filter(matches).length);
  }
  function togglePause() {
    waiting = waiting ? null : { entries: state.entries, number: 0 };
    pause.textContent = waiting ? "Resume" : "Pause";
    if (!waiting) all();
  }
  function all() {
    options();
    if (!waiting) fill();
  }
  // Earlier requests arrive in many parts: the first part is shown at once.
  const allSoon = throttled(all, PART_MILLISECONDS);
  on("past accounts", signal, () => (rows.childElementCount ? allSoon() : all()));
  on("entries", signal, add);
  // Rows that were shown before the campaigns were known have no titles.
  let hasTitles = Boolean(state.previews);
  on("campaigns", signal, () => {
    if (!hasTitles) all();
    hasTitles = true;
  });
  all();
}

/** Return ids with display names; a name that several accounts have is followed by the id. */
function named(accounts) {
  const times = new Map();
  for (const { id, name } of accounts) times.set(name || id, (times.get(name || id) ?? 0) + 1);
  return accounts.map(({ id, name }) => [id, name && times.get(name) > 1 ? `${name} (${id})` : name || id]);
}

function choices(select, wanted) {
  if (select.options.length === wanted.length && wanted.every(([value, text], index) => select.options[index].value === value && select.options[index].text === text)) return;
  const before = select.value;
  select.replaceChildren(...wanted.map(([value, text]) => h("option", { value }, text)));
  select.value = wanted.some(([value]) => value === before) ? before : "";
}
