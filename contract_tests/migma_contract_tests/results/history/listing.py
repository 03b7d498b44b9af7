"""The listing of a history: the runs of each server and its campaigns, and the course of each finding."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from migma_contract.finding import Level
from migma_contract_tests.results.history.history_file import StoredRun
from migma_contract_tests.results.history.run_record import RunRecord
from migma_contract_tests.results.history.timeline import Course, Timeline
from migma_contract_tests.results.records import Record, Text, Verdict


class ListedRun(Record):
    """A run."""

    run: Annotated[int, Field(description="Its number in the history.")]
    started: Annotated[datetime, Field(description="UTC.")]
    elapsed: Annotated[float, Field(description="Seconds.")]
    contract: Annotated[Text, Field(description="Version of the contract.")]
    verdict: Verdict
    breaking: int
    warning: int
    info: int
    new: Annotated[int, Field(description="Number of its findings that the run before did not have.")]
    gone: Annotated[int, Field(description="Number of findings that it shows to be gone.")]


class ListedFinding(Record):
    """The course of a finding."""

    rule: Text
    level: Level
    where: Text
    fingerprint: str
    since: Annotated[datetime, Field(description="Start of the first of the successive runs that have it, UTC.")]
    last_seen: Annotated[datetime, Field(description="Start of the last run that has it, UTC.")]
    appearances: Annotated[int, Field(description="How often it came. 2 or more: it is flaky.")]
    gone: Annotated[datetime | None, Field(description="Start of the run that shows that it is gone; else null.")]
    accepted: Annotated[bool, Field(description="True if a baseline accepts it.")]


class ListedSubject(Record):
    """A server and its campaigns: runs of the same ones are compared."""

    target: Annotated[Text, Field(description="Base URL.")]
    campaigns: tuple[Text, ...]
    runs: Annotated[tuple[ListedRun, ...], Field(description="The oldest first.")]
    findings: Annotated[tuple[ListedFinding, ...], Field(description="Those that are there first, then by level.")]


class Listing(Record):
    """The output of `migma-contract history --format json`."""

    schema_: Annotated[Literal[1], Field(alias="schema", description="Version of this format.")] = 1
    subjects: tuple[ListedSubject, ...]


def listing(stored: Iterable[StoredRun], last: int) -> Listing:
    """Return the listing of a history.

    Args:
        stored: All runs, the oldest first.
        last: Most runs of each subject, the newest ones. Findings are those of all runs.
    """
    subjects: dict[tuple[str, frozenset[str]], list[StoredRun]] = {}
    for run in stored:
        subjects.setdefault(run.record.subject, []).append(run)
    return Listing(subjects=tuple(_subject(runs, last) for runs in subjects.values()))


def _subject(runs: Sequence[StoredRun], last: int) -> ListedSubject:
    timeline = Timeline(())
    listed = [_run(run, timeline) for run in runs]
    courses = sorted(timeline.courses.values(), key=_order)
    newest = runs[-1].record
    return ListedSubject(
        target=newest.target,
        campaigns=tuple(newest.campaigns),
        runs=tuple(listed[-last:]),
        findings=tuple(map(_finding, courses)),
    )


def _run(stored: StoredRun, timeline: Timeline) -> ListedRun:
    """Add a run to the timeline, and return it."""
    record = stored.record
    gone = [course for course in timeline.add(record) if not course.finding.accepted]
    return ListedRun(
        run=stored.id,
        started=record.started,
        elapsed=record.elapsed,
        contract=record.contract,
        verdict=record.verdict,
        breaking=record.number_at(Level.BREAKING),
        warning=record.number_at(Level.WARNING),
        info=record.number_at(Level.INFO),
        new=_number_of_new(record, timeline),
        gone=len(gone),
    )


def _number_of_new(record: RunRecord, timeline: Timeline) -> int:
    if record.verdict == "inconclusive":
        return 0
    open_ones = (finding for finding in record.findings if not finding.accepted)
    return sum(timeline.courses[finding.fingerprint].since == record.started for finding in open_ones)


def _order(course: Course) -> tuple[bool, int, str, str]:
    return course.gone is not None, -course.finding.level.rank, course.finding.rule, course.finding.where


def _finding(course: Course) -> ListedFinding:
    finding = course.finding
    return ListedFinding(
        rule=finding.rule,
        level=finding.level,
        where=finding.where,
        fingerprint=finding.fingerprint,
        since=course.since,
        last_seen=course.last_seen,
        appearances=course.appearances,
        gone=course.gone,
        accepted=finding.accepted,
    )
