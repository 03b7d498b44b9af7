"""Group findings for people: those of one rule that differ only in their place are one block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from migma_contract.code_points import with_code_points
from migma_contract.finding import Level
from migma_contract.json_pointer import tokens
from migma_contract_tests.results.records import FindingRecord
from migma_contract_tests.results.report import Report

MANY = 14
"""Places of one group that are listed, as many as the stats have fields; of additions only the first FEW."""

FEW = 6


class Labels(NamedTuple):
    """The names of the facts of a finding: in the contract, in the response, and where that was seen."""

    expected: str
    got: str
    seen_in: str


LABELS: Mapping[str, Labels] = MappingProxyType(
    {"check": Labels("expected", "got", "seen in"), "diff": Labels("before", "now", "affects")}
)
"""The labels by kind of report."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule and level with the same message but for the name of the field.

    Attributes:
        findings: At least one, in their order.
        omitted: Number of further findings that the report does not have.
        labels: What their facts are called.
    """

    findings: tuple[FindingRecord, ...]
    omitted: int = 0
    labels: Labels = LABELS["check"]

    @property
    def first(self) -> FindingRecord:
        """The finding whose message stands for all."""
        return self.findings[0]

    @property
    def size(self) -> int:
        """Number of findings, with the omitted ones."""
        return len(self.findings) + self.omitted

    @property
    def message(self) -> str:
        """The message, with the number of other places that it is true of."""
        others = self.size - 1
        if not others:
            return self.first.message
        return f"{self.first.message} The same at {others:,} other place{'s' if others > 1 else ''}."

    @property
    def expected(self) -> str:
        """The expected value at every place; "" if it differs."""
        return self.first.expected if len({finding.expected for finding in self.findings}) == 1 else ""

    @property
    def got(self) -> str:
        """The value at every place; "" if it differs."""
        return self.first.got if len({finding.got for finding in self.findings}) == 1 else ""

    @property
    def places(self) -> list[str]:
        """One line for each place, with what differs there; at most MANY, and then the number of the others."""
        shown = FEW if self.first.level is Level.INFO else MANY
        lines = [self._place(finding) for finding in self.findings[:shown]]
        hidden = self.size - len(lines)
        if hidden:
            kept = "them all" if not self.omitted else f"the first {len(self.findings)}"
            lines.append(f"and {hidden:,} more; the JSON report has {kept}")
        return lines

    def _place(self, finding: FindingRecord) -> str:
        facts = [] if self.expected else [(self.labels.expected, finding.expected)]
        facts += [] if self.got else [(self.labels.got, finding.got)]
        # A missing field is expected to be where it is missing, which says nothing.
        differing = ", ".join(f"{name} {text}" for name, text in facts if text not in finding.where)
        where = with_code_points(finding.where)
        return f"{where}: {differing}" if differing else where


def groups(findings: Sequence[FindingRecord], report: Report) -> list[Group]:
    """Return findings in groups, in the order of the first of each; omitted ones belong to the last of their rule."""
    found: dict[tuple[str, str, str], list[FindingRecord]] = {}
    for finding in findings:
        found.setdefault((finding.rule, finding.level, _without_name(finding)), []).append(finding)
    last = {finding.rule: finding for finding in report.findings}
    return [
        Group(
            tuple(group),
            report.omitted.get(group[-1].rule, 0) if last[group[-1].rule] is group[-1] else 0,
            LABELS[report.kind],
        )
        for group in found.values()
    ]


def _without_name(finding: FindingRecord) -> str:
    """Return the message without what differs from place to place: the name of the field, and what is there."""
    _, _, pointer = finding.where.rpartition(" ") if "/" not in finding.where else finding.where.partition("/")
    name = tokens(f"/{pointer}")[-1]
    message = finding.message
    for text in (with_code_points(name), name, finding.expected, finding.got):
        message = message.replace(text, "") if text else message
    return message
