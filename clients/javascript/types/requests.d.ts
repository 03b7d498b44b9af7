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
