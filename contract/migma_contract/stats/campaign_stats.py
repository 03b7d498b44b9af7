"""CampaignStats: the fields of a campaign's stats, checked against the contract."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.rate_unit import WHOLE
from migma_contract.stats.numbers import COUNTS, RATES

Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]

MAX_COUNT = 2**53 - 1
"""The largest integer that every JSON parser reads exactly (JavaScript's ``Number.MAX_SAFE_INTEGER``)."""


class CampaignStats(BaseModel):
    """Aggregate engagement stats of a campaign (``#/components/schemas/CampaignStats``).

    Counts are numbers of messages or events, rates are fractions from 0 to 1 or percentages from 0 to 100.
    The mock does not start with a contract that disagrees with these fields.
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


_SAMPLE = {**dict.fromkeys(COUNTS, 1), "lastUpdated": "2026-01-31T09:30:00Z"}


def disagreements(contract: Contract) -> list[Problem]:
    """Return the differences between :class:`CampaignStats` and the contract's schema of ``data``.

    A new optional field in the contract is not a difference: fixtures may have it.
    """
    problems = [
        Problem(
            contract.source,
            contract.stats_pointer,
            f"the field {name!r}, which this version of migma-mock needs",
            "a schema without it",
        )
        for name in CampaignStats.model_fields
        if name not in contract.stats.properties
    ]
    sample = _SAMPLE | dict.fromkeys(RATES, WHOLE[contract.rates] / 2)
    for violation in contract.operation.success.violations({"success": True, "data": sample}):
        if violation.missing is not None:
            expected, got = "only required fields that this version of migma-mock knows", repr(violation.missing)
        else:
            name = violation.pointer.removeprefix("/data/")
            expected, got = f"a schema of {name} that allows {violation.got}", violation.expected
        problems.append(Problem(contract.source, violation.schema_pointer, expected, got))
    return problems
