// Server-sent events by fetch, since EventSource cannot send a token; and what they change.

import { send } from "./api.js";
import { throttled } from "./dom.js";
import { loadAccounts, loadCampaigns, loadClock, loadFaults, loadHealth, loading } from "./load.js";
import { MAX_ENTRIES, state, tell } from "./state.js";

const RETRY_MILLISECONDS = 1000;

const soon = {
  accounts: throttled(() => loading(loadAccounts), 300),
  campaigns: throttled(() => loading(loadCampaigns), 300),
  clock: throttled(() => loading(loadClock, loadCampaigns), 300),
  faults: throttled(() => loading(loadFaults), 300),
  fixtures: throttled(() => loading(loadHealth, loadCampaigns), 100),
};

const handlers = {
  past({ entries }) {
    state.entries.push(...entries);
    tell("past");
  },
  entries({ entries, missed }) {
    const newest = entries.reverse();
    state.entries = [...newest, ...state.entries].slice(0, MAX_ENTRIES);
    state.missed += missed;
    tell("entries", newest);
  },
  cleared({ account }) {
    state.entries = state.entries.filter((entry) => entry.account !== account);
    tell("past");
  },
  changed({ account, parts }) {
    if (account !== state.account) return;
    for (const part of parts) soon[part]();
  },
  accounts: () => soon.accounts(),
  fixtures: () => soon.fixtures(),
};

/** Follows the mock for as long as the page is to be seen. */
export function follow() {
  let connection = null;
  function look() {
    if (document.hidden) {
      connection?.abort();
      connection = null;
    } else if (!connection) {
      connection = new AbortController();
      keepReading(connection.signal);
    }
  }
  document.addEventListener("visibilitychange", look);
  look();
}

async function keepReading(signal) {
  while (!signal.aborted) {
    try {
      await read(signal);
    } catch {
      // The mock stopped, or the page is hidden: try again, or do not.
    }
    if (signal.aborted) return;
    live("disconnected");
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MILLISECONDS); });
  }
}

async function read(signal) {
  const response = await send("GET", `/events?last=${MAX_ENTRIES}`, { signal });
  if (!response.ok) return;
  const again = state.live === "disconnected";
  state.entries = [];
  state.missed = 0;
  if (again) loading(loadHealth, loadAccounts, loadCampaigns, loadFaults, loadClock);
  live("connected");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    events.forEach(handle);
  }
}

function handle(event) {
  const [name, data] = event.split("\n");
  if (data) handlers[name.slice("event: ".length)]?.(JSON.parse(data.slice("data: ".length)));
}

function live(how) {
  state.live = how;
  tell("live");
}
