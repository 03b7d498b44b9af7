import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { connect, startMock } from "migma-mock-client";

let mock, account;

before(async () => {
  mock = await startMock();
  account = await mock.newAccount({ empty: true });
});

after(() => mock?.stop());

/** Each call is refused with a message that matches, and a stack that begins at its line. */
async function refused(calls, name = "TypeError") {
  for (const [call, message] of calls) {
    await assert.rejects(call, (error) => {
      assert.equal(error.name, name, `${call}: ${error}`);
      assert.match(error.message, message);
      assert.match(error.stack.split("\n    at ")[1], /mistakes\.test\.js/);
      return true;
    });
  }
  assert.deepEqual(await account.faults(), []);
}

test("options with misspelt names are refused with the nearest name and all names", () =>
  refused([
    [
      () => account.fail(503, { tmes: 2 }),
      /^fail: unknown option "tmes"; did you mean "times"\? Known are campaign, times/,
    ],
    [() => account.fail(503, { campaignId: "a" }), /^fail: unknown option "campaignId"; did you mean "campaign"\?/],
    [
      () => account.scenario("outage-503", { campain: "x" }),
      /^scenario: unknown option "campain"; did you mean "campaign"/,
    ],
    [
      () => account.assertRequested("x", { atleast: 2 }),
      /^assertRequested: unknown option "atleast"; did you mean "atLeast"/,
    ],
    [
      () => account.assertNotRequested("x", { times: 2 }),
      /^assertNotRequested: unknown option "times"\. Known are method/,
    ],
    [() => account.assertRequestedInOrder([{ campaignId: "a" }]), /"campaignId"; did you mean "campaign"\?/],
    [() => account.assertRequestedInOrder(["a"], { timout: 1 }), /did you mean "timeout"/],
    [() => mock.newAccount({ emty: true }), /^newAccount: unknown option "emty"; did you mean "empty"/],
    [() => startMock({ option: [] }), /^startMock: unknown option "option"; did you mean "options"/],
    [() => connect(mock.url, { tokn: "t" }), /^connect: unknown option "tokn"; did you mean "token"/],
  ]));

test("arguments of another type are refused with what was expected", () =>
  refused([
    [() => account.fail(503, 2), /^fail\(options\): expected an object with some of campaign, times.*, got 2$/],
    [() => account.fault("truncate", null), /^fault\(options\): expected an object, got null$/],
    [() => account.clock.advance(3600), /^clock\.advance: expected a duration such as \{ hours: 3 \}, got 3600$/],
    [() => account.clock.advance(), /^clock\.advance: expected a duration .*, got undefined$/],
    [() => account.clock.advance({ hours: -1 }), /^clock\.advance: expected a duration of 0 or more, .* goes back\.$/],
    [() => account.clock.set(new Date("no date")), /^clock\.set\(at\): expected a valid Date/],
    [() => account.clock.set(), /^clock\.set\(at\): expected a time, got undefined$/],
    [() => account.pauseRefresh(3), /^pauseRefresh: expected a duration/],
    [() => account.addGrowingCampaign("x"), /^addGrowingCampaign\(growth\): expected an object, got undefined$/],
    [() => account.addCampaign(), /^addCampaign\(file\): expected an object/],
    [() => account.deleteCampaign(".."), /^deleteCampaign\(id\): expected the id of a campaign.*, got "\.\."$/],
    [() => account.assertRequested("x", null), /^assertRequested\(expected\): expected an object with .*, got null$/],
    [
      () => account.assertRequested("x", { timeout: 61 }),
      /^assertRequested\(timeout\): expected a number of seconds from 0/,
    ],
    [
      () => account.assertRequestedInOrder([]),
      /^assertRequestedInOrder\(order\): expected an array .*, got an empty array$/,
    ],
    [() => account.assertRequestedInOrder([3]), /^assertRequestedInOrder\(order\[0\]\): expected an object/],
    [() => startMock({ options: "--tls" }), /^startMock\(options\): expected an array of texts .*, got "--tls"$/],
    [() => connect(mock.url, "SECRET"), /^connect\(options\): expected an object with some of token, got text$/],
    [() => connect("localhost:4010"), /^connect\(url\): expected a URL such as .*, got "localhost:4010"$/],
  ]));

test("values that JSON does not have are refused with their place", () =>
  refused([
    [
      () => account.fault("set-field", { field: "openRate", value: NaN }),
      /^fault\(value\): expected a finite number, got NaN$/,
    ],
    [() => account.fault("body", { body: { a: [1, Infinity] } }), /^fault\(body\.a\[1\]\): .*, got Infinity$/],
    [
      () => account.fault("body", { body: () => {} }),
      /^fault\(body\): expected a value that JSON has, got a function$/,
    ],
    [() => account.fail(503, { times: 2n }), /^fail: expected values that JSON has, got a BigInt/],
    [() => account.clock.advance({ hours: NaN }), /^clock\.advance\(hours\): expected a finite number, got NaN$/],
  ]));

test("what the mock refuses names the call and its argument", () =>
  refused(
    [
      [() => account.fail(503, { retryAfter: -1 }), /^fail\(retryAfter\): expected at least 0/],
      [() => account.fault("truncat"), /^fault\(kind\): .*did you mean 'truncate'/],
      [() => account.campaign("a", { openRate: "x" }), /^campaign\(stats\.openRate\): expected number/],
      [() => account.clock.set("soon"), /^clock\.set\(at\): expected an RFC 3339 date-time/],
      [() => account.assertRequestedInOrder(["a", { status: "x" }]), /^assertRequestedInOrder\(order\[1\]\.status\): /],
      [() => account.rateLimit("often"), /^rateLimit\(plan\): /],
    ],
    "ControlError",
  ));

test("a failed verification begins at the line of the call, even if it is awaited later", async () => {
  const failed = account.assertRequested("a");
  await assert.rejects(mock.newAccount(null), TypeError);
  await assert.rejects(failed, (error) => /mistakes\.test\.js/.test(error.stack.split("\n    at ")[1]));
});

test("a control API that is off, and a certificate that is not trusted, are told", async (t) => {
  const mocks = await Promise.all(["--no-control", "--tls"].map((option) => startMock({ options: [option] })));
  t.after(() => Promise.all(mocks.map((each) => each.stop())));
  await assert.rejects(connect(mocks[0].url), { status: 404, message: "The control API is off (--no-control)." });
  const message = /^The certificate of https:.* is not trusted \(.*\)\. Set NODE_EXTRA_CA_CERTS to the file of/;
  await assert.rejects(mocks[1].newAccount(), { status: null, message });
});
