"""The stats of a campaign: their fields, and the relations between the numbers."""

from migma_contract.stats.campaign_stats import MAX_COUNT, CampaignStats
from migma_contract.stats.numbers import (
    COUNTS,
    RATES,
    is_rate,
    number,
    rate,
    rounded_rate,
    unit_of_rates,
    with_rates_in,
)
from migma_contract.stats.relations import RELATIONS, relation_violations

__all__ = [
    "COUNTS",
    "MAX_COUNT",
    "RATES",
    "RELATIONS",
    "CampaignStats",
    "is_rate",
    "number",
    "rate",
    "relation_violations",
    "rounded_rate",
    "unit_of_rates",
    "with_rates_in",
]
