// Armed faults as people see them: the faults of a scenario are one thing.

import { call, inAccount } from "./api.js";
import { loadFaults } from "./load.js";
import { state } from "./state.js";

const LONGEST = 120;

/** Group armed faults: those of a scenario that is armed for a campaign, or for all, are together. */
export function grouped(faults) {
  const groups = new Map();
  for (const each of faults) {
    const key = each.scenario ? JSON.stringify([each.scenario, each.fault.campaign]) : each.id;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

/** Describe a group in one line: the scenario, or the fault's kind, parameters and how often it still applies. */
export function groupText([{ fault, scenario, applied }]) {
  const { kind, times, campaign, ...rest } = fault;
  const of = campaign === undefined || campaign === null ? {} : { campaign };
  const parameters = Object.entries(scenario ? of : { ...of, ...rest }).map(([name, value]) => `${name} ${shortened(JSON.stringify(value))}`);
  if (scenario) return [`scenario ${scenario}`, ...parameters].join(" · ");
  const left = times === undefined || times === null ? "until disarmed" : `${times - applied} of ${times} left`;
  return [kind, ...parameters, left].join(" · ");
}

function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Disarm a group. */
export async function disarm([{ id, scenario, fault: { campaign } }]) {
  const query = campaign === undefined || campaign === null ? "" : `?campaign=${encodeURIComponent(campaign)}`;
  await call("DELETE", scenario ? inAccount(state.account, "scenarios", scenario) + query : inAccount(state.account, "faults", id));
  await loadFaults();
}
