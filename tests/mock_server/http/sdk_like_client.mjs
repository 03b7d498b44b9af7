// Asks as the vendor's Node SDK does: fetch, a Content-Type on GET too, the body read as JSON whatever the status,
// {data, error} as result, two retries on 429 and 5xx, Retry-After honoured.
//
//   node sdk_like_client.mjs BASE_URL API_KEY CAMPAIGN_ID [METHOD]   prints one JSON document

const RETRIES = 2;
const [baseUrl, apiKey, id, method = "GET"] = process.argv.slice(2);
const waits = [];

async function once() {
  const response = await fetch(`${baseUrl}/campaigns/${encodeURIComponent(id)}/stats`, {
    method,
    headers: {
      Authorization: `Bearer ${apiKey}`,
      "Content-Type": "application/json",
      "User-Agent": "migma-node/0.0.0",
    },
  });
  const body = await response.json();
  const data = response.ok && body.success ? body.data : null;
  const error = data ? null : { message: body.error, statusCode: response.status, code: body.code };
  return { data, error, status: response.status, retryAfter: response.headers.get("retry-after") };
}

let result = await once();
for (let retry = 1; retry <= RETRIES && (result.status === 429 || result.status >= 500); retry++) {
  // As long as the server says; a linear or exponential delay where it says nothing. Noted here, not slept.
  waits.push(result.status === 429 && result.retryAfter ? Number(result.retryAfter) : retry);
  result = await once();
}
console.log(JSON.stringify({ ...result, waits }));
