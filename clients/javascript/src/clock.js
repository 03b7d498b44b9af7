// The clock of an account.

/** @import * as Api from "../index.js" */

/** @implements {Api.Clock} */
export class Clock {
  /** @param {(method: string, body?: object) => Promise<{ now: string }>} request */
  constructor(request) {
    this.request = request;
  }

  async now() {
    return new Date((await this.request("GET")).now);
  }

  /** @param {Date} [at] */
  async freeze(at) {
    return this.change({ set: at?.toISOString(), frozen: true });
  }

  async resume() {
    return this.change({ frozen: false });
  }

  /** @param {Date} at */
  async set(at) {
    return this.change({ set: at.toISOString() });
  }

  /** @param {Api.Duration} duration */
  async advance(duration) {
    return this.change({ advanceSeconds: inSeconds(duration) });
  }

  /** @param {object} change */
  async change(change) {
    return new Date((await this.request("PATCH", change)).now);
  }
}

const SECONDS = { days: 86400, hours: 3600, minutes: 60, seconds: 1 };

/** @param {Api.Duration} duration */
export function inSeconds(duration) {
  let total = 0;
  for (const [unit, count] of Object.entries(duration)) {
    if (!Object.hasOwn(SECONDS, unit)) {
      throw new TypeError(`unknown unit ${JSON.stringify(unit)}; known are ${Object.keys(SECONDS).join(", ")}`);
    }
    total += SECONDS[/** @type {keyof typeof SECONDS} */ (unit)] * count;
  }
  return total;
}
