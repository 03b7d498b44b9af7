// What the page knows, and who wants to hear of changes.

export const MAX_ENTRIES = 5000;
export const UNKNOWN_KEY_REQUESTS = "unknown-key-requests";

export const state = {
  account: "built-in",
  accounts: [],
  previews: null,
  faults: [],
  clock: null,
  health: null,
  entries: [],
  missed: 0,
  live: "connecting",
};

const hearers = new Map();

/** Calls `hear` whenever the topic is told, until the signal is aborted. */
export function on(topics, signal, hear) {
  for (const topic of topics.split(" ")) {
    if (!hearers.has(topic)) hearers.set(topic, new Set());
    hearers.get(topic).add(hear);
    signal?.addEventListener("abort", () => hearers.get(topic).delete(hear));
  }
}

/** Tells of a change. */
export function tell(topic, detail) {
  for (const hear of [...(hearers.get(topic) ?? [])]) hear(detail);
}
