"""Timeline: since when each finding is there, over all runs of one server and its campaigns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from migma_contract_tests.results.history.run_record import KnownFinding, RunRecord


@dataclass(frozen=True, slots=True)
class Course:
    """The course of one finding over the runs.

    Attributes:
        finding: As the last run that has it found it.
        since: Start of the first of the successive runs that have it, UTC. Runs that say nothing do not interrupt it.
        last_seen: Start of the last run that has it.
        appearances: How often it came; more than once if it went in between.
        gone: Start of the run that shows that it is gone; None while it is there.
    """

    finding: KnownFinding
    since: datetime
    last_seen: datetime
    appearances: int = 1
    gone: datetime | None = None


class Timeline:
    """The courses of all findings.

    An inconclusive run says nothing. A complete one shows that a finding is gone if its rule could judge and did not
    find it. An incomplete one only shows what it found.

    Args:
        runs: Runs of one subject, the oldest first.
    """

    def __init__(self, runs: Iterable[RunRecord]) -> None:
        self._courses: dict[str, Course] = {}
        self._open: set[str] = set()
        for run in runs:
            self.add(run)

    @property
    def courses(self) -> Mapping[str, Course]:
        """The course of each finding, by its fingerprint."""
        return self._courses

    def add(self, run: RunRecord) -> list[Course]:
        """Add the next run, and return the courses of the findings that it shows to be gone."""
        if run.verdict == "inconclusive":
            return []
        gone = []
        for fingerprint in sorted(self._open - run.fingerprints):
            course = self._courses[fingerprint]
            if run.says_gone(course.finding):
                self._courses[fingerprint] = course = replace(course, gone=run.started)
                self._open.discard(fingerprint)
                gone.append(course)
        for finding in run.findings:
            self._see(finding, run.started)
        return gone

    def _see(self, finding: KnownFinding, moment: datetime) -> None:
        known = self._courses.get(finding.fingerprint)
        if known is None:
            course = Course(finding, moment, moment)
        elif known.gone is None:
            course = replace(known, finding=finding, last_seen=moment)
        else:
            course = Course(finding, moment, moment, known.appearances + 1)
        self._courses[finding.fingerprint] = course
        self._open.add(finding.fingerprint)
