// One request: a row that opens to its request, its reply, and what matched it.

import { h } from "./dom.js";
import { timeOfDay, tone } from "./format.js";
import { codeBlock } from "./json_view.js";

/** Return a row of the list of requests; a new one is animated. */
export function requestRow(entry, { isNew = false } = {}) {
  const summary = h("summary", {},
    h(`span.status.${tone(entry.status)}`, {}, String(entry.status)),
    h("span.line", { title: entry.path }, h("b", {}, entry.method), " ", h("code", {}, entry.path)),
    h("span.why", {}, entry.matchedBy),
    h("span.soft.whose", {}, entry.account),
    h("time.soft", { datetime: entry.time, title: entry.time }, timeOfDay(entry.time)));
  const row = h(isNew ? "details.request.new" : "details.request", {}, summary);
  row.addEventListener("toggle", () => {
    if (row.open && row.childElementCount === 1) row.append(details(entry));
  });
  return h("li", {}, row);
}

function details(entry) {
  return h("div.stack", {},
    h("p", {}, "Matched by ", h("strong", {}, entry.matchedBy), h("span.soft", {}, ` in ${entry.milliseconds} ms, account ${entry.account}, number ${entry.number}`)),
    h("h3", {}, "Request"),
    codeBlock(`${entry.method} ${entry.path}\n${headerLines(entry.requestHeaders)}`, "Request", { json: false }),
    h("h3", {}, "Reply"),
    codeBlock(`HTTP ${entry.status}\n${headerLines(entry.responseHeaders)}`, "Status and headers of the reply", { json: false }),
    entry.body ? codeBlock(entry.body + (entry.bodyTruncated ? "…" : ""), "Body of the reply") : h("p.soft", {}, "No body."));
}

function headerLines(pairs) {
  return pairs.map(([name, value]) => `${name}: ${value}`).join("\n");
}
