"""Phrases that the formats for people share: the verdict, the counts, the outcome of a request."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from migma_contract.finding import Level
from migma_contract.rules import RULES
from migma_contract.rules.rule import Rule
from migma_contract_tests.results.records import ExchangeRecord, FindingRecord
from migma_contract_tests.results.report import Report

if TYPE_CHECKING:
    from migma_contract.openapi.diff import ChangeRule  # not needed by a check

LEVELS: Final = tuple(sorted(Level, key=lambda level: -level.rank))
"""The levels, the worst first."""


_HEADINGS: Final = {
    "check": {"conforms": "Conforms", "drift": "Drift", "inconclusive": "Inconclusive"},
    "diff": {"conforms": "Compatible", "drift": "Changed", "inconclusive": "Inconclusive"},
}
_SHOWN_OPERATIONS = 3


def rules_of(report: Report) -> "Sequence[Rule | ChangeRule]":
    """Return the rules that could have findings."""
    if report.kind == "check":
        return RULES
    from migma_contract.openapi.diff import CHANGE_RULES

    return CHANGE_RULES


def seen_in(finding: FindingRecord, report: Report) -> str:
    """Return the request that shows a finding, or the operations that a change affects."""
    if finding.exchange is not None:
        return report.exchanges[finding.exchange].summary
    more = len(finding.operations) - _SHOWN_OPERATIONS
    return (
        ", ".join([*finding.operations[:_SHOWN_OPERATIONS], *([f"{more} more"] if more > 0 else [])]) or "no operation"
    )


def failing(report: Report) -> list[FindingRecord]:
    """Return the findings that count as drift: at or above ``fail_on``."""
    return [finding for finding in report.findings if finding.level.rank >= report.fail_on.rank]


def at_level(findings: Iterable[FindingRecord], level: Level) -> list[FindingRecord]:
    """Return the findings of one level, in their order."""
    return [finding for finding in findings if finding.level is level]


def number_at_level(report: Report, level: Level) -> int:
    """Return the number of findings of one level, with the omitted ones, which are the mildest of their rule."""
    mildest = {finding.rule: finding.level for finding in report.findings}
    omitted = sum(number for rule, number in report.omitted.items() if mildest.get(rule) is level)
    return len(at_level(report.findings, level)) + omitted


def counts(report: Report) -> str:
    """Return the number of findings by level, accepted ones and skipped requests: ``2 breaking, 1 info``."""
    numbers = [(number_at_level(report, level), level) for level in LEVELS]
    is_news = report.history is not None and report.history.only_new
    parts = [f"{number:,} {'new ' if is_news else ''}{level}" for number, level in numbers if number]
    nothing = "nothing new" if is_news else "no findings" if report.kind == "check" else "no changes"
    return ", ".join([*(parts or [nothing]), *other_counts(report)])


def other_counts(report: Report) -> list[str]:
    """Return the number of findings that are gone, known or accepted, and of skipped requests, if there are any."""
    gone, known = (len(report.history.gone), report.history.known) if report.history else (0, 0)
    parts = [f"{number:,} {what}" for number, what in ((gone, "gone"), (known, "known")) if number]
    rows = report.three_way.rows if report.three_way else ()
    changes = sum(row.is_change and row.needs_action for row in rows)
    parts += [f"{changes:,} published change{'' if changes == 1 else 's'}"] if changes else []
    accepted = len(report.accepted) + sum(row.is_change and bool(row.accepted) for row in rows)
    parts += [f"{accepted} accepted"] if accepted else []
    if report.skipped:
        number = len(report.skipped)
        parts.append(f"{number} request{'s' if number > 1 else ''} skipped")
    return parts


def heading(report: Report) -> str:
    """Return the verdict in one word."""
    return _HEADINGS[report.kind][report.verdict]


def capitalize(text: str) -> str:
    """Return the text with an upper-case first letter."""
    return f"{text[:1].upper()}{text[1:]}"


def skipped_title(report: Report) -> str:
    """Return the title for the skipped requests, with the reason if it was not the cap."""
    return f"skipped, since {report.stop_reason}" if report.stop_reason else "skipped"


def verdict(report: Report) -> str:
    """Return the verdict as one sentence."""
    if report.kind == "diff":
        how = "breaks clients of" if report.verdict == "drift" else "is compatible with"
        if report.verdict == "drift" and not number_at_level(report, Level.BREAKING):
            how = "differs from"
        return f"The new document {how} the old one ({counts(report)})."
    match report.verdict:
        case "conforms":
            return f"The API conforms to the contract ({counts(report)})."
        case "drift" if report.three_way and not failing(report):
            return f"The published document has changed from the contract ({counts(report)})."
        case "drift":
            return f"The API has drifted from the contract ({counts(report)})."
        case "inconclusive":
            return f"Too little was seen to judge. {report.reason}"


def headline(notice: str) -> str:
    """Return the first sentence of a notice, which is enough for one line."""
    return re.split(r"(?<=\.) (?=[A-Z'])", notice, maxsplit=1)[0]


def extent(report: Report) -> str:
    """Return the number of requests, or of the operations that were compared, and the time they took."""
    if report.kind == "diff":
        return f"{report.operations:,} operation{'' if report.operations == 1 else 's'} in {report.elapsed:.2f} s"
    return f"{report.requests.sent} of at most {report.requests.max} requests in {report.elapsed:.2f} s"


def status(exchange: ExchangeRecord) -> str:
    """Return the status of a response, or ``no response``."""
    return "no response" if exchange.status is None else str(exchange.status)


def outcome(exchange: ExchangeRecord) -> str:
    """Return the outcome of a request: ``200 in 0.12 s``, with the failure or the server's message if there is one."""
    return f"{status(exchange)} in {exchange.elapsed:.2f} s{_said(exchange)}"


def same_outcome(report: Report) -> str:
    """Return a sentence with the outcome that all requests of a run had; "" if they differ, or for only one."""
    compared = [exchange for exchange in report.exchanges if exchange.method != "HEAD"]
    outcomes = {(status(exchange), _said(exchange) or exchange.body.text) for exchange in compared}
    if len(compared) < 2 or len(outcomes) > 1:
        return ""
    first = compared[0]
    if first.status is None and first.failure:
        return f"no request got an answer: {first.failure.detail}"
    return f"every answer was the same: {status(first)}{_said(first)}"


def _said(exchange: ExchangeRecord) -> str:
    if exchange.failure:
        return f", {exchange.failure.kind}: {exchange.failure.detail}"
    return f", “{exchange.message}”" if exchange.message else ""


def documented_at(finding: FindingRecord, report: Report) -> str:
    """Return the file and line of the contract that require what a finding misses; "" if none does."""
    source, line = location(finding, report)
    return f"{source}:{line}" if line else ""


def location(finding: FindingRecord, report: Report) -> tuple[str, int | None]:
    """Return the file and the line that a finding is about: in the contract, or in the new one of two documents."""
    if report.kind == "diff":
        return report.target, finding.new_line
    return report.contract.source, finding.line
