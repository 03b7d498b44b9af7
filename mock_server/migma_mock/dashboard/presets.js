// Faults that are armed with one click.

import { call, inAccount } from "./api.js";
import { button, h, toast } from "./dom.js";
import { loadFaults } from "./load.js";
import { state } from "./state.js";

const FAILURES = [
  ["503 twice", { kind: "status", status: 503, times: 2 }],
  ["429 with Retry-After", { kind: "status", status: 429, retryAfter: 30, times: 1 }],
  ["Slow: 2 s", { kind: "delay", seconds: 2 }],
  ["Connection reset", { kind: "reset" }],
];
const DRIFTS = [
  ["Field missing", { kind: "drop-field", field: "totalDelivered" }],
  ["Field renamed", { kind: "rename-field", field: "openRate", to: "open_rate" }],
  ["Other type", { kind: "retype-field", field: "openRate" }],
  ["Field null", { kind: "null-field", field: "lastUpdated" }],
  ["Unknown field", { kind: "unknown-field", name: "spamReports", value: 3 }],
  ["Rates in percent", { kind: "percent-rates" }],
  ["Status 202", { kind: "undocumented-status", status: 202 }],
];

/** Return buttons that arm a fault; `campaign()` returns the id of the campaign that it is for, or undefined for all. */
export function presetButtons(campaign) {
  const group = (label, presets) => h("div.presets", { role: "group", "aria-label": label }, h("span.soft", {}, label),
    ...presets.map(([name, fault]) => button(name, () => armPreset(name, fault, campaign()))));
  // Percentages are no drift in a mock that serves them.
  const drifts = DRIFTS.filter(([, { kind }]) => kind !== "percent-rates" || state.health?.rates !== "percent");
  return [group("Failures", FAILURES), group("Contract drift", drifts)];
}

async function armPreset(name, fault, campaign) {
  const { warnings } = await arm(campaign === undefined ? fault : { ...fault, campaign });
  toast([`Armed: ${name}.`, ...warnings].join(" "));
}

/** Arm a fault in the selected account, and return it as it was armed. Throw an ApiError if it is refused. */
export async function arm(fault) {
  const armed = await call("POST", inAccount(state.account, "faults"), fault);
  await loadFaults();
  return armed;
}
