// A fault that is armed on an account.

/** @import * as Api from "../index.js" */

/** @implements {Api.Fault} */
export class Fault {
  #disarm;

  /**
   * @param {any} armed
   * @param {() => Promise<void>} disarm
   */
  constructor({ id, fault, eligible, applied, exhausted }, disarm) {
    this.id = id;
    this.kind = fault.kind;
    this.eligible = eligible;
    this.applied = applied;
    this.exhausted = exhausted;
    this.#disarm = disarm;
  }

  async disarm() {
    await this.#disarm();
  }

  async [Symbol.asyncDispose]() {
    await this.disarm();
  }
}
