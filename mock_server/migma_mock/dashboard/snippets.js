// The code of a request to copy: curl, Python and JavaScript.

import { MOCK } from "./api.js";
import { copyButton, h } from "./dom.js";
import { codeBlock } from "./json_view.js";

const LANGUAGES = { curl: curlCommand, Python: python, JavaScript: javascript };
let chosen = "curl";

/** Return tabs with the request in each language. */
export function snippets(described) {
  const request = requestOf(described);
  const code = h("div");
  const tabs = Object.keys(LANGUAGES).map((name) => h("button.tab", { type: "button", onclick: () => show(name) }, name));
  function show(name) {
    chosen = name;
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.textContent === name)));
    code.replaceChildren(codeBlock(LANGUAGES[name](request), `The request in ${name}`, { json: false }));
  }
  show(chosen);
  return h("div.snippets", {}, h("div.row", {}, h("div.tabs", { role: "group", "aria-label": "Language" }, ...tabs),
    copyButton(() => LANGUAGES[chosen](request))), code);
}

/** Return a curl command for a request, as the mock describes it. */
export function curl(described) {
  return curlCommand(requestOf(described));
}

function requestOf({ path, header, value, headers, caFile }) {
  return { url: MOCK + path, headers: header ? [[header, value], ...headers] : headers, caFile };
}

/** Return a curl command for a URL and headers; `options` come before them. It trusts `caFile`, if there is one. */
export function curlCommand({ url, headers, options = [], caFile = null }) {
  const trust = caFile ? [`--cacert ${inShell(caFile)}`] : [];
  return ["curl", ...options, ...trust, ...headers.map((header) => `-H ${inShell(header.join(": "))}`), `\\\n  ${inShell(url)}`].join(" ");
}

function python({ url, headers, caFile }) {
  const [load, trust] = caFile
    ? ["import ssl\n\n", `    verify=ssl.create_default_context(cafile=${literal(caFile)}),\n`] : ["", ""];
  return `${load}import httpx\n\nresponse = httpx.get(\n    ${literal(url)},\n    headers={${inObject(headers)}},\n${trust})\nstats = response.json()["data"]`;
}

function javascript({ url, headers, caFile }) {
  const trust = caFile ? `// Node trusts the mock with the variable NODE_EXTRA_CA_CERTS=${literal(caFile)}\n` : "";
  return `${trust}const response = await fetch(${literal(url)}, {\n  headers: { ${inObject(headers)} },\n});\nconst { data } = await response.json();`;
}

function inObject(headers) {
  return headers.map(([name, value]) => `${literal(name)}: ${literal(value)}`).join(", ");
}

/** Return a string of Python and of JavaScript, in ASCII: a character that reverses or hides text is seen as its code. */
function literal(text) {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function inShell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
