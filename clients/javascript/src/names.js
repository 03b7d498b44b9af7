// The names of options; the tests compare them with the types, and those with the mock.

export const START_OPTIONS = ["command", "options", "env", "timeout"];
export const CONNECT_OPTIONS = ["token"];
export const ACCOUNT_OPTIONS = ["name", "empty", "plan", "keySeed", "start"];
export const FAIL_OPTIONS = ["campaign", "times", "skip", "probability", "seed", "code", "message", "retryAfter"];
export const SCENARIO_OPTIONS = ["campaign"];
export const PATTERN = ["method", "path", "query", "status", "matchedBy", "headers"];
export const EXPECTATION = [...PATTERN, "times", "atLeast", "atMost", "timeout"];
export const ORDERED_REQUEST = ["campaign", ...PATTERN];
export const ORDER_OPTIONS = ["timeout"];
