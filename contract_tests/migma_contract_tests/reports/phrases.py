"""What every format for people says in the same words: the verdict, the counts, the requests."""

import re
from collections.abc import Iterable
from typing import Final

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level
from migma_contract_tests.probes.plan import MEANINGS
from migma_contract_tests.results.report import Report

LEVELS: Final = tuple(sorted(Level, key=lambda level: -level.rank))
"""The levels, the worst first."""


def failing(report: Report) -> list[Finding]:
    """The findings that count as drift: at or above ``fail_on``."""
    return [finding for finding in report.findings if finding.level.rank >= report.fail_on.rank]


def at_level(findings: Iterable[Finding], level: Level) -> list[Finding]:
    """The findings of one level, in their order."""
    return [finding for finding in findings if finding.level is level]


def counts(report: Report) -> str:
    """How many findings of which level, and what was left out: ``2 breaking, 1 info``; ``no findings``."""
    numbers = [(len(at_level(report.findings, level)), level) for level in LEVELS]
    found = ", ".join(f"{number} {level}" for number, level in numbers if number) or "no findings"
    accepted = f", {len(report.accepted)} accepted" if report.accepted else ""
    return f"{found}{accepted}{_left_out(report)}"


def _left_out(report: Report) -> str:
    """How much was not asked: what no finding came of may not have been looked at."""
    number = len(report.skipped)
    what = "not sent" if report.stop_reason else "left out"
    return f", {number} request{'s' if number > 1 else ''} {what}" if number else ""


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return f"{text[:1].upper()}{text[1:]}"


def left_out_title(report: Report) -> str:
    """What heads the requests that were not sent: with the reason, where it was not the cap."""
    return f"not sent, since {report.stop_reason}" if report.stop_reason else "left out"


def verdict(report: Report) -> str:
    """The verdict as one sentence."""
    match report.verdict:
        case "conforms":
            return f"The API conforms to the contract ({counts(report)})."
        case "drift":
            return f"The API has drifted from the contract ({counts(report)})."
        case "inconclusive":
            return f"Too little was seen to judge. {report.reason}"


def headline(notice: str) -> str:
    """The first sentence of a notice, which says enough where there is one line for it."""
    return re.split(r"(?<=\.) (?=[A-Z'])", notice, maxsplit=1)[0]


def extent(report: Report) -> str:
    """How much was asked, and how long it took."""
    return f"{report.requests_sent} of at most {report.max_requests} requests in {report.elapsed:.2f} s"


def request(exchange: Exchange) -> str:
    """One request in words: ``GET PATH (without a key)``, with its attempt and sample where not the first."""
    path = re.sub(r"^\w+://[^/]*", "", exchange.url)
    notes = [MEANINGS[exchange.purpose]]
    if exchange.sample > 1:
        notes.append(f"read {exchange.sample}")
    if exchange.attempt > 1:
        notes.append("retry")
    return f"{exchange.method} {path} ({', '.join(notes)})"


def outcome(exchange: Exchange) -> str:
    """What came of a request: ``200 in 0.12 s``, or why nothing did."""
    status = "no response" if exchange.status is None else str(exchange.status)
    failed = f", {exchange.failure.kind}: {exchange.failure.detail}" if exchange.failure else ""
    return f"{status} in {exchange.elapsed:.2f} s{failed}"
