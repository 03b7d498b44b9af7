// A report of the contract check, as its HTML form has it.

import { button, h } from "./dom.js";
import { count, moment, tone } from "./format.js";
import { codeBlock } from "./json_view.js";

const LEVELS = ["breaking", "warning", "info"];
const HEADINGS = { conforms: "Conforms", drift: "Drift", inconclusive: "Inconclusive" };

/** The whole report. */
export function reportPage(report) {
  return h("article.report.stack", {}, header(report),
    ...LEVELS.map((level) => group(report, level)),
    list("Next", report.next.map(({ use, why }) => [h("code", {}, use), " ", h("span.soft", {}, why)])),
    list("Accepted by the baseline", report.accepted.map(({ finding, reason, owner }) => (
      [h("code", {}, finding.rule), " at ", h("code", {}, finding.where), `: ${finding.message} `, h("span.soft", {}, `${reason} (${owner})`)]))),
    list("Left out", report.left_out), list("Baseline", report.baseline_notes), list("How the contract was read", report.notices),
    h("section", {}, h("h3", {}, `Requests (${report.exchanges.length})`), ...report.exchanges.map(exchange)));
}

function header(report) {
  const { verdict, target, contract, requests, elapsed, started, fail_on: failOn, tool } = report;
  return h(`header.card.verdict-card.${verdict in HEADINGS ? verdict : "inconclusive"}`, {},
    h("h3", {}, HEADINGS[verdict] ?? verdict), h("p.lead", {}, sentence(report)),
    pairs({
      Target: target,
      Contract: `${contract.source} ${contract.version}`,
      Asked: `${requests.sent} of at most ${requests.max} requests in ${elapsed.toFixed(2)} s, ${moment(new Date(started))} UTC`,
      "Drift from": `${failOn} upwards`,
      "Judged by": `${tool.name} ${tool.version}`,
    }));
}

function sentence({ verdict, reason, findings, accepted, left_out: leftOut }) {
  const numbers = LEVELS.map((level) => [findings.filter((finding) => finding.level === level).length, level]).filter(([number]) => number);
  const found = numbers.map(([number, level]) => `${number} ${level}`).join(", ") || "no findings";
  const all = [found, ...(accepted.length ? [`${accepted.length} accepted`] : []), ...(leftOut.length ? [`${count(leftOut.length, "request")} left out`] : [])].join(", ");
  if (verdict === "conforms") return `The API conforms to the contract (${all}).`;
  if (verdict === "drift") return `The API has drifted from the contract (${all}).`;
  return `Too little was seen to judge. ${reason}`;
}

function group(report, level) {
  const found = report.findings.filter((finding) => finding.level === level);
  if (!found.length) return null;
  return h(`section.${level}`, {}, h("h3", {}, `${level[0].toUpperCase()}${level.slice(1)} (${found.length})`), ...found.map((finding, index) => (
    h("details.card.finding", { open: index === 0 },
      h("summary", {}, h("code.where", {}, finding.where), h("span", {}, finding.message)),
      pairs({
        Expected: finding.expected,
        Got: finding.got,
        "Seen in": [button(`request ${finding.exchange + 1}`, () => open(finding.exchange), "button.link"), `: ${report.exchanges[finding.exchange].summary}`],
        Rule: [h("code", {}, finding.rule), `: ${report.rules[finding.rule].meaning}`],
        Why: report.rules[finding.rule].why,
        Source: [report.rules[finding.rule].source, finding.asked_at ? [" (", h("code", {}, finding.asked_at), ")"] : null],
        Fingerprint: h("code", {}, finding.fingerprint),
      })))));
}

function exchange(one, index) {
  const status = one.status ?? "no response";
  const failure = one.failure ? `, ${one.failure.kind}: ${one.failure.detail}` : "";
  const headerText = (headers) => headers.map(([name, value]) => `${name}: ${value}`).join("\n");
  return h("details.card", { id: `request-${index + 1}` },
    h("summary", {}, `${index + 1}. `, h(`span.status.${tone(one.status)}`, {}, String(status)), " ", h("code", {}, one.summary)),
    h("h4", {}, "Request"), codeBlock(`${one.method} ${one.url}\n${headerText(one.request_headers)}`, "Request", { json: false }),
    h("h4", {}, "Response"), codeBlock(`${status} in ${one.elapsed.toFixed(2)} s${failure}\n${headerText(one.headers)}`, "Response", { json: false }),
    one.body ? [h("h4", {}, one.truncated ? `Body (cut: it has ${count(one.body_size, "byte")})` : "Body"), codeBlock(one.body, "Body")] : null);
}

/** Opens a request of the report, and goes there. */
function open(index) {
  const request = document.getElementById(`request-${index + 1}`);
  request.open = true;
  request.querySelector("summary").focus();
}

function list(title, lines) {
  return lines.length ? h("section", {}, h("h3", {}, title), h("ul", {}, ...lines.map((line) => h("li", {}, line)))) : null;
}

function pairs(values) {
  return h("dl.pairs", {}, ...Object.entries(values).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}
