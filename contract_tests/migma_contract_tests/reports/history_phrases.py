"""Phrases on the history of a run: since when a finding is there, what is gone, and what came or went."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from migma_contract_tests.results.records import FindingRecord, GoneRecord, HistoryRecord
from migma_contract_tests.results.report import Report

_FLAKY = 2


def since(findings: Iterable[FindingRecord], report: Report) -> str:
    """Return since when findings are there, each answer once; "" without a history."""
    return "; ".join(filter(None, dict.fromkeys(_since(finding, report) for finding in findings)))


def history_lines(report: Report) -> list[str]:
    """Return sentences on a run and the earlier ones; none without a history."""
    return list(_lines(report.history)) if report.history else []


def _since(finding: FindingRecord, report: Report) -> str:
    if finding.since is None or report.history is None:
        return ""
    is_new = finding.since == report.started
    if is_new and not report.history.earlier:
        return "this run, the first one in the history"
    when = "this run: it is new" if is_new else f"the run of {_moment(finding.since)}"
    return f"{when}{_flaky(finding.appearances or 1)}"


def _flaky(appearances: int) -> str:
    return f" (flaky: it came {appearances} times)" if appearances >= _FLAKY else ""


def _lines(history: HistoryRecord) -> Iterator[str]:
    if not history.earlier:
        yield "This is the first run of this server and these campaigns in the history."
        return
    before = history.runs[-2]
    runs = "one earlier run" if history.earlier == 1 else f"{history.earlier:,} earlier runs"
    yield f"Compared with {runs}, the last one on {_moment(before.started)} ({before.verdict})."
    yield from map(_gone, history.gone)
    if history.fields_added:
        yield f"Fields that came: {', '.join(history.fields_added)}."
    if history.fields_removed:
        yield f"Fields that went: {', '.join(history.fields_removed)}."


def _gone(gone: GoneRecord) -> str:
    once = gone.since == gone.last_seen
    seen = f"on {_moment(gone.since)} only" if once else f"from {_moment(gone.since)} to {_moment(gone.last_seen)}"
    return f"Gone: {gone.rule} at {gone.where} ({gone.level}), seen {seen}{_flaky(gone.appearances)}."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
