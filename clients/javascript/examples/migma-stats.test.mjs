// Tests of the client with the mock server: install migma-mock and this package, then run `node --test`.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { startMock } from "migma-mock-client";

import { StatsClient } from "./migma-stats.mjs";

const EXAMPLE = "66b2f0a1c4e5d60012a40101";

let mock, account, client, waits;

before(async () => {
  mock = await startMock();
});

after(() => mock?.stop());

beforeEach(async () => {
  account = await mock.newAccount();
  waits = [];
  client = makeClient(account.apiKey);
});

// The client records how long it would wait, and does not wait.
function makeClient(apiKey, options = {}) {
  const sleep = (wait) => waits.push(wait);
  return new StatsClient({ apiKey, baseUrl: account.sdkBaseUrl, timeout: 0.5, sleep, ...options });
}

const ofKind = (kind) => (error) => error.kind === kind;

test("stats are read", async () => {
  const { lastUpdated } = await account.campaign("spring-sale", {
    totalDelivered: 200,
    openRate: 0.25,
    clickRate: 0.05,
  });
  const stats = await client.stats("spring-sale");
  assert.deepEqual(stats, { delivered: 200, openRate: 0.25, clickRate: 0.05, asOf: new Date(lastUpdated) });
});

test("percentages are read as fractions", async () => {
  await account.campaign("spring-sale", { totalDelivered: 200, openRate: 0.25, clickRate: 0.05 });
  await account.fault("percent-rates");
  const stats = await makeClient(account.apiKey, { rates: "percent" }).stats("spring-sale");
  assert.deepEqual([stats.openRate, stats.clickRate], [0.25, 0.05]);
  await assert.rejects(client.stats("spring-sale"), ofKind("unexpected-response"));
});

test("an unknown campaign is requested once", async () => {
  await assert.rejects(client.stats("never-sent"), ofKind("unknown-campaign"));
  await account.assertRequested("never-sent", { times: 1 });
});

test("a revoked key is rejected", async () => {
  await assert.rejects(makeClient(account.revokedKey).stats(EXAMPLE), ofKind("not-allowed"));
});

test("the client retries after two failures", async () => {
  await account.fail(503, { times: 2 });
  assert.ok((await client.stats(EXAMPLE)).delivered > 0);
  assert.deepEqual(waits, [1, 2]);
  await account.assertRequested(EXAMPLE, { times: 3 });
});

test("the client waits as long as the rate limit says", async () => {
  await account.clock.freeze();
  await account.rateLimit("1/min");
  await client.stats(EXAMPLE);
  await assert.rejects(client.stats(EXAMPLE), ofKind("unavailable"));
  assert.deepEqual(waits, [60, 60]);
  await account.clock.advance({ seconds: 60 });
  await client.stats(EXAMPLE);
});

for (const kind of ["timeout", "reset", "reset-mid-body", "truncate"]) {
  test(`the client retries after a broken connection: ${kind}`, async () => {
    await account.fault(kind, { times: 1 });
    assert.ok((await client.stats(EXAMPLE)).delivered > 0);
    await account.assertRequested(EXAMPLE, { times: 2 });
  });
}

for (const [kind, options] of [
  ["html", { status: 200 }],
  ["invalid-json"],
  ["empty-body"],
  ["drop-field", { field: "totalDelivered" }],
  ["rename-field", { field: "openRate", to: "open_rate" }],
  ["retype-field", { field: "openRate" }],
  ["null-field", { field: "lastUpdated" }],
  ["undocumented-status", { status: 202 }],
]) {
  test(`the client detects a changed API: ${kind}`, async () => {
    await account.fault(kind, options);
    await assert.rejects(client.stats(EXAMPLE), ofKind("unexpected-response"));
  });
}

test("opens increase over time", async () => {
  await account.clock.freeze();
  await account.addGrowingCampaign("fresh", { recipients: 20000, sentAt: "-10m" });
  const first = await client.stats("fresh");
  await account.clock.advance({ hours: 3 });
  assert.ok((await client.stats("fresh")).openRate > first.openRate);
});
