// Requests to the control API.

/** @import * as Api from "../index.js" */

import { placeOf, toJson } from "./request_body.js";

// Tests often replace the global one.
const { fetch } = globalThis;

/** @implements {Api.ControlError} */
export class ControlError extends Error {
  name = "ControlError";

  /**
   * @param {string} message
   * @param {number | null} status
   * @param {Api.Problem[]} problems
   * @param {ErrorOptions} [options]
   */
  constructor(message, status, problems, options) {
    super(message, options);
    this.status = status;
    this.problems = problems;
  }
}

export class Control {
  /**
   * @param {string} url
   * @param {string | undefined} token
   */
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  /**
   * Returns the JSON of the response, or null if it has no body.
   *
   * @param {string} call The method that a test called, for messages.
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async request(call, method, path, body) {
    /** @type {Record<string, string>} */
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    if (this.token !== undefined) headers.Authorization = `Bearer ${this.token}`;
    const options = { method, headers, body: toJson(call, body) };
    const { response, text } = await this.#send(`${this.url}/__mock__${path}`, options);
    const json = parse(text);
    if (!response.ok) throw this.#refusal(call, response.status, json);
    if (json === undefined) throw notAMock(response.status, this.url);
    return json;
  }

  /**
   * @param {string} url
   * @param {RequestInit} options
   */
  async #send(url, options) {
    try {
      const response = await fetch(url, options);
      return { response, text: await response.text() };
    } catch (error) {
      throw noResponse(this.url, error);
    }
  }

  /**
   * @param {string} call
   * @param {number} status
   * @param {any} json
   */
  #refusal(call, status, json) {
    if (typeof json?.error !== "string") return notAMock(status, this.url);
    if (status === 401) {
      const reason = this.token === undefined ? "The control API needs its token." : "The control token is wrong.";
      const hint = "Pass it: connect(url, { token }). 'migma-mock serve' prints a generated one.";
      return new ControlError(`${reason} ${hint}`, status, []);
    }
    /** @type {Api.Problem[]} */
    const problems = json.problems ?? [];
    const lines = problems.map(({ pointer, message }) => `${placeOf(call, pointer)}: ${message}`);
    return new ControlError(lines.join("\n") || json.error, status, problems);
  }

  /**
   * Returns all requests of a journal, oldest first.
   *
   * @param {string} call
   * @param {string} path
   * @returns {Promise<Api.RecordedRequest[]>}
   */
  async journal(call, path) {
    /** @type {Api.RecordedRequest[]} */
    const newestFirst = [];
    for (let before = ""; ; before = `&before=${newestFirst.at(-1)?.number}`) {
      const { entries, dropped } = await this.request(call, "GET", `${path}?limit=10000${before}`);
      newestFirst.push(...entries);
      if (!entries.length || entries.at(-1).number <= dropped + 1) return newestFirst.reverse();
    }
  }
}

/**
 * Returns undefined if a text is no JSON.
 *
 * @param {string} text
 */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} url
 * @param {any} cause
 */
function noResponse(url, cause) {
  const { code = "", message } = cause.cause ?? cause;
  const reason = message || code || cause.message;
  const text = /CERT|SIGNATURE/.test(code)
    ? `The certificate of ${url} is not trusted (${reason}). Set NODE_EXTRA_CA_CERTS to the file of its certificate ` +
      "authority, which --tls-ca writes, before Node starts."
    : `No mock server answers at ${url} (${reason}). Start it before the tests, and stop it after them.`;
  return new ControlError(text, null, [], { cause });
}

/**
 * @param {number} status
 * @param {string} url
 */
export function notAMock(status, url) {
  const hint = "Give the URL that 'migma-mock serve' prints.";
  return new ControlError(`The server at ${url} is not a migma-mock: it answered ${status}. ${hint}`, status, []);
}
