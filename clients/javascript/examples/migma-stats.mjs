// A small client for campaign stats, with a time-out, retries and error kinds. Node 20 or newer, no packages.

export class StatsError extends Error {
  constructor(kind, message, options) {
    super(message, options);
    this.name = "StatsError";
    this.kind = kind; // "unknown-campaign", "not-allowed", "unavailable" or "unexpected-response"
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export class StatsClient {
  // rates: the unit in which the API sends rates. Its page says "divided by delivered", the vendor's SDK 0-100.
  constructor({
    apiKey,
    baseUrl = "https://api.migma.ai/v1",
    timeout = 5,
    retries = 2,
    sleep = pause,
    rates = "fraction",
  }) {
    const whole = rates === "percent" ? 100 : 1;
    Object.assign(this, { apiKey, baseUrl, timeout, retries, sleep, whole });
  }

  async stats(campaignId) {
    const { status, text } = await this.#get(`/campaigns/${encodeURIComponent(campaignId)}/stats`);
    if (status === 404) throw new StatsError("unknown-campaign", campaignId);
    if (status === 401 || status === 403) throw new StatsError("not-allowed", text);
    return read(status, text, this.whole);
  }

  async #get(path) {
    let problem;
    for (let attempt = 0; attempt <= this.retries; attempt++) {
      let wait = 2 ** attempt;
      try {
        const response = await fetch(this.baseUrl + path, {
          headers: { Authorization: `Bearer ${this.apiKey}` },
          signal: AbortSignal.timeout(this.timeout * 1000),
        });
        const text = await response.text();
        if (response.status !== 429 && response.status < 500) return { status: response.status, text };
        problem = `status ${response.status}`;
        wait = Number(response.headers.get("retry-after") ?? wait);
      } catch (error) {
        problem = `${error.name}: ${error.message}`;
      }
      if (attempt < this.retries) await this.sleep(wait);
    }
    throw new StatsError("unavailable", problem);
  }
}

// Rates are returned as fractions, whatever the API sends.
function read(status, text, whole) {
  let data;
  try {
    data = JSON.parse(text).data;
  } catch (cause) {
    throw new StatsError("unexpected-response", `status ${status}: the body is not JSON`, { cause });
  }
  const isRate = (value) => typeof value === "number" && value >= 0 && value <= whole;
  const asOf = new Date(data?.lastUpdated ?? NaN);
  const isValid =
    Number.isInteger(data?.totalDelivered) && isRate(data.openRate) && isRate(data.clickRate) && !Number.isNaN(+asOf);
  if (status !== 200 || !isValid) throw new StatsError("unexpected-response", `status ${status}: ${text}`);
  return { delivered: data.totalDelivered, openRate: data.openRate / whole, clickRate: data.clickRate / whole, asOf };
}
