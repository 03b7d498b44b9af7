// The code of a request to copy: curl, Python and JavaScript.

import { MOCK } from "./api.js";
import { copyButton, h } from "./dom.js";
import { codeBlock } from "./json_view.js";

const LANGUAGES = { curl, Python: python, JavaScript: javascript };
let chosen = "curl";

/** Return tabs with the request in each language. */
export function snippets({ path, header, value }) {
  const request = { url: MOCK + path, header, value };
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

function curl({ url, header, value }) {
  return `curl -H ${inShell(`${header}: ${value}`)} \\\n  ${inShell(url)}`;
}

function python({ url, header, value }) {
  return `import httpx\n\nresponse = httpx.get(\n    ${literal(url)},\n    headers={${literal(header)}: ${literal(value)}},\n)\nstats = response.json()["data"]`;
}

function javascript({ url, header, value }) {
  return `const response = await fetch(${literal(url)}, {\n  headers: { ${literal(header)}: ${literal(value)} },\n});\nconst { data } = await response.json();`;
}

/** Return a string of Python and of JavaScript, in ASCII: a character that reverses or hides text is seen as its code. */
function literal(text) {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function inShell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
