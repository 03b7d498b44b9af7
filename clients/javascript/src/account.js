// An account of a mock: its keys, campaigns, clock, faults and requests.

/** @import * as Api from "../index.js" */

import { AssertionError } from "node:assert";

import { toText, requireText, inSeconds } from "./arguments.js";
import { Clock } from "./clock.js";
import { Fault, Scenario } from "./armed.js";

/** @implements {Api.Account} */
export class Account {
  #control;

  /**
   * @param {import("./control.js").Control} control
   * @param {any} account
   * @param {any} connection
   */
  constructor(control, { id, keys }, { versionPath, request }) {
    this.id = id;
    this.baseUrl = control.url;
    this.sdkBaseUrl = control.url + versionPath;
    this.apiKey = keys.working;
    this.revokedKey = keys.revoked;
    this.forbiddenKey = keys.withoutPermission;
    const headers = [[request.header, request.value], ...request.headers].filter(([name]) => name);
    /** @type {Record<string, string>} */
    this.authHeaders = Object.fromEntries(headers);
    this.#control = control;
    this.clock = new Clock((method, body) => this.#request(method, "/clock", body));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #request(method, path, body) {
    return this.#control.request(method, `/accounts/${this.id}${path}`, body);
  }

  /**
   * @param {string} id
   * @param {Api.Stats} [stats]
   */
  async campaign(id, stats = {}) {
    const put = await this.#put("campaign", { id, stats }, "?fill=true");
    return put.stats;
  }

  /**
   * @param {string} id
   * @param {Api.Growth} growth
   */
  async addGrowingCampaign(id, { sentAt, ...growth }) {
    await this.#put("addGrowingCampaign", { id, growth: { ...growth, sentAt: toText(sentAt) } });
  }

  /** @param {Api.CampaignFile} file */
  async addCampaign(file) {
    await this.#put("addCampaign", file);
  }

  /**
   * @param {string} call
   * @param {Api.CampaignFile} file
   * @param {string} [query]
   */
  async #put(call, file, query = "") {
    requireText(`${call}(id)`, file.id);
    const named = { title: file.id.slice(0, 120), description: "Added by a test.", ...file };
    return this.#request("PUT", campaignPath(file.id) + query, named);
  }

  /** @param {string} id */
  async deleteCampaign(id) {
    await this.#request("DELETE", campaignPath(requireText("deleteCampaign(id)", id)));
  }

  /**
   * @param {number} status
   * @param {Api.FailOptions} [options]
   */
  async fail(status, options = {}) {
    return this.fault("status", { status, ...options });
  }

  /**
   * @param {Api.FaultKind} kind
   * @param {Api.FaultOptions} [options]
   */
  async fault(kind, options = {}) {
    const armed = await this.#request("POST", "/faults", { ...options, kind });
    warn([armed]);
    return this.#fault(armed);
  }

  async faults() {
    /** @type {any[]} */
    const armed = await this.#request("GET", "/faults");
    return armed.map((each) => this.#fault(each));
  }

  /**
   * @param {Api.ScenarioName} name
   * @param {{ campaign?: string }} [options]
   */
  async scenario(name, { campaign } = {}) {
    const armed = await this.#request("POST", "/scenarios", { name, campaign });
    warn(armed.faults);
    const query = campaign === undefined ? "" : `?campaign=${encodeURIComponent(campaign)}`;
    return new Scenario(armed, () => this.#request("DELETE", `/scenarios/${name}${query}`));
  }

  /** @param {any} armed */
  #fault(armed) {
    return new Fault(armed, () => this.#request("DELETE", `/faults/${armed.id}`));
  }

  async clearFaults() {
    await this.#request("DELETE", "/faults");
  }

  /** @param {string} plan */
  async rateLimit(plan) {
    await this.#request("PUT", "/rate-limit", { plan });
  }

  /** @param {Api.Duration} duration */
  async pauseRefresh(duration) {
    const pause = await this.#request("POST", "/pause-refresh", { seconds: inSeconds("pauseRefresh", duration) });
    return new Date(pause.pausedUntil);
  }

  async requests() {
    return this.#control.journal(`/accounts/${this.id}/journal`);
  }

  /**
   * @param {string | null} [campaign]
   * @param {Api.Expectation} [expected]
   */
  async assertRequested(campaign = null, { timeout = 0, ...expected } = {}) {
    await this.#verify({ campaign, ...expected }, timeout);
  }

  /**
   * @param {string | null} [campaign]
   * @param {Api.RequestPattern} [pattern]
   */
  async assertNotRequested(campaign = null, pattern = {}) {
    await this.#verify({ campaign, ...pattern, times: 0 });
  }

  /**
   * @param {Api.OrderedRequest[]} order
   * @param {{ timeout?: number }} [options]
   */
  async assertRequestedInOrder(order, { timeout = 0 } = {}) {
    await this.#verify({ order }, timeout);
  }

  /**
   * @param {object} expectation
   * @param {number} [timeout]
   */
  async #verify(expectation, timeout = 0) {
    const result = await this.#request("POST", `/verify?timeout=${timeout}`, expectation);
    if (!result.ok) throw new AssertionError({ message: result.explanation });
  }

  async reset() {
    await this.#request("POST", "/reset");
  }

  async delete() {
    await this.#request("DELETE", "");
  }

  async [Symbol.asyncDispose]() {
    await this.delete();
  }
}

/** @param {string} id */
function campaignPath(id) {
  return `/campaigns/${encodeURIComponent(id)}`;
}

/** @param {{ warnings: string[] }[]} armed */
function warn(armed) {
  for (const { warnings } of armed) {
    for (const warning of warnings) process.emitWarning(warning, "IneffectiveFaultWarning");
  }
}
