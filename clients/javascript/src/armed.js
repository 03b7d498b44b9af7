// Faults and scenarios that are armed on an account.

/** @import * as Api from "../index.js" */

import { methodsAtCallersLine } from "./callers_line.js";

/** Something armed, which can be disarmed. */
class Armed {
  #disarm;

  /** @param {() => Promise<void>} disarm */
  constructor(disarm) {
    this.#disarm = disarm;
  }

  async disarm() {
    await this.#disarm();
  }

  async [Symbol.asyncDispose]() {
    await this.#disarm();
  }
}

methodsAtCallersLine(Armed);

/** @implements {Api.Fault} */
export class Fault extends Armed {
  /**
   * @param {any} armed
   * @param {() => Promise<void>} disarm
   */
  constructor({ id, fault, eligible, applied, exhausted }, disarm) {
    super(disarm);
    this.id = id;
    this.kind = fault.kind;
    this.eligible = eligible;
    this.applied = applied;
    this.exhausted = exhausted;
  }
}

/** @implements {Api.Scenario} */
export class Scenario extends Armed {
  /**
   * @param {any} armed
   * @param {() => Promise<void>} disarm
   */
  constructor({ name, campaign }, disarm) {
    super(disarm);
    this.name = name;
    this.campaign = campaign;
  }
}

/**
 * Warns of faults that may never change a response.
 *
 * @param {{ warnings: string[] }[]} armed
 */
export function warn(armed) {
  for (const { warnings } of armed) {
    for (const warning of warnings) process.emitWarning(warning, "IneffectiveFaultWarning");
  }
}

/**
 * Returns a line for each fault that was not used up, and for each scenario of which no fault was applied.
 *
 * @param {any[]} faults
 * @returns {string[]}
 */
export function explainUnused(faults) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const each of faults) {
    const group = each.scenario === null ? each.id : JSON.stringify([each.scenario, each.fault.campaign]);
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups.values()].filter((group) => !isUsed(group)).map(([first]) => explain(first));
}

/** @param {any[]} group One fault, or those of a scenario. */
function isUsed([first, ...others]) {
  const { scenario, fault, exhausted } = first;
  if (scenario === null && typeof fault.times === "number") return exhausted;
  return [first, ...others].some(({ applied }) => applied > 0);
}

/** @param {any} armed */
function explain({ scenario, fault, applied, eligible, warnings }) {
  const what = scenario === null ? `fault ${JSON.stringify(fault.kind)}` : `scenario ${JSON.stringify(scenario)}`;
  const campaign = fault.campaign ? ` for campaign ${JSON.stringify(fault.campaign)}` : "";
  const times = scenario === null && fault.times ? `${applied} of ${fault.times}` : `${applied}`;
  const count = `${what}${campaign} was applied ${times} times; responses that it could have changed: ${eligible}.`;
  return [count, ...warnings].join(" ");
}
