"""A campaign's stats: the members, and what the numbers mean to each other."""

from mock_server.stats.meaning import (
    COUNTS,
    MEANING,
    RATE_DECIMALS,
    RATES,
    Breach,
    Relation,
    breaches,
    is_rate,
    number,
    rate,
    timestamp,
)
from mock_server.stats.model import MAX_COUNT, CampaignStats, disagreements

__all__ = [
    "COUNTS",
    "MAX_COUNT",
    "MEANING",
    "RATES",
    "RATE_DECIMALS",
    "Breach",
    "CampaignStats",
    "Relation",
    "breaches",
    "disagreements",
    "is_rate",
    "number",
    "rate",
    "timestamp",
]
