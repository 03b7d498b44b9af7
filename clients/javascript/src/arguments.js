// Arguments as the control API takes them.

/** @import * as Api from "../index.js" */

const SECONDS = { days: 86400, hours: 3600, minutes: 60, seconds: 1 };

/**
 * @param {string} call
 * @param {Api.Duration} duration
 */
export function inSeconds(call, duration) {
  let total = 0;
  for (const [unit, count] of Object.entries(duration)) {
    if (!Object.hasOwn(SECONDS, unit)) {
      throw new TypeError(
        `${call}: unknown unit ${JSON.stringify(unit)}; known are ${Object.keys(SECONDS).join(", ")}`,
      );
    }
    total += SECONDS[/** @type {keyof typeof SECONDS} */ (unit)] * count;
  }
  return total;
}

/** @param {Date | string | undefined} time */
export function toText(time) {
  return time instanceof Date ? time.toISOString() : time;
}

/**
 * @param {string} argument
 * @param {unknown} value
 */
export function requireText(argument, value) {
  if (typeof value !== "string") throw new TypeError(`${argument}: expected text, got ${JSON.stringify(value)}`);
  return value;
}

/**
 * @param {string} argument
 * @param {string} url
 */
export function requireUrl(argument, url) {
  if (!/^https?:\/\/[^/]/.test(url)) {
    throw new TypeError(`${argument}: expected a URL such as http://127.0.0.1:4010, got ${JSON.stringify(url)}`);
  }
  return url.replace(/\/+$/, "");
}
