"""A campaign's stats: the members, and what the numbers mean to each other."""

from mock_server.stats.meaning import MEANING, Breach, Relation, breaches
from mock_server.stats.model import MAX_COUNT, CampaignStats, disagreements
from mock_server.stats.values import (
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
