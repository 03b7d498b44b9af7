"""RunRecord: what a history keeps of a run. It has nothing that a report does not show, and never the key."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Annotated

from pydantic import AwareDatetime, Field

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract_tests.results.records import FindingRecord, Record, Text, Verdict

MAX_FINDINGS = 500
"""Findings that a run keeps, the worst first. A server may cause many thousands."""

MAX_FIELDS = 200
"""Fields that a campaign keeps; the contract has 18. With more, which ones came or went is not told."""

_MAX_PLACE = 300
_CONTENT_TYPE = ("content-type", "application/json")

Stat = Annotated[int | float | str, Field(union_mode="smart")]


class KnownFinding(Record):
    """A finding of a run."""

    fingerprint: str
    rule: Text
    level: Level
    where: Text
    accepted: bool = False


class CampaignRecord(Record):
    """All that a run saw of a campaign.

    Attributes:
        stats: The documented stats with valid values in the newest read; None if there was none.
        read_at: When that read was sent, UTC.
        fields: JSON pointers of the fields in all reads.
    """

    stats: dict[str, Stat] | None = None
    read_at: AwareDatetime | None = None
    fields: tuple[Text, ...] = ()


class RunRecord(Record):
    """A run.

    Attributes:
        started: UTC.
        elapsed: Seconds.
        target: Base URL that was checked.
        contract: Version of the contract.
        tool: Version of this program.
        verdict: The verdict.
        complete: True if every probe was sent and answered: then a finding that is missing is gone.
        judged: Ids of the rules that could judge.
        cut: Ids of rules with more findings than are kept.
        findings: The findings, also those that the baseline accepts.
        campaigns: By id.
    """

    started: AwareDatetime
    elapsed: float
    target: Text
    contract: Text
    tool: Text
    verdict: Verdict
    complete: bool
    judged: tuple[str, ...]
    cut: tuple[str, ...]
    findings: tuple[KnownFinding, ...]
    campaigns: dict[Text, CampaignRecord]

    @property
    def subject(self) -> tuple[str, frozenset[str]]:
        """The server and the campaigns: runs of the same subject can be compared."""
        return self.target, frozenset(one.lower() for one in self.campaigns)

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        """The fingerprints of its findings."""
        return frozenset(finding.fingerprint for finding in self.findings)

    @property
    def fields(self) -> frozenset[str]:
        """The fields in reads of any campaign."""
        return frozenset(field for campaign in self.campaigns.values() for field in campaign.fields)

    def number_at(self, level: Level) -> int:
        """Return the number of findings of a level, without the accepted ones."""
        return sum(finding.level is level and not finding.accepted for finding in self.findings)

    def says_gone(self, finding: KnownFinding) -> bool:
        """True if this run shows that an earlier finding is gone: its rule could judge, and did not find it again."""
        if self.verdict == "inconclusive" or not self.complete or finding.fingerprint in self.fingerprints:
            return False
        return finding.rule in self.judged and finding.rule not in self.cut

    def reads(self) -> Iterable[Exchange]:
        """Yield the newest read of each campaign as an exchange, as far as rules across runs need it."""
        for campaign_id, campaign in self.campaigns.items():
            if campaign.stats is not None and campaign.read_at is not None:
                yield _exchange(campaign_id, campaign.stats, campaign.read_at)


def known_findings(open_findings: Iterable[FindingRecord], accepted: Iterable[FindingRecord]) -> list[KnownFinding]:
    """Return the findings of a report as a history keeps them."""
    kept = [_known(finding, accepted=False) for finding in open_findings]
    kept += [_known(finding, accepted=True) for finding in accepted]
    return sorted(kept, key=lambda finding: -finding.level.rank)


def _known(finding: FindingRecord, *, accepted: bool) -> KnownFinding:
    return KnownFinding(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        level=finding.level,
        where=finding.where[:_MAX_PLACE],
        accepted=accepted,
    )


def _exchange(campaign_id: str, stats: dict[str, Stat], read_at: datetime) -> Exchange:
    return Exchange(
        purpose="campaign",
        method="GET",
        url="",
        campaign_id=campaign_id,
        request_headers=(),
        started=read_at,
        elapsed=0.0,
        status=200,
        headers=(_CONTENT_TYPE,),
        body=json.dumps({"success": True, "data": stats}).encode(),
    )
