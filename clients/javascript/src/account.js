// An account of a mock: its keys, campaigns, clock, faults and requests.

/** @import * as Api from "../index.js" */

import { AssertionError } from "node:assert";

import { argumentError, describe, inSeconds, requireId, requireOptions, requireWait, toText } from "./arguments.js";
import { explainUnused, Fault, Scenario, warn } from "./armed.js";
import { methodsAtCallersLine } from "./callers_line.js";
import { Clock } from "./clock.js";
import { EXPECTATION, FAIL_OPTIONS, ORDER_OPTIONS, ORDERED_REQUEST, PATTERN, SCENARIO_OPTIONS } from "./names.js";

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
    this.clock = new Clock((call, method, body) => this.#request(call, method, "/clock", body));
  }

  /**
   * @param {string} call
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #request(call, method, path, body) {
    return this.#control.request(call, method, `/accounts/${this.id}${path}`, body);
  }

  /**
   * @param {string} id
   * @param {Api.Stats} [stats]
   */
  async campaign(id, stats = {}) {
    requireOptions("campaign", "stats", stats);
    const put = await this.#put("campaign", { id, stats }, "?fill=true");
    return put.stats;
  }

  /**
   * @param {string} id
   * @param {Api.Growth} growth
   */
  async addGrowingCampaign(id, growth) {
    const call = "addGrowingCampaign";
    const { sentAt, ...rest } = requireOptions(call, "growth", growth);
    await this.#put(call, { id, growth: { ...rest, sentAt: toText(`${call}(sentAt)`, sentAt) } });
  }

  /** @param {Api.CampaignFile} file */
  async addCampaign(file) {
    await this.#put("addCampaign", requireOptions("addCampaign", "file", file));
  }

  /**
   * @param {string} call
   * @param {Api.CampaignFile} file
   * @param {string} [query]
   */
  async #put(call, file, query = "") {
    const path = campaignPath(requireId(call, file.id));
    const named = { title: file.id.slice(0, 120), description: "Added by a test.", ...file };
    return this.#request(call, "PUT", path + query, named);
  }

  /** @param {string} id */
  async deleteCampaign(id) {
    await this.#request("deleteCampaign", "DELETE", campaignPath(requireId("deleteCampaign", id)));
  }

  /**
   * @param {number} status
   * @param {Api.FailOptions} [options]
   */
  async fail(status, options = {}) {
    return this.#arm("fail", "status", { ...requireOptions("fail", "options", options, FAIL_OPTIONS), status });
  }

  /**
   * @param {Api.FaultKind} kind
   * @param {Api.FaultOptions} [options]
   */
  async fault(kind, options = {}) {
    return this.#arm("fault", kind, requireOptions("fault", "options", options));
  }

  /**
   * @param {string} call
   * @param {Api.FaultKind} kind
   * @param {Api.FaultOptions} options
   */
  async #arm(call, kind, options) {
    const armed = await this.#request(call, "POST", "/faults", { ...options, kind });
    warn([armed]);
    return this.#fault(armed);
  }

  async faults() {
    /** @type {any[]} */
    const armed = await this.#request("faults", "GET", "/faults");
    return armed.map((each) => this.#fault(each));
  }

  /**
   * @param {Api.ScenarioName} name
   * @param {{ campaign?: string }} [options]
   */
  async scenario(name, options = {}) {
    const call = "scenario";
    const { campaign } = requireOptions(call, "options", options, SCENARIO_OPTIONS);
    const armed = await this.#request(call, "POST", "/scenarios", { name, campaign });
    warn(armed.faults);
    const query = armed.campaign === null ? "" : `?campaign=${encodeURIComponent(armed.campaign)}`;
    return new Scenario(armed, () => this.#request("disarm", "DELETE", `/scenarios/${name}${query}`));
  }

  /** @param {any} armed */
  #fault(armed) {
    return new Fault(armed, () => this.#request("disarm", "DELETE", `/faults/${armed.id}`));
  }

  async clearFaults() {
    await this.#request("clearFaults", "DELETE", "/faults");
  }

  async assertFaultsUsed() {
    const unused = explainUnused(await this.#request("assertFaultsUsed", "GET", "/faults"));
    if (unused.length) fail(["faults that were not used up:", ...unused].join("\n  "));
  }

  /** @param {string} plan */
  async rateLimit(plan) {
    await this.#request("rateLimit", "PUT", "/rate-limit", { plan });
  }

  /** @param {Api.Duration} duration */
  async pauseRefresh(duration) {
    const call = "pauseRefresh";
    const pause = await this.#request(call, "POST", "/pause-refresh", { seconds: inSeconds(call, duration) });
    return new Date(pause.pausedUntil);
  }

  async requests() {
    return this.#control.journal("requests", `/accounts/${this.id}/journal`);
  }

  async unexpectedRequests() {
    const requests = await this.#control.journal("unexpectedRequests", `/accounts/${this.id}/journal`);
    return requests.filter(({ unexpected }) => unexpected);
  }

  /**
   * @param {string | null} [campaign]
   * @param {Api.Expectation} [expected]
   */
  async assertRequested(campaign = null, expected = {}) {
    const call = "assertRequested";
    const { timeout, ...expectation } = requireOptions(call, "expected", expected, EXPECTATION);
    await this.#verify(call, { ...expectation, campaign }, timeout);
  }

  /**
   * @param {string | null} [campaign]
   * @param {Api.RequestPattern} [pattern]
   */
  async assertNotRequested(campaign = null, pattern = {}) {
    const call = "assertNotRequested";
    await this.#verify(call, { ...requireOptions(call, "pattern", pattern, PATTERN), campaign, times: 0 });
  }

  /**
   * @param {(string | Api.OrderedRequest)[]} order
   * @param {{ timeout?: number }} [options]
   */
  async assertRequestedInOrder(order, options = {}) {
    const call = "assertRequestedInOrder";
    const { timeout } = requireOptions(call, "options", options, ORDER_OPTIONS);
    if (!Array.isArray(order) || !order.length) {
      throw argumentError(
        `${call}(order)`,
        'an array of ids or patterns such as ["a", { status: 503 }]',
        describe(order),
      );
    }
    const patterns = order.map((each, index) =>
      typeof each === "string" ? { campaign: each } : requireOptions(call, `order[${index}]`, each, ORDERED_REQUEST),
    );
    await this.#verify(call, { order: patterns }, timeout);
  }

  /**
   * @param {string} call
   * @param {object} expectation
   * @param {number} [timeout]
   */
  async #verify(call, expectation, timeout) {
    const path = `/verify?timeout=${requireWait(call, timeout)}`;
    const result = await this.#request(call, "POST", path, expectation);
    if (!result.ok) fail(result.explanation);
  }

  async reset() {
    await this.#request("reset", "POST", "/reset");
  }

  async delete() {
    await this.#request("delete", "DELETE", "");
  }

  async [Symbol.asyncDispose]() {
    await this.delete();
  }
}

methodsAtCallersLine(Account);

/** @param {string} message */
function fail(message) {
  throw new AssertionError({ message });
}

/** @param {string} id */
function campaignPath(id) {
  return `/campaigns/${encodeURIComponent(id)}`;
}
