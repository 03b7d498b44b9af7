/// <reference lib="esnext.disposable" />

/** Options of {@link startMock}. */
export interface StartOptions {
  /** The command or its path; by default the `migma-mock` of the PATH. */
  command?: string;
  /** Further options of `migma-mock serve`: `["--fixtures", "campaigns"]`. */
  options?: string[];
  /** Environment variables beside those of this process. */
  env?: Record<string, string>;
  /** Seconds until the mock has to be ready; 30 by default. */
  timeout?: number;
}

/**
 * Starts a mock server on a free port; stop it after the tests.
 *
 * @throws Error with the reason that the mock gives, if it does not start.
 */
export function startMock(options?: StartOptions): Promise<Mock>;

/**
 * Returns a mock server that runs already, such as the one of a CI job.
 *
 * @throws ControlError if no mock answers there, or the control token is wrong.
 */
export function connect(url: string, options?: { token?: string }): Promise<Mock>;

/** The control API refused a request, or no mock answered; the message is the server's. */
export class ControlError extends Error {
  /** The HTTP status; null if there was no response. */
  readonly status: number | null;
  readonly problems: Problem[];
}

/** One mistake in what was given. */
export interface Problem {
  /** JSON pointer to its place. */
  pointer: string;
  message: string;
  expected: string;
  got: string;
}

/** A mock server. */
export interface Mock extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without the version. */
  readonly url: string;
  /** Creates an account, which shares nothing with others; its API key selects it. */
  newAccount(options?: NewAccount): Promise<Account>;
  /** Requests to the whole mock without a key, or with one that no account has; oldest first. */
  unknownKeyRequests(): Promise<RecordedRequest[]>;
  /** Stops the server that {@link startMock} started. */
  stop(): Promise<void>;
}

export interface NewAccount {
  /** For people. */
  name?: string;
  /** True for no campaigns; otherwise it has those of the fixtures. */
  empty?: boolean;
  /** Requests that each key may make: `unlimited`, `free`, `25/min`, `100/min,1000/day`. */
  plan?: string;
  /** The same text gives the same keys. */
  keySeed?: string;
  /** Freezes the clock at this time. */
  start?: Date | string;
}

/** An account of the mock: keys, campaigns, clock, faults and requests; one for each test. */
export interface Account extends AsyncDisposable {
  readonly id: string;
  /** The URL of the mock, without the version. */
  readonly baseUrl: string;
  /** The base URL with the version, as the vendor's SDK takes it: `http://127.0.0.1:PORT/v1`. */
  readonly sdkBaseUrl: string;
  /** A key that works. */
  readonly apiKey: string;
  /** A key that was revoked; it gets 401. */
  readonly revokedKey: string;
  /** A key without the permission email:read; it gets 403. */
  readonly forbiddenKey: string;
  /** The headers that a request with {@link apiKey} needs. */
  readonly authHeaders: Record<string, string>;
  readonly clock: Clock;

  /** Adds a campaign and returns its stats; fields that are not given are filled in consistently. */
  campaign(id: string, stats?: Stats): Promise<Required<Stats>>;
  /** Adds a campaign whose stats grow with the clock. */
  addGrowingCampaign(id: string, growth: Growth): Promise<void>;
  /** Adds any campaign, in the format of fixture files. */
  addCampaign(file: CampaignFile): Promise<void>;
  deleteCampaign(id: string): Promise<void>;

  /** Answers with an error from now on: `fail(503, { times: 2 })`. */
  fail(status: number, options?: FailOptions): Promise<Fault>;
  /** Arms a fault: `fault("truncate", { times: 1 })`. One that may never be applied is armed with a warning. */
  fault(kind: FaultKind, options?: FaultOptions): Promise<Fault>;
  /** The armed faults with their counts. */
  faults(): Promise<Fault[]>;
  clearFaults(): Promise<void>;
  /** How many requests each key may make: `free`, `25/min`, `unlimited`. */
  rateLimit(plan: string): Promise<void>;
  /** Growing stats stay as they are for so long; returns the time when they are refreshed again. */
  pauseRefresh(duration: Duration): Promise<Date>;

  /** The requests with keys of this account, oldest first. */
  requests(): Promise<RecordedRequest[]>;
  /**
   * Fails unless requests came as expected: `assertRequested("spring-sale", { times: 1 })`.
   *
   * @throws AssertionError with the request that comes nearest, and how it differs.
   */
  assertRequested(campaign?: string | null, expected?: Expectation): Promise<void>;

  /** The first campaigns, clock and rate limit, no faults, no requests. */
  reset(): Promise<void>;
  /** Deletes the account; its keys become unknown. */
  delete(): Promise<void>;
}

/** The clock of an account; each call returns its time. */
export interface Clock {
  now(): Promise<Date>;
  freeze(at?: Date): Promise<Date>;
  advance(duration: Duration): Promise<Date>;
  set(at: Date): Promise<Date>;
  resume(): Promise<Date>;
}

export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

/** The stats of a campaign, as the API names them; null omits an optional field. */
export interface Stats {
  totalSent?: number;
  totalDelivered?: number;
  uniqueOpens?: number;
  totalOpens?: number;
  uniqueClicks?: number;
  totalClicks?: number;
  unsubscribes?: number;
  bounces?: number;
  openRate?: number;
  clickRate?: number;
  lastUpdated?: string;
  botOpens?: number | null;
  botClicks?: number | null;
  mppOpens?: number | null;
}

/** How a campaign grows; the rates are those that it reaches after a month. */
export interface Growth {
  recipients: number;
  /** A date, or a time before now such as `-10m`. */
  sentAt: Date | string;
  refreshSeconds?: number;
  bounceRate?: number;
  openRate?: number;
  clickRate?: number;
  unsubscribeRate?: number;
  opensPerOpener?: number;
  clicksPerClicker?: number;
  mppShare?: number | null;
  botOpenShare?: number | null;
  botClickShare?: number | null;
}

/** A campaign in the format of fixture files: one of `stats`, `growth`, `reply` and `script`. */
export interface CampaignFile {
  id: string;
  title?: string;
  description?: string;
  [member: string]: unknown;
}

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
  | { uniform: [number, number] }
  | { exponential: number }
  | { lognormal: { median: number; sigma: number } };

/** The requests that are expected, and their number; what is not given matches anything. */
export interface Expectation {
  times?: number;
  atLeast?: number;
  atMost?: number;
  /** In any case. */
  method?: string;
  /** Percent-encoded, without the query. */
  path?: string;
  status?: number;
  /** A part of what chose the response, such as `fault`. */
  matchedBy?: string;
  headers?: Record<string, string>;
}

/** A request that came to the mock, without keys. */
export interface RecordedRequest {
  number: number;
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  campaign: string | null;
  /** The status of the response; null if none was sent. */
  status: number | null;
  /** What chose the response: `campaign spring-sale`. */
  matchedBy: string;
  [member: string]: unknown;
}
