// Requests each URL with fetch: JSON [{name, url, key, method, patience}] on standard input, {name: result} on output.

async function seen({ url, key, method, patience }) {
  const headers = { Authorization: `Bearer ${key}` };
  let response;
  try {
    response = await fetch(url, { method, headers, signal: AbortSignal.timeout(patience) });
    const text = await response.text();
    const got = { status: response.status, ok: response.ok, type: response.headers.get("content-type"), text };
    try {
      return { ...got, json: JSON.parse(text) };
    } catch (error) {
      return { ...got, notJson: error.name };
    }
  } catch (error) {
    const status = response?.status ?? null;
    return { status, error: error.name, message: error.message, cause: error.cause?.code ?? null };
  }
}

let input = "";
for await (const chunk of process.stdin) input += chunk;
const asked = JSON.parse(input);
const all = await Promise.all(asked.map(async (each) => [each.name, await seen(each)]));
process.stdout.write(JSON.stringify(Object.fromEntries(all)), () => process.exit(0));
