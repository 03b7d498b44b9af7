// The clock of an account.

/** @import * as Api from "../index.js" */

import { inSeconds, toText } from "./arguments.js";

/** @implements {Api.Clock} */
export class Clock {
  #request;

  /** @param {(method: string, body?: object) => Promise<{ now: string }>} request */
  constructor(request) {
    this.#request = request;
  }

  async now() {
    return new Date((await this.#request("GET")).now);
  }

  /** @param {Date | string} [at] */
  async freeze(at) {
    return this.#change({ set: toText(at), frozen: true });
  }

  async resume() {
    return this.#change({ frozen: false });
  }

  /** @param {Date | string} at */
  async set(at) {
    return this.#change({ set: toText(at) });
  }

  /** @param {Api.Duration} duration */
  async advance(duration) {
    return this.#change({ advanceSeconds: inSeconds("clock.advance", duration) });
  }

  /** @param {object} change */
  async #change(change) {
    return new Date((await this.#request("PATCH", change)).now);
  }
}
