// Asks for what the page shows, and tells when it is there.

import { call, inAccount } from "./api.js";
import { toast } from "./dom.js";
import { state, tell } from "./state.js";

/** Accounts; where the chosen one is gone, the built-in one is chosen. */
export async function loadAccounts() {
  state.accounts = await call("GET", "/accounts");
  if (!state.accounts.some((account) => account.id === state.account)) await choose("built-in");
  tell("accounts");
}

export async function loadCampaigns() {
  const previews = await ofAccount("previews");
  if (previews) state.previews = previews;
  tell("campaigns");
}

export async function loadFaults() {
  const faults = await ofAccount("faults");
  if (faults) state.faults = faults;
  tell("faults");
}

export async function loadClock() {
  const clock = await ofAccount("clock");
  if (clock) keepClock(clock);
}

export async function loadHealth() {
  state.health = await call("GET", "/health");
  tell("health");
}

/** What the clock shows from now on. */
export function keepClock(clock) {
  state.clock = { now: Date.parse(clock.now), frozen: clock.frozen, read: performance.now() };
  tell("clock");
}

/** The account's time in milliseconds since 1970. */
export function accountNow() {
  const { now, frozen, read } = state.clock;
  return frozen ? now : now + performance.now() - read;
}

/** Show another account. */
export async function choose(account) {
  state.account = account;
  tell("accounts");
  await loadAccount();
}

/** All of the chosen account. */
export async function loadAccount() {
  await Promise.all([loadCampaigns(), loadFaults(), loadClock()]);
}

/** Runs loaders; of what goes wrong, the page tells. */
export async function loading(...loaders) {
  try {
    await Promise.all(loaders.map((load) => load()));
  } catch (error) {
    toast(error.message);
  }
}

async function ofAccount(part) {
  const account = state.account;
  const answer = await call("GET", inAccount(account, part));
  return account === state.account ? answer : null;
}
