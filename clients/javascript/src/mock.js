// A mock server: the one that a test run started, or one that runs elsewhere.

/** @import * as Api from "../index.js" */

import { requireUrl, toText } from "./arguments.js";
import { Account } from "./account.js";
import { Control, ControlError } from "./control.js";

/** @type {typeof Api.connect} */
export async function connect(url, { token } = {}) {
  const control = new Control(requireUrl("connect(url)", url), token);
  await control.request("GET", "/accounts").catch((error) => {
    if (error.status !== 404) throw error;
    const hint = "Give the URL of the mock without the version, such as http://127.0.0.1:4010.";
    throw new ControlError(`There is no control API at ${control.url}/__mock__. ${hint}`, 404, []);
  });
  return new Mock(control, async () => {});
}

/** @implements {Api.Mock} */
export class Mock {
  #control;
  #stop;

  /**
   * @param {Control} control
   * @param {() => Promise<void>} stop
   */
  constructor(control, stop) {
    this.url = control.url;
    this.#control = control;
    this.#stop = stop;
  }

  /** @param {Api.NewAccount} [options] */
  async newAccount({ start, ...options } = {}) {
    const account = await this.#control.request("POST", "/accounts", { ...options, start: toText(start) });
    const connection = await this.#control.request("GET", `/accounts/${account.id}/connection`);
    return new Account(this.#control, account, connection);
  }

  async unknownKeyRequests() {
    return this.#control.journal("/unknown-key-requests");
  }

  async stop() {
    await this.#stop();
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}
