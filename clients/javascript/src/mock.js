// A mock server: the one that a test run started, or one that runs elsewhere.

/** @import * as Api from "../index.js" */

import { Account } from "./account.js";
import { Control } from "./control.js";

/** @type {typeof Api.connect} */
export async function connect(url, { token } = {}) {
  const mock = new Mock(url.replace(/\/+$/, ""), token, async () => {});
  await mock.control.request("GET", "/accounts");
  return mock;
}

/** @implements {Api.Mock} */
export class Mock {
  /**
   * @param {string} url
   * @param {string | undefined} token
   * @param {() => Promise<void>} stop
   */
  constructor(url, token, stop) {
    this.url = url;
    this.control = new Control(url, token);
    this.stop = stop;
  }

  /** @param {Api.NewAccount} [options] */
  async newAccount({ start, ...options } = {}) {
    const body = { ...options, start: start instanceof Date ? start.toISOString() : start };
    const account = await this.control.request("POST", "/accounts", body);
    const connection = await this.control.request("GET", `/accounts/${account.id}/connection`);
    return new Account(this.control, account, connection);
  }

  async unknownKeyRequests() {
    const journal = await this.control.request("GET", "/unknown-key-requests?limit=10000");
    return journal.entries.reverse();
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}
