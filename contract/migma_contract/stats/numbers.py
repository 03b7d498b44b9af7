"""The values of a campaign's stats: which members count and which are rates, and how to read them."""

import sys
from collections.abc import Mapping
from typing import Any

COUNTS = (
    *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
    *("unsubscribes", "bounces", "botOpens", "botClicks", "mppOpens"),
)
"""The members that count messages or events."""

RATES = {"openRate": "uniqueOpens", "clickRate": "uniqueClicks"}
"""Each rate with the count that it divides by ``totalDelivered``."""

RATE_DECIMALS = range(2, 7)
"""Decimals after which a rate may end, rounded or cut off; with more of them it cannot be told from an exact one."""


RATE_TOLERANCE = 5e-7
"""How far a rate may be off without a word: half of its sixth decimal is rounding, whatever rounded it."""


def rate(unique: int, delivered: int) -> float:
    """A rate as the vendor defines it: a fraction of the delivered; 0 where nothing was delivered."""
    return unique / delivered if delivered else 0.0


def has_decimals(value: float, decimals: int) -> bool:
    """Whether a value is printed with so many decimals or fewer; also after it was kept in single precision."""
    return abs(value - round(value, decimals)) <= 1e-7


def is_rate(value: float, unique: float, delivered: float) -> bool:
    """Whether a printed rate is unique / delivered, rounded to some 2 decimals or more, also in single precision."""
    distance = abs(value - (unique / delivered if delivered else 0.0))
    if distance <= RATE_TOLERANCE + 1e-9:  # doubles are not exact
        return True
    return any(
        has_decimals(value, decimals) and distance <= 0.5 / 10**decimals + 1e-7 for decimals in RATE_DECIMALS[:-1]
    )


def number(stats: Mapping[str, Any], name: str) -> float | None:
    """A member's value if it is a number that a double can hold (true and false are none), else None."""
    value = stats.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= sys.float_info.max else None
