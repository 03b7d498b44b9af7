// Reads server-sent events by fetch, since EventSource cannot send a token.

import { send } from "./api.js";
import { throttled } from "./dom.js";
import { loadAccounts, loadCampaigns, loadClock, loadConnection, loadFaults, loadHealth, loading } from "./load.js";
import { emit, MAX_ENTRIES, state } from "./state.js";

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
    emit("past");
  },
  entries({ entries, missed }) {
    const newest = entries.reverse();
    state.entries = [...newest, ...state.entries].slice(0, MAX_ENTRIES);
    state.missed += missed;
    emit("entries", newest);
  },
  cleared({ account }) {
    state.entries = state.entries.filter((entry) => entry.account !== account);
    emit("past");
  },
  changed({ account, parts }) {
    if (account !== state.account) return;
    for (const part of parts) soon[part]();
  },
  accounts: () => soon.accounts(),
  fixtures: () => soon.fixtures(),
};

/** Follow the mock as long as the page is visible. */
export function follow() {
  let connection = null;
  function update() {
    if (document.hidden) {
      connection?.abort();
      connection = null;
    } else if (!connection) {
      connection = new AbortController();
      keepReading(connection.signal);
    }
  }
  document.addEventListener("visibilitychange", update);
  update();
}

async function keepReading(signal) {
  while (!signal.aborted) {
    try {
      await read(signal);
    } catch {
      // The mock stopped, or the page was hidden.
    }
    if (signal.aborted) return;
    setLive("disconnected");
    await new Promise((resolve) => { setTimeout(resolve, RETRY_MILLISECONDS); });
  }
}

async function read(signal) {
  const response = await send("GET", `/events?last=${MAX_ENTRIES}`, { signal });
  if (!response.ok) return;
  const again = state.live === "disconnected";
  state.entries = [];
  state.missed = 0;
  if (again) loading(loadHealth, loadAccounts, loadCampaigns, loadFaults, loadClock, loadConnection);
  setLive("connected");
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

function setLive(value) {
  state.live = value;
  emit("live");
}
