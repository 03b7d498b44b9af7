/** An armed fault, as it was when it was asked for; `faults()` has the present counts. */
export interface Fault extends AsyncDisposable {
  readonly id: string;
  readonly kind: FaultKind;
  /** The number of responses that it could have changed. */
  readonly eligible: number;
  /** The number of these that it changed. */
  readonly applied: number;
  /** True if it was applied as many times as it may be. */
  readonly exhausted: boolean;
  disarm(): Promise<void>;
}

export type FaultKind =
  | "status"
  | "html"
  | "delay"
  | "timeout"
  | "drip"
  | "reset"
  | "reset-mid-body"
  | "truncate"
  | "wrong-content-length"
  | "wrong-content-type"
  | "empty-body"
  | "invalid-json"
  | "body"
  | "set-field"
  | "float-counts"
  | "drop-field"
  | "rename-field"
  | "retype-field"
  | "null-field"
  | "unknown-field"
  | "percent-rates"
  | "undocumented-status";

/** Which responses a fault changes, and the error of the fault `status`. */
export interface FailOptions {
  /** Only responses for this campaign. */
  campaign?: string | null;
  /** How many responses it changes; without it, until it is disarmed. */
  times?: number | null;
  /** How many responses pass unchanged first. */
  skip?: number;
  probability?: number;
  seed?: number;
  code?: string | null;
  message?: string | null;
  /** Seconds. */
  retryAfter?: number | null;
}

/** The parameters of all kinds of faults; each kind has some of them. */
export interface FaultOptions extends FailOptions {
  status?: number;
  seconds?: number | null;
  distribution?: Distribution | null;
  pieces?: number;
  after?: number | null;
  delta?: number;
  contentType?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string | null;
  binary?: string | null;
  field?: string | string[];
  on?: "success" | "error" | null;
  to?: string;
  name?: string;
  value?: unknown;
}

/** Delays that vary. */
export type Distribution =
  { uniform: [number, number] } | { exponential: number } | { lognormal: { median: number; sigma: number } };

/** An armed scenario: faults with a name, which are disarmed together. */
export interface Scenario extends AsyncDisposable {
  readonly name: ScenarioName;
  /** The only campaign that it is for; null: all responses of the account. */
  readonly campaign: string | null;
  disarm(): Promise<void>;
}

export type ScenarioName =
  | "outage-503"
  | "outage-522"
  | "connection-reset"
  | "flaky-5-percent"
  | "slow-tail"
  | "quota-exhausted"
  | "key-expired"
  | "firewall-page"
  | "login-page"
  | "other-error-format"
  | "error-with-200"
  | "accepted-without-stats"
  | "eventual-consistency"
  | "stale-cache"
  | "wrong-campaign"
  | "empty-stats"
  | "renamed-field"
  | "null-counts"
  | "numbers-as-text"
  | "float-counts"
  | "percent-rates"
  | "scanner-burst"
  | "mpp-on"
  | "mpp-off";
