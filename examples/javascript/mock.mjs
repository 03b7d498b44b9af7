// Starts the mock server for tests in JavaScript: one process per test file, one account per test.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export async function startMock(...options) {
  const child = spawn("migma-mock", ["serve", "--port", "0", "--quiet", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = once(child, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  // When the mock is ready, it prints "ready http://127.0.0.1:PORT". If it cannot start, it ends without that line.
  const lines = createInterface({ input: child.stdout });
  const [ready] = await Promise.race([once(lines, "line"), once(lines, "close").then(() => [""]), failed]);
  if (!ready.startsWith("ready ")) throw new Error("migma-mock did not start");
  return new Mock(ready.split(" ")[1], child);
}

class Mock {
  constructor(url, child) {
    Object.assign(this, { url, child });
  }

  async account(options = {}) {
    return new Account(this.url, await call("POST", `${this.url}/__mock__/accounts`, options));
  }

  async stop() {
    this.child.kill();
    await once(this.child, "exit");
  }
}

class Account {
  constructor(url, { id, keys }) {
    this.baseUrl = `${url}/v1`;
    this.keys = keys;
    this.control = `${url}/__mock__/accounts/${id}`;
  }

  putCampaign(id, stats) {
    const file = { id, title: id, description: "Created by a test.", stats };
    return call("PUT", `${this.control}/campaigns/${id}`, file);
  }

  putGrowing(id, growth) {
    return call("PUT", `${this.control}/campaigns/${id}`, { id, title: id, description: "Created by a test.", growth });
  }

  arm(fault) {
    return call("POST", `${this.control}/faults`, fault);
  }

  rateLimit(plan) {
    return call("PUT", `${this.control}/rate-limit`, { plan });
  }

  clock(change) {
    return call("PATCH", `${this.control}/clock`, change);
  }

  // Throws if the requests are not as expected, with the most similar request and its differences.
  async verify(expectation) {
    const result = await call("POST", `${this.control}/verify`, expectation);
    if (!result.ok) throw new Error(`${result.message}\n${JSON.stringify(result.nearest, null, 2)}`);
  }
}

async function call(method, url, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
