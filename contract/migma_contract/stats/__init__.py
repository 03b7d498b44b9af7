"""The stats of a campaign: their fields, and the relations between the numbers."""

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
)
from migma_contract.stats.relation_checks import RelationViolation
from migma_contract.stats.relations import RELATIONS, Relation, relation_violations

__all__ = [
    "COUNTS",
    "MAX_COUNT",
    "RATES",
    "RATE_DECIMALS",
    "RATE_TOLERANCE",
    "RELATIONS",
    "CampaignStats",
    "Relation",
    "RelationViolation",
    "disagreements",
    "has_decimals",
    "is_rate",
    "number",
    "rate",
    "relation_violations",
]
