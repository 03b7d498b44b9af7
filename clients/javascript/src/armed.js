// Faults and scenarios that are armed on an account.

/** @import * as Api from "../index.js" */

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
    await this.disarm();
  }
}

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
