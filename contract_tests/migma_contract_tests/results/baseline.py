"""The baseline: accepted findings, each with a reason, an owner and perhaps a last day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, NamedTuple, Protocol, TypeVar

from migma_contract.finding import fingerprint

NO_REASON = "accepted by --update-baseline; write the reason here"
NO_OWNER = "unassigned"


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding: its rule and place, the reason, the owner, and the last day in UTC."""

    rule: str
    where: str
    reason: str
    owner: str
    expires: date | None = None

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the findings that this entry accepts."""
        return fingerprint(self.rule, self.where)

    def expired(self, today: date) -> bool:
        """True if the last day is over."""
        return self.expires is not None and self.expires < today

    def __str__(self) -> str:
        return f"{self.rule} at {self.where} ({self.owner}: {self.reason})"


@dataclass(frozen=True)
class Baseline:
    """The entries of one file, sorted by rule and place, each fingerprint once."""

    source: str
    entries: tuple[Entry, ...] = ()


class Found(Protocol):
    """A finding of a check, or a change between two documents."""

    @property
    def rule(self) -> str:
        """Id of the rule."""

    @property
    def where(self) -> str:
        """Its place, without anything that changes from run to run."""

    @property
    def fingerprint(self) -> str:
        """Its identity across runs."""


F = TypeVar("F", bound=Found)


class Accepted(NamedTuple, Generic[F]):
    """A finding that the baseline accepts, with the reason and owner of its entry."""

    finding: F
    reason: str
    owner: str


class Applied(NamedTuple, Generic[F]):
    """The open and the accepted findings, and notes on entries of the baseline that are out of date."""

    open: tuple[F, ...]
    accepted: tuple[Accepted[F], ...]
    notes: tuple[str, ...]


def apply(baseline: Baseline | None, findings: Iterable[F], today: date, *, complete: bool) -> Applied[F]:
    """Split findings into open and accepted ones, and note entries that expired or that nothing matched.

    Args:
        baseline: None accepts nothing.
        findings: In any order; it is kept.
        today: The date in UTC.
        complete: True if the run saw everything that was planned. Only then is a finding that no longer
            appears really gone.
    """
    entries = {entry.fingerprint: entry for entry in (baseline.entries if baseline else ())}
    still_open: list[F] = []
    accepted: list[Accepted[F]] = []
    matched: set[str] = set()
    for finding in findings:
        entry = entries.get(finding.fingerprint)
        matched.add(finding.fingerprint)
        if entry is None or entry.expired(today):
            still_open.append(finding)
        else:
            accepted.append(Accepted(finding, entry.reason, entry.owner))
    notes = []
    for mark, entry in entries.items():
        if mark not in matched:
            if complete:
                notes.append(f"No longer found; remove it from the baseline: {entry}.")
        elif entry.expired(today):
            notes.append(f"Expired on {entry.expires} and no longer accepted: {entry}.")
    return Applied(tuple(still_open), tuple(accepted), tuple(notes))


def updated(baseline: Baseline, findings: Iterable[Found], today: date, *, complete: bool) -> Baseline:
    """Return a baseline that accepts exactly these findings, with the reasons and owners of known ones.

    An expired entry whose finding is still there loses its expiry date. After an incomplete run, entries
    that nothing matched are kept.
    """
    known = {entry.fingerprint: entry for entry in baseline.entries}
    kept = {} if complete else dict(known)
    for finding in findings:
        entry = known.get(finding.fingerprint) or Entry(finding.rule, finding.where, NO_REASON, NO_OWNER)
        kept[entry.fingerprint] = replace(entry, expires=None) if entry.expired(today) else entry
    return Baseline(baseline.source, ordered(kept.values()))


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Sort entries by rule and place."""
    return tuple(sorted(entries, key=lambda entry: (entry.rule, entry.where)))
