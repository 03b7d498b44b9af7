"""A campaign's stats: the members, and what the numbers mean to each other."""

from migma_contract.stats.campaign_stats import MAX_COUNT, CampaignStats, disagreements
from migma_contract.stats.numbers import (
    COUNTS,
    RATE_DECIMALS,
    RATE_TOLERANCE,
    RATES,
    has_decimals,
    is_rate,
    number,
    rate,
    timestamp,
)
from migma_contract.stats.relations import MEANING, Breach, Relation, breaches

__all__ = [
    "COUNTS",
    "MAX_COUNT",
    "MEANING",
    "RATES",
    "RATE_DECIMALS",
    "RATE_TOLERANCE",
    "Breach",
    "CampaignStats",
    "Relation",
    "breaches",
    "disagreements",
    "has_decimals",
    "is_rate",
    "number",
    "rate",
    "timestamp",
]
