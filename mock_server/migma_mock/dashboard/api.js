// Calls of the control API, with its token if it needs one.

import { field, h } from "./dom.js";

/** The URL of the mock: the parent of this page, which may be mounted below a prefix. */
export const MOCK = new URL("..", location.href).href.slice(0, -1);
const PREFIX = `${MOCK}/__mock__`;
const TOKEN = "migma-mock-token";

/** An error response: its status, message and problems. */
export class ApiError extends Error {
  constructor(status, message, problems) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

/** Send a request and return the response. If the API needs a token, ask for it and send the request again. */
export async function send(method, path, { body, signal, type = "application/json" } = {}) {
  const token = sessionStorage.getItem(TOKEN);
  const headers = {
    ...(token ? { "x-mock-token": token } : {}),
    ...(body === undefined ? {} : { "content-type": type }),
  };
  const response = await fetch(PREFIX + path, { method, body, signal, headers, cache: "no-store" });
  if (response.status !== 401) return response;
  if (token === sessionStorage.getItem(TOKEN)) sessionStorage.removeItem(TOKEN);
  await askForToken();
  return send(method, path, { body, signal, type });
}

/** Send a request and return the JSON of its response; null if it is empty. Throw an ApiError for an error. */
export async function call(method, path, document) {
  const body = document === undefined ? undefined : JSON.stringify(document);
  return callWithText(method, path, body);
}

/** Like call(), with a body that is text already. */
export async function callWithText(method, path, body) {
  let response;
  try {
    response = await send(method, path, { body });
  } catch {
    throw new ApiError(0, "The mock does not respond. Check that it is running.", []);
  }
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  let error = { error: text.slice(0, 200) || `Status ${response.status}` };
  try {
    error = JSON.parse(text);
  } catch {
    // The response is not from the mock: show its text.
  }
  throw new ApiError(response.status, error.error, error.problems ?? []);
}

/** Return the path of something in an account. */
export function inAccount(account, ...rest) {
  return ["", "accounts", account, ...rest].map(encodeURIComponent).join("/");
}

let asking = null;

function askForToken() {
  asking ??= new Promise((resolve) => {
    const input = h("input", { type: "password", required: true, autocomplete: "off", spellcheck: "false" });
    const problem = h("p.error", { role: "alert" });
    const use = h("button.primary", { type: "submit" }, "Continue");
    const form = h("form.stack", { onsubmit: (event) => { event.preventDefault(); check(); } },
      h("h2", {}, "This mock needs a token"),
      h("p.soft", {}, "The mock printed it when it started, unless --control-token set it. The token is kept until you close this tab."),
      field("Token", input, problem), use);
    const dialog = h("dialog", { "aria-label": "Control token" }, form);
    async function check() {
      const token = input.value.trim();
      use.disabled = true; // the answer to a wrong token may take some seconds
      use.textContent = "Checking…";
      problem.textContent = await problemOf(token);
      use.disabled = false;
      use.textContent = "Continue";
      if (problem.textContent) {
        input.value = "";
        input.focus();
        return;
      }
      sessionStorage.setItem(TOKEN, token);
      dialog.remove();
      asking = null;
      resolve();
    }
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

/** Return why a token cannot be used; "" if it is the right one. */
async function problemOf(token) {
  try {
    const { status } = await fetch(`${PREFIX}/accounts`, { headers: { "x-mock-token": token }, cache: "no-store" });
    if (status === 401) return "This token is wrong. Copy the one that the mock printed at its latest start, or that --control-token sets.";
    return status === 429 ? "Too many wrong tokens are being checked. Try again in a few seconds." : "";
  } catch {
    return "The mock does not respond, or the token has characters that a header cannot carry.";
  }
}
