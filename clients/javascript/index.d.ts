/// <reference lib="esnext.disposable" />

import type { CampaignFile, Growth, Stats } from "./types/campaigns.js";
import type { FailOptions, Fault, FaultKind, FaultOptions, Scenario, ScenarioName } from "./types/faults.js";
import type { Expectation, OrderedRequest, RecordedRequest, RequestPattern } from "./types/requests.js";

export type * from "./types/campaigns.js";
export type * from "./types/faults.js";
export type * from "./types/requests.js";

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
 * With `--tls`, Node trusts the mock only if NODE_EXTRA_CA_CERTS named its certificate before Node started: start the
 * mock before Node, and {@link connect} to it.
 *
 * @throws TypeError if an option is unknown or has another type.
 * @throws Error with the reason that the mock gives, if it does not start.
 */
export function startMock(options?: StartOptions): Promise<Mock>;

/**
 * Returns a mock server that runs already, such as the one of a CI job.
 *
 * @param url The URL that `migma-mock serve` prints, with or without `/v1`.
 * @throws TypeError if an argument has a value that it cannot have.
 * @throws ControlError if no mock answers there, its control API is off, or the control token is wrong or missing.
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

/**
 * An account of the mock: keys, campaigns, clock, faults and requests; one for each test.
 *
 * Its methods reject with a TypeError, before any request, if an argument cannot be right, and with a {@link ControlError}
 * if the mock refuses it. Both name the call and the argument: `fail(retryAfter): expected …`.
 */
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
  /** Arms a scenario, which `migma-mock scenarios` describes: `scenario("outage-503")`. */
  scenario(name: ScenarioName, options?: { campaign?: string }): Promise<Scenario>;
  /** The armed faults with their counts, those of scenarios included. */
  faults(): Promise<Fault[]>;
  clearFaults(): Promise<void>;
  /**
   * Fails if an armed fault was not used up: applied as often as its `times` says, without `times` at least once. A
   * scenario is used if one of its faults was applied.
   *
   * @throws AssertionError with how often each was applied.
   */
  assertFaultsUsed(): Promise<void>;
  /** How many requests each key may make: `free`, `25/min`, `unlimited`. */
  rateLimit(plan: string): Promise<void>;
  /** Growing stats stay as they are for so long; returns the time when they are refreshed again. */
  pauseRefresh(duration: Duration): Promise<Date>;

  /** The requests with keys of this account, oldest first. */
  requests(): Promise<RecordedRequest[]>;
  /** Those of {@link requests} for an unknown path or id, or with a wrong method. */
  unexpectedRequests(): Promise<RecordedRequest[]>;
  /**
   * Fails unless requests came as expected: `assertRequested("spring-sale", { times: 1 })`. It does not wait for
   * requests that are missing, unless `timeout` says so.
   *
   * @throws AssertionError with the request that comes nearest, and how it differs.
   */
  assertRequested(campaign?: string | null, expected?: Expectation): Promise<void>;
  /** Fails if such a request came. */
  assertNotRequested(campaign?: string | null, pattern?: RequestPattern): Promise<void>;
  /**
   * Fails unless such requests came one after the other; others may come between:
   * `assertRequestedInOrder([{ status: 503 }, "spring-sale"])`.
   */
  assertRequestedInOrder(order: (string | OrderedRequest)[], options?: { timeout?: number }): Promise<void>;

  /** The first campaigns, clock and rate limit, no faults, no requests. */
  reset(): Promise<void>;
  /** Deletes the account; its keys become unknown. */
  delete(): Promise<void>;
}

/** The clock of an account; each call returns its time. */
export interface Clock {
  now(): Promise<Date>;
  /** Stops it, now or at a time. */
  freeze(at?: Date | string): Promise<Date>;
  advance(duration: Duration): Promise<Date>;
  /** Sets it, also back; a clock that runs goes on from there. */
  set(at: Date | string): Promise<Date>;
  /** Lets it run again. */
  resume(): Promise<Date>;
}

/** At least one unit. */
export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}
