"""Complete the report of a run by what its history shows: since when, what is gone, and which fields came or went."""

from collections.abc import Iterable, Mapping, Sequence

from migma_contract.finding import Level
from migma_contract_tests.results.history.run_record import RunRecord
from migma_contract_tests.results.history.timeline import Course, Timeline
from migma_contract_tests.results.records import AcceptedRecord, FindingRecord, GoneRecord, HistoryRecord, RunPoint
from migma_contract_tests.results.report import Report

_POINTS = 60
"""Runs of the chart."""

_EVIDENCE = 20
"""Exchanges that show why a run was inconclusive; a check sends ten by default."""

_FIELDS = 50
"""Fields that a report lists; with more, something else than a field came."""


def compared(report: Report, run: RunRecord, earlier: Sequence[RunRecord], *, number: int) -> Report:
    """Return the report of a run with what the history shows.

    Args:
        report: The report without it.
        run: The same run as the history keeps it.
        earlier: The earlier runs of the same server and campaigns, the oldest first.
        number: Number of the run in the history.
    """
    timeline = Timeline(earlier)
    gone = timeline.add(run)
    added, removed = _fields(run, earlier)
    history = HistoryRecord(
        run=number,
        earlier=len(earlier),
        previous_verdict=earlier[-1].verdict if earlier else None,
        gone=tuple(_gone(course) for course in gone if not course.finding.accepted),
        fields_added=added,
        fields_removed=removed,
        runs=tuple(_point(each) for each in (*earlier[1 - _POINTS :], run)),
    )
    # An inconclusive run says nothing about when something began.
    courses = timeline.courses if run.verdict != "inconclusive" else {}
    return report.model_copy(
        update={
            "history": history,
            "findings": tuple(_dated(finding, courses) for finding in report.findings),
            "accepted": tuple(_dated_accepted(entry, courses) for entry in report.accepted),
        }
    )


def only_news(report: Report, earlier: Iterable[RunRecord]) -> Report | None:
    """Return a report with the findings alone that are new since the run before; None if nothing is new or gone.

    A finding that got a higher level is also new, and a verdict other than that of the run before.
    """
    history = report.history
    if history is None:
        return report
    conclusive = [run for run in earlier if run.verdict != "inconclusive"]
    levels = {finding.fingerprint: finding.level for run in conclusive for finding in run.findings}
    is_inconclusive = report.verdict == "inconclusive"
    new = () if is_inconclusive else tuple(each for each in report.findings if _is_new(each, report, levels))
    has_changed = history.previous_verdict != report.verdict
    if not (new or history.gone or history.fields_added or history.fields_removed or has_changed):
        return None
    known = len(report.findings) - len(new)
    changed = {"findings": new, "history": history.model_copy(update={"only_new": True, "known": known})}
    return _with_needed_exchanges(report.model_copy(update=changed))


def _is_new(finding: FindingRecord, report: Report, levels: Mapping[str, Level]) -> bool:
    before = levels.get(finding.fingerprint)
    return finding.since == report.started or (before is not None and finding.level.rank > before.rank)


def _with_needed_exchanges(report: Report) -> Report:
    """Return the report without exchanges that no finding shows; an inconclusive one keeps some as its evidence."""
    if report.verdict == "inconclusive":
        return report.model_copy(update={"exchanges": report.exchanges[:_EVIDENCE]})
    needed = sorted({finding.exchange for finding in report.findings if finding.exchange is not None})
    place = {index: at for at, index in enumerate(needed)}
    moved = (
        finding.model_copy(update={"exchange": place[finding.exchange]}) if finding.exchange is not None else finding
        for finding in report.findings
    )
    accepted = (
        entry.model_copy(update={"finding": entry.finding.model_copy(update={"exchange": None})})
        for entry in report.accepted
    )
    changed = {
        "findings": tuple(moved),
        "accepted": tuple(accepted),
        "exchanges": tuple(report.exchanges[index] for index in needed),
    }
    return report.model_copy(update=changed)


def _dated(finding: FindingRecord, courses: Mapping[str, Course]) -> FindingRecord:
    course = courses.get(finding.fingerprint)
    if course is None:
        return finding
    return finding.model_copy(update={"since": course.since, "appearances": course.appearances})


def _dated_accepted(entry: AcceptedRecord, courses: Mapping[str, Course]) -> AcceptedRecord:
    return entry.model_copy(update={"finding": _dated(entry.finding, courses)})


def _gone(course: Course) -> GoneRecord:
    finding = course.finding
    return GoneRecord(
        rule=finding.rule,
        level=finding.level,
        where=finding.where,
        fingerprint=finding.fingerprint,
        since=course.since,
        last_seen=course.last_seen,
        appearances=course.appearances,
    )


def _fields(run: RunRecord, earlier: Iterable[RunRecord]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that came and those that went since the last run with reads."""
    before = next((each.fields for each in reversed([*earlier]) if each.fields), frozenset[str]())
    if not (before and run.fields):
        return (), ()
    return tuple(sorted(run.fields - before)[:_FIELDS]), tuple(sorted(before - run.fields)[:_FIELDS])


def _point(run: RunRecord) -> RunPoint:
    return RunPoint(
        started=run.started,
        verdict=run.verdict,
        breaking=run.number_at(Level.BREAKING),
        warning=run.number_at(Level.WARNING),
        info=run.number_at(Level.INFO),
    )
