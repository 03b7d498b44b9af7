// A fault that is armed on an account.

/** @import * as Api from "../index.js" */

/** @implements {Api.Fault} */
export class Fault {
  /**
   * @param {import("./account.js").Account} account
   * @param {any} armed
   */
  constructor(account, armed) {
    this.account = account;
    this.id = armed.id;
    this.kind = armed.fault.kind;
    this.fault = armed.fault;
    this.eligible = armed.eligible;
    this.applied = armed.applied;
    this.exhausted = armed.exhausted;
  }

  async disarm() {
    await this.account.request("DELETE", `/faults/${this.id}`);
  }

  async [Symbol.asyncDispose]() {
    await this.disarm();
  }
}
