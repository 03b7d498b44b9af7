// Requests to the control API.

/** @import * as Api from "../index.js" */

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
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async request(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    if (this.token !== undefined) headers.Authorization = `Bearer ${this.token}`;
    const options = { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/__mock__${path}`, options).catch((cause) => {
      const reason = cause.cause?.message || cause.message;
      const hint = "Start it before the tests, and stop it after them.";
      throw new ControlError(`No mock server answers at ${this.url} (${reason}). ${hint}`, null, [], { cause });
    });
    const text = await response.text();
    const json = parse(text);
    if (!response.ok) throw refusal(response.status, json, this.url);
    if (json === undefined) throw notAMock(response.status, this.url);
    return json;
  }

  /**
   * Returns all requests of a journal, oldest first.
   *
   * @param {string} path
   * @returns {Promise<Api.RecordedRequest[]>}
   */
  async journal(path) {
    /** @type {Api.RecordedRequest[]} */
    const newestFirst = [];
    for (let before = ""; ; before = `&before=${newestFirst.at(-1)?.number}`) {
      const { entries, dropped } = await this.request("GET", `${path}?limit=10000${before}`);
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
 * @param {number} status
 * @param {any} json
 * @param {string} url
 */
function refusal(status, json, url) {
  if (typeof json?.error !== "string") return notAMock(status, url);
  /** @type {Api.Problem[]} */
  const problems = json.problems ?? [];
  const lines = problems.map(({ pointer, message }) => (pointer ? `${pointer}: ${message}` : message));
  return new ControlError(lines.join("\n") || json.error, status, problems);
}

/**
 * @param {number} status
 * @param {string} url
 */
function notAMock(status, url) {
  return new ControlError(`The server at ${url} is no migma-mock: it answered ${status} without its JSON.`, status, []);
}
