// The state of the page, and the listeners for its changes.

export const MAX_ENTRIES = 5000;
export const UNKNOWN_KEY = "unknown-key";

export const state = {
  account: "built-in",
  accounts: [],
  previews: null,
  faults: [],
  connection: null,
  clock: null,
  health: null,
  entries: [],
  missed: 0,
  live: "connecting",
};

/** Return the rate of a campaign that everyone opened: 1, or 100 if the mock serves percentages. */
export function wholeRate(unit = state.health?.rates) {
  return unit === "percent" ? 100 : 1;
}

const listeners = new Map();

/** Call the listener whenever one of the topics is emitted, until the signal is aborted. */
export function on(topics, signal, listener) {
  for (const topic of topics.split(" ")) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic).add(listener);
    signal?.addEventListener("abort", () => listeners.get(topic).delete(listener));
  }
}

/** Call the listeners of a topic. */
export function emit(topic, detail) {
  for (const listener of [...(listeners.get(topic) ?? [])]) listener(detail);
}
