"""Build stats from counts, for the profiles that draw counts."""

from collections.abc import Mapping
from typing import Any

from migma_contract.rate_unit import RateUnit
from migma_contract.stats import RATES, rate, rounded_rate


def with_rates(counts: Mapping[str, int], unit: RateUnit, decimals: int | None, last_updated: str) -> dict[str, Any]:
    """Return the required fields of a campaign's stats.

    Args:
        counts: The counts among them.
        unit: The unit of the rates.
        decimals: The number of decimals of the fraction to which rates are rounded; None for exact rates.
        last_updated: An RFC 3339 date-time.
    """
    delivered = counts["totalDelivered"]
    rates = {name: _rate_as_sent(counts[unique], delivered, unit, decimals) for name, unique in RATES.items()}
    return {**counts, **rates, "lastUpdated": last_updated}


def _rate_as_sent(unique: int, delivered: int, unit: RateUnit, decimals: int | None) -> float:
    """Return a rate as a JavaScript server sends it: exact or rounded, whole numbers without a decimal point."""
    value = rate(unique, delivered, unit) if decimals is None else rounded_rate(unique, delivered, unit, decimals)
    return int(value) if value.is_integer() else value
