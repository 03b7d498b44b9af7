"""Build stats from counts, for the profiles that draw counts."""

from collections.abc import Mapping
from typing import Any

from migma_contract.stats import RATES, rate


def with_rates(counts: Mapping[str, int], decimals: int | None, last_updated: str) -> dict[str, Any]:
    """Return the required fields of a campaign's stats.

    Args:
        counts: The counts among them.
        decimals: The number of decimals to which rates are rounded; None for exact rates.
        last_updated: An RFC 3339 date-time.
    """
    delivered = counts["totalDelivered"]
    rates = {name: _rate_as_sent(counts[unique], delivered, decimals) for name, unique in RATES.items()}
    return {**counts, **rates, "lastUpdated": last_updated}


def _rate_as_sent(unique: int, delivered: int, decimals: int | None) -> float:
    """Return a rate as a JavaScript server sends it: exact or rounded, and 0 and 1 without a decimal point."""
    exact = rate(unique, delivered)
    rounded = exact if decimals is None else round(exact, decimals)
    return int(rounded) if rounded in (0, 1) else rounded
