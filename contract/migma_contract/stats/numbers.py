"""The numbers in a campaign's stats: counts, rates, and how they are read and compared."""

import sys
from collections.abc import Mapping
from typing import Any

COUNTS = (
    *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
    *("unsubscribes", "bounces", "botOpens", "botClicks", "mppOpens"),
)
"""The fields that count messages or events."""

RATES = {"openRate": "uniqueOpens", "clickRate": "uniqueClicks"}
"""Each rate with the count that is divided by ``totalDelivered``."""

RATE_DECIMALS = range(2, 7)
"""Numbers of decimals that a rate may be rounded or truncated to; with more, it counts as exact."""

_TOLERANCE = 5e-7 + 1e-9
"""Differences from the exact rate that are always accepted: half of the sixth decimal, since doubles are not exact."""


def rate(unique: float, delivered: float) -> float:
    """Return a rate as the vendor defines it: a fraction of delivered messages; 0 if none was delivered."""
    return unique / delivered if delivered else 0.0


def has_decimals(value: float, decimals: int) -> bool:
    """True if a value has at most this many decimals, also after storage in single precision."""
    return abs(value - round(value, decimals)) <= 1e-7


def is_rate(value: float, unique: float, delivered: float) -> bool:
    """True if a value is unique / delivered, rounded to at least 2 decimals, also after storage in single precision."""
    distance = abs(value - rate(unique, delivered))
    if distance <= _TOLERANCE:
        return True
    return any(
        has_decimals(value, decimals) and distance <= 0.5 / 10**decimals + 1e-7 for decimals in RATE_DECIMALS[:-1]
    )


def number(stats: Mapping[str, Any], name: str) -> float | None:
    """Return the value of a field if it is a number within the range of a double (booleans are not), else None."""
    value = stats.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= sys.float_info.max else None
