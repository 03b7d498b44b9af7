"""The values of a campaign's stats: which members count and which are rates, and how to read them."""

import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

COUNTS = (
    *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
    *("unsubscribes", "bounces", "botOpens", "botClicks", "mppOpens"),
)
"""The members that count messages or events."""

RATES = {"openRate": "uniqueOpens", "clickRate": "uniqueClicks"}
"""Each rate with the count that it divides by ``totalDelivered``."""

RATE_DECIMALS = range(2, 7)
"""Roundings of a rate that count as the same rate, in decimals."""


def rate(unique: int, delivered: int) -> float:
    """A rate as the vendor defines it: a fraction of the delivered; 0 where nothing was delivered."""
    return unique / delivered if delivered else 0.0


def is_rate(value: float, unique: float, delivered: float) -> bool:
    """Whether a printed rate is unique / delivered, exact to 1e-9 or rounded to some 2 to 6 decimals."""
    exact = unique / delivered if delivered else 0.0
    distance = abs(value - exact)
    if distance <= 1e-9:
        return True
    if distance > 0.01:
        return False
    for decimals in RATE_DECIMALS:
        scaled = value * 10**decimals
        is_printed_so = abs(scaled - round(scaled)) < 1e-6
        if is_printed_so and distance <= 0.5 / 10**decimals + 1e-9:
            return True
    return False


def number(stats: Mapping[str, Any], name: str) -> float | None:
    """A member's value if it is a number that a double can hold (true and false are none), else None."""
    value = stats.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= sys.float_info.max else None


_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def timestamp(value: object) -> datetime | None:
    """An RFC 3339 date-time with its offset, in UTC; None for anything else.

    A leap second (``:60``) is read as the second before it, since datetime has none.
    """
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        return None
    text = re.sub(r":60(?=[.Zz+-])", ":59", value.upper())
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
