// Tests of the client with the mock server: install migma-mock, then run `node --test`.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { StatsClient } from "./migma-stats.mjs";
import { startMock } from "./mock.mjs";

const EXAMPLE = "66b2f0a1c4e5d60012a40101";
const SPRING = {
  totalSent: 200,
  totalDelivered: 200,
  uniqueOpens: 50,
  totalOpens: 75,
  uniqueClicks: 10,
  totalClicks: 12,
  unsubscribes: 0,
  bounces: 0,
  openRate: 0.25,
  clickRate: 0.05,
  lastUpdated: "2026-01-31T09:30:00Z",
};

let mock, account, client, waits;

before(async () => {
  mock = await startMock();
});

after(() => mock?.stop());

beforeEach(async () => {
  account = await mock.account();
  waits = [];
  client = makeClient(account.keys.working);
});

// The client records how long it would wait, and does not wait.
function makeClient(apiKey) {
  return new StatsClient({ apiKey, baseUrl: account.baseUrl, timeout: 0.5, sleep: (wait) => waits.push(wait) });
}

const ofKind = (kind) => (error) => error.kind === kind;

test("stats are read", async () => {
  await account.putCampaign("spring-sale", SPRING);
  const stats = await client.stats("spring-sale");
  assert.deepEqual(stats, { delivered: 200, openRate: 0.25, clickRate: 0.05, asOf: new Date("2026-01-31T09:30:00Z") });
});

test("percentages are read as fractions", async () => {
  const percent = await startMock("--rates", "percent");
  try {
    const other = await percent.account();
    await other.putCampaign("spring-sale", SPRING); // written as fractions, served as percentages
    const options = { apiKey: other.keys.working, baseUrl: other.baseUrl };
    const stats = await new StatsClient({ ...options, rates: "percent" }).stats("spring-sale");
    assert.deepEqual([stats.openRate, stats.clickRate], [0.25, 0.05]);
    await assert.rejects(new StatsClient(options).stats("spring-sale"), ofKind("unexpected-response"));
  } finally {
    await percent.stop();
  }
});

test("the mock rejects a campaign with inconsistent numbers and names the field", async () => {
  await assert.rejects(account.putCampaign("bad", { ...SPRING, uniqueOpens: 60 }), /openRate/);
});

test("an unknown campaign is requested once", async () => {
  await assert.rejects(client.stats("never-sent"), ofKind("unknown-campaign"));
  await account.verify({ campaign: "never-sent", times: 1 });
});

test("a revoked key is rejected", async () => {
  await assert.rejects(makeClient(account.keys.revoked).stats(EXAMPLE), ofKind("not-allowed"));
});

test("the client retries after two failures", async () => {
  await account.arm({ kind: "status", status: 503, times: 2 });
  assert.ok((await client.stats(EXAMPLE)).delivered > 0);
  assert.deepEqual(waits, [1, 2]);
  await account.verify({ campaign: EXAMPLE, times: 3 });
});

test("the client waits as long as the rate limit says", async () => {
  await account.clock({ frozen: true });
  await account.rateLimit("1/min");
  await client.stats(EXAMPLE);
  await assert.rejects(client.stats(EXAMPLE), ofKind("unavailable"));
  assert.deepEqual(waits, [60, 60]);
  await account.clock({ advanceSeconds: 60 });
  await client.stats(EXAMPLE);
});

for (const kind of ["timeout", "reset", "reset-mid-body", "truncate"]) {
  test(`the client retries after a broken connection: ${kind}`, async () => {
    await account.arm({ kind, times: 1 });
    assert.ok((await client.stats(EXAMPLE)).delivered > 0);
    await account.verify({ times: 2 });
  });
}

for (const fault of [
  { kind: "html", status: 200 },
  { kind: "invalid-json" },
  { kind: "empty-body" },
  { kind: "drop-field", field: "totalDelivered" },
  { kind: "rename-field", field: "openRate", to: "open_rate" },
  { kind: "retype-field", field: "openRate" },
  { kind: "null-field", field: "lastUpdated" },
  { kind: "percent-rates" },
  { kind: "undocumented-status", status: 202 },
]) {
  test(`the client detects a changed API: ${fault.kind}`, async () => {
    await account.arm(fault);
    await assert.rejects(client.stats(EXAMPLE), ofKind("unexpected-response"));
  });
}

test("opens increase over time", async () => {
  await account.clock({ frozen: true });
  await account.putGrowing("fresh", { recipients: 20000, sentAt: "-10m" });
  const first = await client.stats("fresh");
  await account.clock({ advanceSeconds: 3 * 3600 });
  assert.ok((await client.stats("fresh")).openRate > first.openRate);
});
