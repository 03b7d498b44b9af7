// Bodies of requests, and places in them as the arguments of a call.

import { argumentError, describe } from "./arguments.js";

// Members of bodies that are arguments with another name.
const ARGUMENTS = { set: "at", advanceSeconds: "duration" };

/**
 * Returns a body as JSON. What JSON does not have is refused, which would be sent as null or not at all.
 *
 * @param {string} call
 * @param {object | undefined} body
 */
export function toJson(call, body) {
  let json;
  try {
    json = JSON.stringify(body);
  } catch {
    throw argumentError(call, "values that JSON has", "a BigInt, or an object that contains itself");
  }
  requireJson(call, "", body);
  return json;
}

/**
 * @param {string} call
 * @param {string} pointer
 * @param {unknown} value
 */
function requireJson(call, pointer, value) {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw argumentError(placeOf(call, pointer), "a finite number", describe(value));
  }
  const isInvalidDate = value instanceof Date && Number.isNaN(+value);
  if (isInvalidDate || ["function", "symbol"].includes(typeof value)) {
    throw argumentError(placeOf(call, pointer), "a value that JSON has", describe(value));
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value)) requireJson(call, `${pointer}/${name}`, each);
}

/**
 * Returns a place in the body of a call as its argument: `fail(retryAfter)`, `campaign(stats.openRate)`.
 *
 * @param {string} call
 * @param {string} pointer
 */
export function placeOf(call, pointer) {
  const [, ...names] = pointer.split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (!names.length) return call;
  const [first, ...inner] = names;
  const argument = Object.hasOwn(ARGUMENTS, first) ? ARGUMENTS[/** @type {keyof typeof ARGUMENTS} */ (first)] : first;
  return `${call}(${[argument, ...inner].join(".").replace(/\.(\d+)(?=\.|$)/g, "[$1]")})`;
}
