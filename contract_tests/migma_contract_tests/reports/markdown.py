"""Markdown for an issue or a pull request comment: the verdict, a table, and the evidence folded away."""

from collections.abc import Iterator

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding
from migma_contract_tests.probes.plan import MEANINGS
from migma_contract_tests.reports.body_excerpt import readable
from migma_contract_tests.reports.contract_lines import ContractPlaces
from migma_contract_tests.reports.markdown_escape import code, fence, prose
from migma_contract_tests.reports.next_steps import next_steps
from migma_contract_tests.reports.phrases import capital, extent, left_out_title, outcome, request, verdict
from migma_contract_tests.reports.safe_text import clip, one_line
from migma_contract_tests.results.report import Report

_BUDGET = 60_000
"""Characters; GitHub takes 65,536 in an issue or comment."""

_ROWS = 50
_CELL = 300
_BODY = 4 * 1024
_MARKS = {"breaking": "🔴 breaking", "warning": "🟠 warning", "info": "🔵 info"}
_HEADINGS = {"conforms": "✅ Conforms", "drift": "❌ Drift", "inconclusive": "⚠️ Inconclusive"}


def render(report: Report) -> str:
    """The report in at most 60,000 characters; what does not fit is counted."""
    parts: list[str] = []
    left, dropped = _BUDGET, 0
    for part in _parts(report):
        if len(part) > left:
            dropped += 1
        else:
            parts.append(part)
            left -= len(part) + 2
    if dropped:
        parts.append(f"_{dropped} more sections did not fit; the JSON report has everything._")
    return "\n\n".join(parts) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"## {_HEADINGS[report.verdict]}"
    yield prose(verdict(report), _CELL)
    yield (
        f"{code(report.target, _CELL)}, held to {code(ContractPlaces(report).file, _CELL)} "
        f"{prose(report.contract_version, _CELL)}: {extent(report)}."
    )
    if report.findings:
        yield _table(report)
    yield from _lists(report)
    for number, finding in enumerate(report.findings[:_ROWS], 1):
        yield _evidence(number, finding, report)
    shown = sorted({finding.exchange for finding in report.findings})
    for index in shown or range(len(report.exchanges) if report.verdict == "inconclusive" else 0):
        yield _exchange(index, report.exchanges[index])


def _table(report: Report) -> str:
    rows = ["| # | Level | Where | What happened | Rule |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| {number} | {_MARKS[f.level]} | {code(f.where, _CELL)} | {prose(f.message, _CELL)} | {code(f.rule)} |"
        for number, f in enumerate(report.findings[:_ROWS], 1)
    ]
    if len(report.findings) > _ROWS:
        rows.append(f"| … | | | {len(report.findings) - _ROWS} more | |")
    return "\n".join(rows)


def _lists(report: Report) -> Iterator[str]:
    accepted = [
        f"{code(e.finding.rule)} at {code(e.finding.where, _CELL)}: {prose(e.reason, _CELL)} ({prose(e.owner, _CELL)})"
        for e in report.accepted
    ]
    sections = {
        "Accepted by the baseline": accepted,
        "Baseline": [prose(note, _CELL) for note in report.baseline_notes],
        capital(left_out_title(report)): [prose(what, _CELL) for what in report.skipped],
        "How the contract was read": [prose(notice) for notice in report.notices],
        "Next": [f"{code(step.use)}: {prose(step.why)}" for step in next_steps(report)],
    }
    for title, lines in sections.items():
        if lines:
            yield "\n".join([f"**{title}**", "", *(f"- {line}" for line in lines)])


def _evidence(number: int, finding: Finding, report: Report) -> str:
    facts = [
        f"where     {one_line(finding.where, _BODY)}",
        f"expected  {one_line(finding.expected, _BODY)}",
        f"got       {one_line(finding.got, _BODY)}",
        f"seen in   {_name(finding.exchange, report.exchanges[finding.exchange])}",
    ]
    return _folded(f"{number}. {finding.level}: {finding.rule}", fence("\n".join(facts)))


def _exchange(index: int, exchange: Exchange) -> str:
    body = readable(exchange, _BODY)
    head = [request(exchange), *(f"{name}: {value}" for name, value in exchange.request_headers)]
    answer = [outcome(exchange), *(f"{name}: {value}" for name, value in exchange.headers)]
    parts = [fence("\n".join(one_line(line, _BODY) for line in [*head, "", *answer]))]
    if body.text:
        parts.append(fence(clip(body.text, 2 * _BODY), "json" if exchange.json.readable else "text"))
    if body.note:
        parts.append(f"({body.note})")
    return _folded(_name(index, exchange), "\n\n".join(parts))


def _name(index: int, exchange: Exchange) -> str:
    # Only words of our own: it stands within HTML, where nothing is escaped for us.
    status = "no response" if exchange.status is None else str(exchange.status)
    return f"request {index + 1}, {MEANINGS[exchange.purpose]}: {status}"


def _folded(summary: str, content: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"
