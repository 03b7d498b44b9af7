// The clock of an account.

/** @import * as Api from "../index.js" */

import { argumentError, describe, inSeconds, toText } from "./arguments.js";
import { methodsAtCallersLine } from "./callers_line.js";

/** @implements {Api.Clock} */
export class Clock {
  #request;

  /** @param {(call: string, method: string, body?: object) => Promise<{ now: string }>} request */
  constructor(request) {
    this.#request = request;
  }

  async now() {
    return new Date((await this.#request("clock.now", "GET")).now);
  }

  /** @param {Date | string} [at] */
  async freeze(at) {
    return this.#change("clock.freeze", { set: toText("clock.freeze(at)", at), frozen: true });
  }

  async resume() {
    return this.#change("clock.resume", { frozen: false });
  }

  /** @param {Date | string} at */
  async set(at) {
    const time = toText("clock.set(at)", at);
    if (time === undefined) throw argumentError("clock.set(at)", "a time", describe(at));
    return this.#change("clock.set", { set: time });
  }

  /** @param {Api.Duration} duration */
  async advance(duration) {
    return this.#change("clock.advance", { advanceSeconds: inSeconds("clock.advance", duration) });
  }

  /**
   * @param {string} call
   * @param {object} change
   */
  async #change(call, change) {
    return new Date((await this.#request(call, "PATCH", change)).now);
  }
}

methodsAtCallersLine(Clock);
