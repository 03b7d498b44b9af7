/** Which requests; what is not given matches any. */
export interface RequestPattern {
  /** In any case. */
  method?: string;
  /** Percent-encoded, without the query. */
  path?: string;
  /** Parameters of the query, decoded; there may be others. */
  query?: Record<string, string>;
  status?: number;
  /** A part of what chose the response, such as `fault`. */
  matchedBy?: string;
  /** Names in any case; `account.authHeaders` matches requests with that key. */
  headers?: Record<string, string>;
}

/** A request of an order; a text in its place is a campaign id. */
export interface OrderedRequest extends RequestPattern {
  /** The id in the path. */
  campaign?: string;
}

/** The requests that are expected, and their number: at least one if none is given. */
export interface Expectation extends RequestPattern {
  times?: number;
  atLeast?: number;
  atMost?: number;
  /** Seconds to wait for requests of asynchronous callers, at most 60; 0 by default. */
  timeout?: number;
}

/** A request that came to the mock; secrets are masked. */
export interface RecordedRequest {
  number: number;
  /** When it was answered, by the account's clock. */
  time: string;
  method: string;
  path: string;
  query: string;
  /** The id in the path; empty if the path has none. */
  campaign: string;
  requestHeaders: [string, string][];
  /** The status of the response; null if no complete one was sent. */
  status: number | null;
  /** What the client got in place of a complete response: `no response (reset)`. */
  failure: string | null;
  /** What chose the response: `campaign spring-sale`. */
  matchedBy: string;
  /** True for an unknown path or id, or a wrong method. */
  unexpected: boolean;
  responseHeaders: [string, string][];
  body: string;
  milliseconds: number;
}
