"""CampaignStats: the fields of a campaign's stats, checked against the contract."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]

MAX_COUNT = 2**53 - 1
"""The largest integer that every JSON parser reads exactly (JavaScript's ``Number.MAX_SAFE_INTEGER``)."""


class CampaignStats(BaseModel):
    """Aggregate engagement stats of a campaign (``#/components/schemas/CampaignStats``).

    Counts are numbers of messages or events, rates are fractions from 0 to 1 or percentages from 0 to 100.
    Another contract may lack some of them, or have others: ``migma_mock.messages.stats_form`` adapts stats.
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
