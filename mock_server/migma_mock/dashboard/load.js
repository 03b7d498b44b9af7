// Loads the data of the page from the control API into the state.

import { call, inAccount } from "./api.js";
import { toast } from "./dom.js";
import { emit, state } from "./state.js";

/** Load the accounts. If the selected one is gone, select the built-in one. */
export async function loadAccounts() {
  state.accounts = await call("GET", "/accounts");
  if (!state.accounts.some((account) => account.id === state.account)) await selectAccount("built-in");
  emit("accounts");
}

export async function loadCampaigns() {
  const [previews] = await Promise.all([ofAccount("previews"), healthKnown()]);
  if (previews) state.previews = previews;
  emit("campaigns");
}

export async function loadFaults() {
  const faults = await ofAccount("faults");
  if (faults) state.faults = faults;
  emit("faults");
}

/** Load what a client needs to use the account. */
export async function loadConnection() {
  const connection = await ofAccount("connection");
  if (connection) state.connection = connection;
  emit("connection");
}

export async function loadClock() {
  const clock = await ofAccount("clock");
  if (clock) setClock(clock);
}

export async function loadHealth() {
  state.health = await call("GET", "/health");
  if (!state.health.contract) {
    // Without the token, it has no details. Another call asks for the token.
    await call("GET", "/accounts");
    state.health = await call("GET", "/health");
  }
  emit("health");
}

let firstHealth = null;

/** Wait until the health is known, which has the unit of the rates. If it cannot be loaded, go on without it. */
export function healthKnown() {
  firstHealth ??= loadHealth().catch(() => null);
  return firstHealth;
}

/** Store the clock of the account. */
export function setClock(clock) {
  state.clock = { now: Date.parse(clock.now), frozen: clock.frozen, read: performance.now() };
  emit("clock");
}

/** Return the account's time in milliseconds since 1970. */
export function accountNow() {
  const { now, frozen, read } = state.clock;
  return frozen ? now : now + performance.now() - read;
}

/** Select another account and load it. */
export async function selectAccount(account) {
  state.account = account;
  emit("accounts");
  await loadAccount();
}

/** Load everything of the selected account. */
export async function loadAccount() {
  await Promise.all([loadCampaigns(), loadFaults(), loadClock(), loadConnection()]);
}

/** Run loaders; if one fails, a message says why. */
export async function loading(...loaders) {
  try {
    await Promise.all(loaders.map((load) => load()));
  } catch (error) {
    toast(error.message);
  }
}

async function ofAccount(part) {
  const account = state.account;
  const result = await call("GET", inAccount(account, part));
  return account === state.account ? result : null; // another account may have been selected in the meantime
}
