// A mock server: the one that a test run started, or one that runs elsewhere.

/** @import * as Api from "../index.js" */

import { Account } from "./account.js";
import { requireOptions, requireToken, requireUrl, toText } from "./arguments.js";
import { atCallersLine, methodsAtCallersLine } from "./callers_line.js";
import { Control, notAMock } from "./control.js";
import { ACCOUNT_OPTIONS, CONNECT_OPTIONS } from "./names.js";

/** @type {typeof Api.connect} */
export const connect = atCallersLine(async function connect(url, options = {}) {
  const base = requireUrl("connect(url)", url);
  const { token } = requireOptions("connect", "options", options, CONNECT_OPTIONS);
  const control = new Control(base, requireToken("connect(token)", token));
  // Health needs no token, and is there without a control API.
  const health = await control.request("connect", "GET", "/health").catch((error) => {
    throw error.status ? notAMock(error.status, base) : error;
  });
  if (health?.name !== "migma-mock") throw notAMock(200, base);
  await control.request("connect", "GET", "/accounts");
  return new Mock(control, async () => {});
});

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
  async newAccount(options = {}) {
    const call = "newAccount";
    const { start, ...others } = requireOptions(call, "options", options, ACCOUNT_OPTIONS);
    const body = { ...others, start: toText("newAccount(start)", start) };
    const account = await this.#control.request(call, "POST", "/accounts", body);
    const connection = await this.#control.request(call, "GET", `/accounts/${account.id}/connection`);
    return new Account(this.#control, account, connection);
  }

  async unknownKeyRequests() {
    return this.#control.journal("unknownKeyRequests", "/unknown-key-requests");
  }

  async stop() {
    await this.#stop();
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}

methodsAtCallersLine(Mock);
