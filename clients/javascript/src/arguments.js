// Checks of arguments, before any request: a misspelt option would change nothing, and no test would see it.

/** @import * as Api from "../index.js" */

import { didYouMean } from "./suggestions.js";

const SECONDS = { days: 86400, hours: 3600, minutes: 60, seconds: 1 };
const LONGEST_WAIT = 60;
const SHOWN = 80;

/**
 * @param {string} place The call, or the call with its argument: `fail(times)`.
 * @param {string} expected
 * @param {string} got
 * @param {string} [hint]
 */
export function argumentError(place, expected, got, hint = "") {
  return new TypeError(`${place}: expected ${expected}, got ${got}${hint && `. ${hint}`}`);
}

/**
 * Returns a value as a message shows it.
 *
 * @param {unknown} value
 */
export function describe(value) {
  if (typeof value === "string") return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
  if (Array.isArray(value)) return value.length ? "an array" : "an empty array";
  if (isObject(value)) return Object.keys(value).length ? "an object" : "an empty object";
  return typeof value === "function" ? "a function" : String(value);
}

/**
 * Returns an object of options, whose names are known.
 *
 * @template {object} T
 * @param {string} call
 * @param {string} argument
 * @param {T} options
 * @param {readonly string[]} [known] Without it, the mock checks the names.
 */
export function requireOptions(call, argument, options, known) {
  if (!isObject(options)) {
    const names = known ? ` with some of ${known.join(", ")}` : "";
    const got = typeof options === "string" ? "text" : describe(options); // the text may be a token
    throw argumentError(`${call}(${argument})`, `an object${names}`, got);
  }
  if (known) Object.keys(options).forEach((name) => requireName(call, "option", name, known));
  return options;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return Object.prototype.toString.call(value) === "[object Object]"; // also one of another realm, as in Jest
}

/**
 * @param {string} call
 * @param {string} what
 * @param {string} name
 * @param {readonly string[]} known
 */
function requireName(call, what, name, known) {
  if (known.includes(name)) return;
  const hint = didYouMean(name, known);
  throw new TypeError(`${call}: unknown ${what} ${JSON.stringify(name)}${hint} Known are ${known.join(", ")}.`);
}

/**
 * @param {string} call
 * @param {Api.Duration} duration
 */
export function inSeconds(call, duration) {
  if (!isObject(duration) || !Object.keys(duration).length) {
    throw argumentError(call, "a duration such as { hours: 3 }", describe(duration));
  }
  let total = 0;
  for (const [unit, count] of Object.entries(duration)) {
    requireName(call, "unit", unit, Object.keys(SECONDS));
    total += SECONDS[/** @type {keyof typeof SECONDS} */ (unit)] * requireNumber(`${call}(${unit})`, count);
  }
  if (total < 0) throw argumentError(call, "a duration of 0 or more", `${total} s`, "clock.set(…) goes back.");
  return total;
}

/**
 * @param {string} place
 * @param {unknown} value
 */
export function requireNumber(place, value) {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw argumentError(place, "a finite number", describe(value));
  }
  return value;
}

/**
 * Returns the seconds that a verification may wait.
 *
 * @param {string} call
 * @param {unknown} timeout
 */
export function requireWait(call, timeout = 0) {
  if (typeof timeout !== "number" || !(timeout >= 0 && timeout <= LONGEST_WAIT)) {
    throw argumentError(`${call}(timeout)`, `a number of seconds from 0 to ${LONGEST_WAIT}`, describe(timeout));
  }
  return timeout;
}

/**
 * Returns a time as text; undefined if there is none.
 *
 * @param {string} place
 * @param {Date | string | undefined} time
 */
export function toText(place, time) {
  const isTime = time instanceof Date ? !Number.isNaN(+time) : ["string", "undefined"].includes(typeof time);
  if (!isTime) throw argumentError(place, "a valid Date, or text such as 2026-01-31T09:30:00Z", describe(time));
  return time instanceof Date ? time.toISOString() : time;
}

/**
 * @param {string} call
 * @param {unknown} id
 */
export function requireId(call, id) {
  // Clients remove "." and ".." from paths, and half of a surrogate pair cannot be encoded.
  if (typeof id !== "string" || ["", ".", ".."].includes(id) || /\p{Surrogate}/u.test(id)) {
    throw argumentError(`${call}(id)`, "the id of a campaign, as text that a URL can carry", describe(id));
  }
  return id;
}

/**
 * Returns the URL of a mock, without the version.
 *
 * @param {string} place
 * @param {unknown} url
 */
export function requireUrl(place, url) {
  if (typeof url !== "string" || !/^https?:\/\/[^/@]+(\/|$)/.test(url) || !URL.canParse(url)) {
    const got = typeof url === "string" && url.includes("@") ? "a URL that may have a password" : describe(url);
    throw argumentError(place, "a URL such as http://127.0.0.1:4010", got);
  }
  return url.replace(/\/+$/, "").replace(/\/v1$/, "");
}

/**
 * Returns a token that a header can carry; undefined if there is none. No message shows it.
 *
 * @param {string} place
 * @param {unknown} token
 */
export function requireToken(place, token) {
  if (token === undefined || token === "") return undefined; // of an environment variable that is not set
  if (typeof token !== "string" || !/^[!-~]+$/.test(token)) {
    throw argumentError(place, "the token of the control API, as text", "something else");
  }
  return token;
}
