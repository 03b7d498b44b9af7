"""Proposal: the smallest change of a document after which the responses of a report conform to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from migma_contract.finding import Finding, Level
from migma_contract.openapi import Contract, parse_contract
from migma_contract.openapi.patch.draft import Draft
from migma_contract.openapi.patch.operation import Effect, Operation
from migma_contract_tests.patch.advice import REPORT, advice
from migma_contract_tests.patch.change_rules import CHANGES, Change, is_about_body
from migma_contract_tests.patch.observed import Observed
from migma_contract_tests.patch.replay import Place, Replay, place_of
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report

_MAX_ROUNDS = 12
"""A change can show another place that excludes the same value, such as a second schema of an allOf."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A finding that the changed document does not answer, and what to do about it."""

    finding: FindingRecord
    why: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The changes of a document that a report asks for.

    Attributes:
        contract: The document as it is.
        document: The changed document.
        operations: The changes, each with its evidence.
        answered: The findings that the same responses do not have with the changed document.
        unanswered: The other ones.
        revealed: Findings that only the changed document shows, such as in numbers that count as valid now.
        stale: Findings of which the document must have changed since the check.
        omitted: Number of findings that the report leaves out, since it has too many of a rule.
    """

    contract: Contract
    document: dict[str, Any]
    operations: tuple[Operation, ...]
    answered: tuple[FindingRecord, ...]
    unanswered: tuple[Unanswered, ...]
    revealed: tuple[Finding, ...]
    stale: tuple[FindingRecord, ...]
    omitted: int


def propose(
    report: Report, contract: Contract, *, only: Effect | None = None, strict_nullable: bool = False
) -> Proposal:
    """Return the change of a document that the findings of a report ask for.

    The responses of the report are judged again, with the document and with the changed one. A change after which
    another rule would report the same place is not proposed, unless it does so as information.

    Args:
        report: The report of a check.
        contract: The document of that check.
        only: Leave out changes of another effect on clients.
        strict_nullable: As for the check.
    """
    replay = Replay(report, contract)
    own_places = {each.where for each in report.findings if each.rule in CHANGES and replay.is_shown(each)}
    moved: dict[str, str] = {}  # the rule that would report each place instead
    while True:
        wanted = [each for each in report.findings if each.where not in moved and replay.is_shown(each)]
        if report.verdict == "inconclusive":
            wanted = []
        draft, changed = _changed(replay, wanted, only, strict_nullable=strict_nullable)
        after = replay.judged(changed)
        revealed = [each for each in after.findings if not replay.is_shown(each) and each.level is not Level.INFO]
        now = {each.where: each.rule for each in revealed if each.where in own_places - moved.keys()}
        if not now:
            break
        moved |= now
    still = {place_of(each) for each in after.findings}
    unanswered = [each for each in report.findings if place_of(each) in still or not replay.is_shown(each)]
    reasons = _Reasons(report, replay, moved, only)
    return Proposal(
        contract,
        draft.root,
        tuple(draft.operations()),
        tuple(each for each in report.findings if each not in unanswered),
        tuple(Unanswered(each, reasons.of(each)) for each in unanswered),
        tuple(revealed),
        tuple(each for each in report.findings if replay.is_stale(each)),
        sum(report.omitted.values()),
    )


def _changed(
    replay: Replay, wanted: Sequence[FindingRecord], only: Effect | None, *, strict_nullable: bool
) -> tuple[Draft, Contract]:
    """Return a document with the changes for some findings, and compiled."""
    contract = replay.contract
    draft = Draft(contract.schemas.root, only)
    places: dict[tuple[Change, bool], set[Place]] = {}
    for finding in wanted:
        if finding.rule in CHANGES:
            places.setdefault((CHANGES[finding.rule], is_about_body(finding.rule)), set()).add(place_of(finding))
    for _ in range(_MAX_ROUNDS if places else 0):
        before = json.dumps(draft.root)
        every = replay.evidence(contract)
        certain = [each for each in every if each.max_level is Level.BREAKING]
        for (change, about_body), its_places in places.items():
            change(Observed(frozenset(its_places), certain if about_body else every, contract, draft))
        text = json.dumps(draft.root)
        if text == before:
            break
        contract = parse_contract(
            text.encode(), source=contract.source, strict_nullable=strict_nullable, rates=contract.rates
        )
    return draft, contract


@dataclass(frozen=True, slots=True)
class _Reasons:
    """The reasons why findings remain."""

    report: Report
    replay: Replay
    moved: dict[str, str]
    only: Effect | None

    def of(self, finding: FindingRecord) -> str:
        """Return why no change answers a finding, and what to do instead."""
        if self.report.verdict == "inconclusive":
            return "The check was inconclusive, so its answers may not be those of the API. Run it again."
        if finding.rule not in CHANGES:
            return advice(finding.rule)
        return self._of_evidence(finding) or self._of_change(finding)

    def _of_evidence(self, finding: FindingRecord) -> str:
        """Return why the response of a finding is no reason to change the document; "" if it is one."""
        if not self.replay.is_readable(finding):
            return "The report does not have the whole response as it was sent. Edit the document."
        if self.replay.is_stale(finding):
            return "The document allows it: it has changed since the check. Run the check again."
        if self.replay.is_interrupted(finding):
            return "The API was away at that time, so the answer may be another server's. Run the check again."
        if is_about_body(finding.rule) and not self.replay.is_certain(finding):
            return "Only a response with an unexpected status, or to an unusual id, has it; a proxy may have sent it."
        return ""

    def _of_change(self, finding: FindingRecord) -> str:
        if finding.where in self.moved:
            other = self.moved[finding.where]
            return f"If the document allowed it, {other} would report it, whatever the document says. {REPORT}."
        if self.only is not None:
            return f"No change that is {self.only} answers it."
        return advice(finding.rule)
