import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";

import { connect, ControlError, startMock } from "migma-mock-client";

const TOKEN = "a-token-for-these-tests";

let mock, account;

before(async () => {
  process.env.MIGMA_MOCK_UPSTREAM = "https://api.migma.invalid";
  mock = await startMock({ env: { MIGMA_MOCK_CONTROL_TOKEN: TOKEN } });
});

after(() => mock?.stop());

beforeEach(async () => {
  account = await (await connect(mock.url, { token: TOKEN })).newAccount({ empty: true });
});

function get(id, headers = account.authHeaders) {
  return fetch(`${account.sdkBaseUrl}/campaigns/${encodeURIComponent(id)}/stats`, { headers });
}

test("stats are filled in, returned and served", async () => {
  const stats = await account.campaign("spring sale", { totalDelivered: 200, openRate: 0.25 });
  assert.deepEqual([stats.uniqueOpens, stats.totalSent], [50, 200]);
  assert.deepEqual((await (await get("spring sale")).json()).data, stats);
  await account.deleteCampaign("spring sale");
  assert.equal((await get("spring sale")).status, 404);
});

test("no variable of the shell sends requests to a live API", async () => {
  assert.equal((await get("made-up")).status, 404);
});

test("a refusal has the server's sentences, the place and the line of the test", async () => {
  await assert.rejects(account.campaign("bad", { totalDelivered: 3, openRate: 0.5 }), (error) => {
    assert.ok(error instanceof ControlError);
    assert.equal(error.status, 422);
    assert.match(error.message, /openRate/);
    assert.ok(error.problems[0].message && error.message.includes(error.problems[0].message));
    assert.match(error.stack, /client\.test\.js/);
    return true;
  });
  await assert.rejects(account.fault("truncat"), /did you mean.*truncate/s);
});

test("keys get 200, 401 and 403", async () => {
  await account.campaign("a");
  const keys = [account.apiKey, account.revokedKey, account.forbiddenKey];
  const statuses = keys.map(async (key) => (await get("a", { Authorization: `Bearer ${key}` })).status);
  assert.deepEqual(await Promise.all(statuses), [200, 401, 403]);
});

test("faults count, and can be disarmed", async () => {
  await account.campaign("a");
  const fault = await account.fail(503, { times: 3, retryAfter: 7 });
  const response = await get("a");
  assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "7"]);
  const [counted] = await account.faults();
  assert.deepEqual([counted.id, counted.kind, counted.applied, counted.exhausted], [fault.id, "status", 1, false]);
  await fault.disarm();
  assert.equal((await get("a")).status, 200);
  await account.fault("reset");
  await assert.rejects(get("a"), TypeError);
  await account.clearFaults();
  assert.deepEqual(await account.faults(), []);
});

test("a scenario is armed by name, and disarmed as one thing", async () => {
  await account.campaign("a");
  const scenario = await account.scenario("outage-503", { campaign: "a" });
  assert.deepEqual([scenario.name, scenario.campaign, (await get("a")).status], ["outage-503", "a", 503]);
  await scenario.disarm();
  assert.equal((await get("a")).status, 200);
  await assert.rejects(account.scenario("outage-50"), /did you mean 'outage-503'/);
});

test("a fault that cannot be applied is a warning", async () => {
  const warned = new Promise((resolve) => process.once("warning", resolve));
  await account.fail(503, { campaign: "no-such" });
  assert.match((await warned).message, /no-such/);
});

test("requests are recorded and verified", async () => {
  await account.campaign("a");
  await get("a");
  await get("b");
  const seen = (await account.requests()).map(({ campaign, status }) => [campaign, status]);
  assert.deepEqual(seen, [
    ["a", 200],
    ["b", 404],
  ]);
  await account.assertRequested("a", { times: 1, status: 200 });
  await account.assertRequested();
  await account.assertNotRequested("c");
  await account.assertRequestedInOrder(["a", { campaign: "b", status: 404 }]);
  await assert.rejects(account.assertNotRequested("a"), /campaign a: /);
  await assert.rejects(account.assertRequestedInOrder(["b", "a"]), assert.AssertionError);
  await assert.rejects(account.assertRequested("c"), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.match(error.message, /campaign c: expected at least 1/);
    return true;
  });
});

test("requests for an unknown id are unexpected", async () => {
  await account.campaign("a");
  await get("a");
  await get("b");
  assert.deepEqual(
    (await account.unexpectedRequests()).map(({ campaign }) => campaign),
    ["b"],
  );
});

test("faults and scenarios that were not used up are told", async () => {
  await account.campaign("a");
  await account.fail(503, { times: 1 });
  await get("a");
  await account.assertFaultsUsed();
  await account.fault("truncate", { campaign: "a", times: 2, skip: 1 });
  await account.scenario("outage-503", { campaign: "a" });
  await get("a");
  await assert.rejects(account.assertFaultsUsed(), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.match(
      error.message,
      /\n  fault "truncate" for campaign "a" was applied 0 of 2 times; responses .* changed: 1\./,
    );
    assert.doesNotMatch(error.message, /scenario/);
    return true;
  });
});

test("a verification waits for asynchronous callers", async () => {
  await account.campaign("a");
  const verified = account.assertRequested("a", { timeout: 30 });
  await get("a");
  await verified;
});

test("the account's own key is matched, and a request without a known key is told", async () => {
  await get("a");
  await account.assertRequested("a", { headers: account.authHeaders, query: {} });
  await get("b", { Authorization: "Bearer nobody" });
  await assert.rejects(account.assertRequested("b"), /1 request came without a known key: .*campaigns\/b/);
});

test("the clock moves growing campaigns and rate limits", async () => {
  const start = new Date("2026-03-01T09:00:00Z");
  assert.deepEqual(await account.clock.freeze(start), start);
  await account.addGrowingCampaign("fresh", { recipients: 20000, sentAt: new Date(+start - 600_000) });
  await account.rateLimit("1/min");
  const first = (await (await get("fresh")).json()).data;
  assert.equal((await get("fresh")).status, 429);
  const later = await account.clock.advance({ hours: 3 });
  assert.deepEqual([later, await account.clock.now()], [new Date("2026-03-01T12:00:00Z"), later]);
  assert.ok((await (await get("fresh")).json()).data.uniqueOpens > first.uniqueOpens);
  assert.deepEqual(await account.pauseRefresh({ minutes: 5 }), new Date("2026-03-01T12:05:00Z"));
  await account.clock.set(start);
  assert.ok((await account.clock.resume()) >= start);
  await assert.rejects(
    account.clock.advance({ hour: 3 }),
    /unknown unit "hour"; did you mean "hours"\? Known are days, hours/,
  );
});

test("reset returns to the start, and a deleted account is gone", async () => {
  await account.addCampaign({ id: "a", stats: await account.campaign("b") });
  await account.reset();
  assert.equal((await get("a")).status, 404);
  await account.delete();
  await assert.rejects(account.requests(), (error) => error.status === 404);
});

test("requests with an unknown key are listed", async () => {
  await get("a", { Authorization: "Bearer nobody" });
  const unknown = await (await connect(mock.url, { token: TOKEN })).unknownKeyRequests();
  assert.equal(unknown.at(-1).status, 401);
});

test("a wrong token, another server and no server are one sentence each", async (t) => {
  const wrong = connect(`${mock.url}/v1`, { token: "another-token-of-the-tests" });
  await assert.rejects(wrong, {
    status: 401,
    message: /^The control token is wrong\. Pass it: connect\(url, \{ token/,
  });
  await assert.rejects(mock.newAccount(), { status: 401, message: /^The control API needs its token\. Pass it/ });
  const other = createServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const url = `http://127.0.0.1:${other.address().port}`;
  await assert.rejects(connect(url), {
    message: `The server at ${url} is not a migma-mock: it answered 200. Give the URL that 'migma-mock serve' prints.`,
  });
  await assert.rejects(
    connect("http://127.0.0.1:1"),
    /No mock server answers at http:\/\/127\.0\.0\.1:1 \(.*\)\. Start it/,
  );
});

test("a mock that cannot start says why", async () => {
  await assert.rejects(
    startMock({ command: "no-such-command" }),
    /no-such-command was not found\. Install it with: pip/,
  );
  await assert.rejects(startMock({ options: ["--rates", "parts"] }), /did not start: .*parts/s);
});

test("after stop, the mock is gone", async () => {
  await mock.stop();
  await mock.stop();
  await assert.rejects(connect(mock.url), /No mock server answers/);
});
