// The control API, with its token where it asks for one.

import { button, field, h } from "./dom.js";

/** Where the mock is: above this page, which may be below a prefix of another application. */
export const MOCK = new URL("..", location.href).href.slice(0, -1);
const PREFIX = `${MOCK}/__mock__`;
const TOKEN = "migma-mock-token";

/** An answer other than success: its status, sentence and problems. */
export class ApiError extends Error {
  constructor(status, message, problems) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

/** A request; again with a token, if it takes one. Resolves with the response, whatever its status. */
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

/** A request and its JSON; null for an empty answer. Throws an ApiError for what is no success. */
export async function call(method, path, document) {
  const body = document === undefined ? undefined : JSON.stringify(document);
  return callWithText(method, path, body);
}

/** The same, with a body that is text already. */
export async function callWithText(method, path, body) {
  let response;
  try {
    response = await send(method, path, { body });
  } catch {
    throw new ApiError(0, "The mock does not answer. Is it running?", []);
  }
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : null;
  let error = { error: text.slice(0, 200) || `Status ${response.status}` };
  try {
    error = JSON.parse(text);
  } catch {
    // Not from the mock then; its text is all there is.
  }
  throw new ApiError(response.status, error.error, error.problems ?? []);
}

/** The path of something in an account. */
export function inAccount(account, ...rest) {
  return ["", "accounts", account, ...rest].map(encodeURIComponent).join("/");
}

let asking = null;

function askForToken() {
  asking ??= new Promise((resolve) => {
    const input = h("input", { type: "password", required: true, autocomplete: "off", spellcheck: "false" });
    const dialog = h("dialog", { "aria-label": "Control token" },
      h("h2", {}, "This mock asks for a token"),
      h("p.soft", {}, "It was printed when the mock started, or given with --control-token. It is kept until you close this tab."),
      field("Token", input),
      button("Use it", use, "button.primary"));
    function use() {
      if (!input.value.trim()) return;
      sessionStorage.setItem(TOKEN, input.value.trim());
      dialog.remove();
      asking = null;
      resolve();
    }
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") use(); });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}
