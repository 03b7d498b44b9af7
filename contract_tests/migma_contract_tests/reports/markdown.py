"""Markdown for an issue or a pull request comment: the verdict, a table, and the evidence folded."""

from collections.abc import Iterator

from migma_contract.ci_commands import without_commands
from migma_contract.code_points import with_code_points
from migma_contract.safe_text import clip, one_line
from migma_contract_tests.reports.body_view import body_view
from migma_contract_tests.reports.groups import Group, groups
from migma_contract_tests.reports.history_phrases import history_lines, since
from migma_contract_tests.reports.markdown_escape import code, fence, prose
from migma_contract_tests.reports.phrases import (
    capitalize,
    extent,
    heading,
    outcome,
    same_outcome,
    seen_in,
    skipped_title,
    status,
    verdict,
)
from migma_contract_tests.reports.three_way_phrases import COLUMNS, TITLE, cells, corner_lines, shown_rows
from migma_contract_tests.results.json_text import printable_json
from migma_contract_tests.results.purposes import PURPOSES
from migma_contract_tests.results.records import ExchangeRecord, FindingRecord
from migma_contract_tests.results.report import Report

_BUDGET = 60_000
"""Characters; GitHub accepts 65,536 in an issue or comment."""

_ROWS = 50
_CELL = 300
_NARROW_CELL = 150
_REASON = 1000
_BODY = 4 * 1024
_MARKS = {"breaking": "🔴 breaking", "warning": "🟠 warning", "info": "🔵 info"}
_VERDICT_MARKS = {"conforms": "✅", "drift": "❌", "inconclusive": "⚠️"}


def render(report: Report) -> str:
    """Return the report in at most 60,000 characters, with the number of sections that do not fit."""
    parts: list[str] = []
    remaining, dropped = _BUDGET, 0
    # Before they are counted, since an escape is longer than its character.
    for part in map(without_commands, _parts(report)):
        if len(part) > remaining:
            dropped += 1
        else:
            parts.append(part)
            remaining -= len(part) + 2
    if dropped:
        parts.append(
            f"_{dropped} more section{'' if dropped == 1 else 's'} did not fit; the JSON report has everything._"
        )
    return "\n\n".join(parts) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"## {_VERDICT_MARKS[report.verdict]} {heading(report)}"
    yield prose(verdict(report), _REASON)
    yield from [capitalize(prose(same, _CELL))] if (same := same_outcome(report)) else []
    yield from [prose(report.not_judged)] if report.not_judged else []
    how = "checked against" if report.kind == "check" else "compared with"
    yield (
        f"{code(report.target, _CELL)}, {how} {code(report.contract.source, _CELL)} "
        f"{prose(report.contract.version, _CELL)}: {extent(report)}."
    )
    if report.findings:
        yield _table(report)
    if report.three_way:
        yield from _three_way(report)
    yield from _lists(report)
    for number, group in enumerate(groups(report.findings, report)[:_ROWS], 1):
        yield _evidence(number, group, report)
    shown = sorted({finding.exchange for finding in report.findings if finding.exchange is not None})
    for index in shown or range(len(report.exchanges) if report.verdict == "inconclusive" else 0):
        yield _exchange(index, report.exchanges[index])


def _table(report: Report) -> str:
    found = groups(report.findings, report)
    rows = ["| # | Level | What happened | Where | Rule |", "| --- | --- | --- | --- | --- |"]
    rows += [_row(number, group) for number, group in enumerate(found[:_ROWS], 1)]
    if len(found) > _ROWS:
        rows.append(f"| … | | {sum(group.size for group in found[_ROWS:]):,} more | | |")
    return "\n".join(rows)


def _three_way(report: Report) -> Iterator[str]:
    yield "\n".join([f"**{capitalize(TITLE)}**", "", *(f"- {prose(line)}" for line in corner_lines(report))])
    rows = [" | ".join(prose(text, _NARROW_CELL) for text in cells(row)) for row in shown_rows(report)]
    if rows:
        head = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
        yield "\n".join([*head, *(f"| {row} |" for row in rows)])


def _row(number: int, group: Group) -> str:
    first = group.first
    where = code(with_code_points(first.where), _CELL)
    return f"| {number} | {_MARKS[first.level]} | {prose(group.message, _CELL)} | {where} | {code(first.rule)} |"


def _lists(report: Report) -> Iterator[str]:
    accepted = [
        f"{code(e.finding.rule)} at {code(e.finding.where, _CELL)}: {prose(e.reason, _CELL)} ({prose(e.owner, _CELL)})"
        for e in report.accepted
    ]
    sections = {
        "Accepted by the baseline": accepted,
        "Baseline": [prose(note, _CELL) for note in report.baseline_notes],
        "History": [prose(line) for line in history_lines(report)],
        capitalize(skipped_title(report)): [prose(probe, _CELL) for probe in report.skipped],
        "Cautions": [prose(caution) for caution in report.cautions],
        "How the contract was read": [prose(notice) for notice in report.notices],
        "Next": [f"{code(step.use)}: {prose(step.why)}" for step in report.next],
    }
    for title, lines in sections.items():
        if lines:
            yield "\n".join([f"**{title}**", "", *(f"- {line}" for line in lines)])


def _evidence(number: int, group: Group, report: Report) -> str:
    finding = group.first
    facts = [
        ("where", "\n          ".join(one_line(place, _BODY) for place in group.places)),
        (group.labels.expected, one_line(group.expected, _BODY)),
        (group.labels.got, one_line(group.got, _BODY)),
        (group.labels.seen_in, _seen_in(finding, report)),
        ("since", one_line(since(group.findings, report), _BODY)),
    ]
    lines = [f"{name:10}{text}" for name, text in facts if text]
    return _folded(f"{number}. {finding.level}: {finding.rule}", fence("\n".join(lines)))


def _seen_in(finding: FindingRecord, report: Report) -> str:
    if finding.exchange is None:
        return seen_in(finding, report)
    return _name(finding.exchange, report.exchanges[finding.exchange])


def _exchange(index: int, exchange: ExchangeRecord) -> str:
    body = body_view(exchange.body, _BODY)
    head = [exchange.summary, *(f"{name}: {value}" for name, value in exchange.request_headers)]
    response = [outcome(exchange), *(f"{name}: {value}" for name, value in exchange.headers)]
    parts = [fence("\n".join(one_line(line, _BODY) for line in [*head, "", *response]))]
    if body.text:
        text = clip(body.text, 2 * _BODY)
        parts.append(fence(printable_json(text), "json") if body.is_json else fence(text))
    if body.note:
        parts.append(f"({body.note})")
    return _folded(_name(index, exchange), "\n\n".join(parts))


def _name(index: int, exchange: ExchangeRecord) -> str:
    # Nothing from the server: it is part of HTML and not escaped.
    return f"request {index + 1}, {PURPOSES[exchange.purpose]}: {status(exchange)}"


def _folded(summary: str, content: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"
