"""CampaignStats: the members of a campaign's stats, held to the contract."""

import inspect
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.stats.numbers import COUNTS, RATES

Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]

MAX_COUNT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (JavaScript's Number.MAX_SAFE_INTEGER)."""


class CampaignStats(BaseModel):
    """Aggregate engagement stats of a campaign (``#/components/schemas/CampaignStats``).

    Counts are numbers of messages or events, rates are fractions between 0 and 1.
    A test holds the fields to the contract, and the mock does not start on a contract that disagrees.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    totalSent: Count
    totalDelivered: Count
    uniqueOpens: Count
    totalOpens: Count
    uniqueClicks: Count
    totalClicks: Count
    unsubscribes: Count
    bounces: Count
    openRate: Rate
    clickRate: Rate
    lastUpdated: AwareDatetime
    botOpens: Count | None = None
    botClicks: Count | None = None
    mppOpens: Count | None = None


_SAMPLE = {**dict.fromkeys(COUNTS, 1), **dict.fromkeys(RATES, 0.5), "lastUpdated": "2026-01-31T09:30:00Z"}


def disagreements(contract: Contract) -> list[Problem]:
    """Where :class:`CampaignStats` and the contract's schema of ``data`` say different things.

    A member that is new and optional in the contract is no disagreement: fixtures may carry it.
    Each problem names the place in the document, and the line of this file that says otherwise.
    """
    problems = [
        Problem(contract.source, contract.stats_pointer, f"the member {name!r} of {_code(name)}", "a schema without it")
        for name in CampaignStats.model_fields
        if name not in contract.stats.properties
    ]
    for violation in contract.operation.success.violations({"success": True, "data": _SAMPLE}):
        if violation.missing:
            expected, got = f"required members that {_code('')} has", repr(violation.missing)
        else:
            expected, got = f"what {_code(violation.where.removeprefix('/data/'))} says", violation.expected
        problems.append(Problem(contract.source, violation.rule, expected, got))
    return problems


def _code(name: str) -> str:
    """Where this file says something of a member; of the model as a whole, if it has no such member."""
    lines, first = inspect.getsourcelines(CampaignStats)
    for offset, line in enumerate(lines):
        if name and line.strip().startswith(f"{name}:"):
            return f"contract/migma_contract/stats/campaign_stats.py:{first + offset} CampaignStats.{name}"
    return f"contract/migma_contract/stats/campaign_stats.py:{first} CampaignStats"
