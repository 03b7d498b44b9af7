// One request: a row that opens to its request, its reply, and what matched it.

import { MOCK } from "./api.js";
import { copyButton, h } from "./dom.js";
import { timeOfDay, tone } from "./format.js";
import { codeBlock } from "./json_view.js";
import { curlCommand } from "./snippets.js";
import { state } from "./state.js";

const REDACTED = "[redacted]";
const OF_THE_CONNECTION = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);
const OPTIONS = { GET: [], HEAD: ["--head"] };

/** The entries whose rows are open, and stay so when the list is made anew. */
const opened = new WeakSet();

/** Return the title of the campaign that a request asked for; "" if it is unknown. */
export function titleOf({ account, campaign }) {
  const preview = campaign ? state.previews?.find(({ id }) => id === campaign) : null;
  // Another account has the built-in campaigns too, and may have others of its own.
  return preview && (account === state.account || preview.builtIn) ? preview.title : "";
}

/** Return a row of the list of requests; a new one is animated. */
export function requestRow(entry, { isNew = false } = {}) {
  const title = titleOf(entry);
  const summary = h("summary", {},
    h(`span.status.${tone(entry.status)}`, {}, String(entry.status ?? "–")),
    h("span.line", { title: target(entry) }, h("b", {}, entry.method), " ", h("code", {}, target(entry))),
    h("span.why", {}, title ? [h("b", {}, title), " "] : null, h("span", {}, entry.failure ? `${entry.failure}, ${entry.matchedBy}` : entry.matchedBy)),
    h("span.soft.whose", {}, entry.account),
    h("time.soft", { datetime: entry.time, title: entry.time }, timeOfDay(entry.time)));
  const row = h(isNew ? "details.request.new" : "details.request", {}, summary);
  function showDetails() {
    if (row.open && row.childElementCount === 1) row.append(details(entry));
  }
  row.open = opened.has(entry);
  showDetails();
  row.addEventListener("toggle", () => {
    opened[row.open ? "add" : "delete"](entry);
    showDetails();
  });
  return h("li", {}, row);
}

function details(entry) {
  return h("div.stack", {},
    h("p", {}, "Matched by ", h("strong", {}, entry.matchedBy), h("span.soft", {}, ` in ${entry.milliseconds} ms, account ${entry.account}, number ${entry.number}`)),
    h("div.row", {}, h("h3", {}, "Request"), copyButton(() => commandOf(entry), "Copy as curl")),
    codeBlock(`${entry.method} ${target(entry)}\n${headerLines(entry.requestHeaders)}`, "Request", { json: false }),
    h("h3", {}, "Reply"),
    entry.failure
      ? h("p", {}, "The client got: ", h("strong", {}, entry.failure))
      : codeBlock(`HTTP ${entry.status}\n${headerLines(entry.responseHeaders)}`, "Status and headers of the reply", { json: false }),
    entry.body ? codeBlock(entry.body + (entry.bodyTruncated ? "…" : ""), "Body of the reply") : h("p.soft", {}, "No body."));
}

function target({ path, query }) {
  return query ? `${path}?${query}` : path;
}

/** Return a curl command for a recorded request, with a placeholder for a key. */
function commandOf(entry) {
  const headers = entry.requestHeaders.filter(([name]) => !OF_THE_CONNECTION.has(name));
  return curlCommand({
    url: MOCK + target(entry).replaceAll(encodeURI(REDACTED), "YOUR_API_KEY").replaceAll(REDACTED, "YOUR_API_KEY"),
    headers: headers.map(([name, value]) => [name, value.replaceAll(REDACTED, "YOUR_API_KEY")]),
    options: OPTIONS[entry.method] ?? ["-X", entry.method],
    caFile: state.connection?.request.caFile,
  });
}

function headerLines(pairs) {
  return pairs.map(([name, value]) => `${name}: ${value}`).join("\n");
}
