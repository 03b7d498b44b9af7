"""What a check found: the one shape that every format renders."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level

Verdict = Literal["conforms", "drift", "inconclusive"]

EXIT_CODES: dict[Verdict, int] = {"conforms": 0, "drift": 1, "inconclusive": 3}
"""What ``migma-contract check`` exits with; 2 is a usage or configuration error."""


@dataclass(frozen=True)
class Accepted:
    """A finding that the baseline accepts, and on whose word."""

    finding: Finding
    reason: str
    owner: str


@dataclass(frozen=True)
class Report:
    """The outcome of one check.

    Attributes:
        target: Base URL that was checked.
        tool_version, contract_version: Of this project and of the contract.
        contract_source: The contract's file name.
        started: UTC.
        elapsed: Seconds.
        verdict: ``conforms``, ``drift`` (a finding at or above ``fail_on``), or ``inconclusive``.
        reason: Why the verdict is inconclusive, one sentence; else "".
        fail_on: The level from which findings count as drift.
        requests_sent: Requests that left, retries included.
        max_requests: The cap.
        skipped: Requests that were not sent, in words: for want of room, or because of ``stopped``.
        stopped: Why nothing more was sent although there was room, a clause; "" where that was not so.
        findings: Sorted by level, rule and place; those that the baseline accepts are not among them.
        accepted: Findings that the baseline accepts.
        baseline_notes: Baseline entries that expired or that nothing matched, in sentences.
        notices: How the contract had to be read.
        exchanges: Redacted, in the order in which they were sent.
    """

    target: str
    tool_version: str
    contract_version: str
    contract_source: str
    started: datetime
    elapsed: float
    verdict: Verdict
    reason: str
    fail_on: Level
    requests_sent: int
    max_requests: int
    findings: tuple[Finding, ...]
    exchanges: tuple[Exchange, ...]
    skipped: tuple[str, ...] = ()
    stop_reason: str = ""
    accepted: tuple[Accepted, ...] = ()
    baseline_notes: tuple[str, ...] = ()
    notices: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """The process's exit code for this outcome."""
        return EXIT_CODES[self.verdict]
