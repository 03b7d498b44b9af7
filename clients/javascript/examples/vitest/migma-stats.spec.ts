// Tests of the client with vitest and the mock server: install migma-mock and this package, then run `npx vitest`.

import { startMock, type Account, type Mock } from "migma-mock-client";
import { afterAll, beforeAll, test as base, expect } from "vitest";

import { StatsClient } from "../migma-stats.mjs";

let mock: Mock;

beforeAll(async () => {
  mock = await startMock();
});

afterAll(() => mock?.stop());

// Each test has an account of its own.
const test = base.extend<{ account: Account; client: StatsClient }>({
  account: async ({}, use) => {
    const account = await mock.newAccount();
    await use(account);
    await account.delete();
  },
  client: async ({ account }, use) => {
    await use(
      new StatsClient({ apiKey: account.apiKey, baseUrl: account.sdkBaseUrl, timeout: 0.5, sleep: async () => {} }),
    );
  },
});

test("stats are read", async ({ account, client }) => {
  await account.campaign("spring-sale", { totalDelivered: 200, openRate: 0.25 });
  expect(await client.stats("spring-sale")).toMatchObject({ delivered: 200, openRate: 0.25 });
});

test("the client retries after two failures", async ({ account, client }) => {
  await account.campaign("spring-sale");
  await account.fail(503, { times: 2 });
  await client.stats("spring-sale");
  await account.assertRequested("spring-sale", { times: 3 });
});

test("a broken connection is no answer", async ({ account, client }) => {
  await account.campaign("spring-sale");
  await account.fault("reset");
  await expect(client.stats("spring-sale")).rejects.toMatchObject({ kind: "unavailable" });
});
