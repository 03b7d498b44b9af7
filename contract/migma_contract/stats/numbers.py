"""The numbers in a campaign's stats: counts, rates, and how they are read, compared and converted."""

import math
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from migma_contract.rate_unit import WHOLE, RateUnit, other_unit

COUNTS = (
    *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
    *("unsubscribes", "bounces", "botOpens", "botClicks", "mppOpens"),
)
"""The fields that count messages or events."""

RATES = {"openRate": "uniqueOpens", "clickRate": "uniqueClicks"}
"""Each rate with the count that is divided by ``totalDelivered``."""

RATE_DECIMALS = range(2, 7)
"""Numbers of decimals that a fraction may be rounded or truncated to; with more, it counts as exact.

A percentage has two decimals fewer: 38.17 is 0.3817.
"""

_SAFE = 1e300
"""A number above it may be too large for a double when it is multiplied by 100."""

_TOLERANCE = 5e-7 + 1e-9
"""Differences from the exact fraction that are always accepted: half of the sixth decimal, as doubles are not exact."""

_SINGLE_PRECISION = 2**-24
"""Most that a number changes when it is stored in single precision, as a part of it."""


def rate(unique: float, delivered: float, unit: RateUnit = "fraction") -> float:
    """Return the part of delivered messages, as a fraction or a percentage; 0 if none was delivered."""
    if not delivered:
        return 0.0
    if unique > _SAFE:
        return WHOLE[unit] * (unique / delivered)
    # Multiplied first, since 0.29 * 100 is 28.999999999999996.
    return WHOLE[unit] * unique / delivered


def rounded_rate(unique: float, delivered: float, unit: RateUnit, decimals: int = 4) -> float:
    """Return a rate, rounded to some decimals of the fraction; a percentage has two fewer: 0.3817, 38.17."""
    fraction = round(rate(unique, delivered), decimals)
    # Not rounded as a percentage, since doubles may be rounded in the other direction: 0.2687, but 26.88.
    return fraction if unit == "fraction" else _shifted(fraction, 2)


def rate_formula(part: str, whole: str, unit: RateUnit) -> str:
    """Return how a rate is computed, as text: ``uniqueOpens / totalDelivered``, or 100 times that."""
    return f"{part} / {whole}" if unit == "fraction" else f"100 × {part} / {whole}"


def has_decimals(fraction: float, decimals: int) -> bool:
    """True if a fraction has at most this many decimals, also after storage in single precision."""
    return abs(fraction - round(fraction, decimals)) <= 1e-7 * abs(fraction) + 1e-12


def is_rate(value: float, unique: float, delivered: float, unit: RateUnit = "fraction") -> bool:
    """True if a value is unique / delivered in a unit, rounded to at least 2 decimals of the fraction.

    So a percentage may be a whole number. Storage in single precision is accepted too.
    """
    fraction = value / WHOLE[unit]
    distance = abs(fraction - rate(unique, delivered))
    if distance <= _TOLERANCE + _SINGLE_PRECISION * abs(fraction):
        return True
    return any(
        has_decimals(fraction, decimals) and distance <= 0.5 / 10**decimals + 1e-7 for decimals in RATE_DECIMALS[:-1]
    )


def is_rate_with_decimals(value: float, part: float, whole: float, unit: RateUnit, decimals: int | None) -> bool:
    """True if a value is part / whole in a unit, rounded to this many decimals of the fraction; None for all."""
    fraction = value / WHOLE[unit]
    distance = abs(fraction - rate(part, whole))
    rounding = _TOLERANCE if decimals is None else 0.5 / 10**decimals + 1e-9
    return distance <= rounding + _SINGLE_PRECISION * abs(fraction)


def with_rates_in(stats: Mapping[str, Any], given: RateUnit, wanted: RateUnit) -> dict[str, Any]:
    """Return stats whose rates are in one unit with the rates in another one."""
    if given == wanted:
        return dict(stats)
    values = {name: value for name in RATES if (value := number(stats, name)) is not None}
    return {**stats, **{name: _shifted(value, 2 if wanted == "percent" else -2) for name, value in values.items()}}


def _shifted(value: float, places: int) -> float:
    """Return a number with its decimal point moved: exact decimals, so that 0.29 becomes 29.0 and no 28.999…96."""
    shifted = float(Decimal(repr(value)).scaleb(places))
    if not math.isfinite(shifted):
        return value
    return int(shifted) if isinstance(value, int) and shifted.is_integer() else shifted


def rate_is_right(stats: Mapping[str, Any], name: str, unit: RateUnit) -> bool:
    """True unless a rate in some stats is another one than that of its count."""
    value, unique, delivered = (number(stats, field) for field in (name, RATES[name], "totalDelivered"))
    # Opens without deliveries have no rate; that they exist violates another relation.
    if value is None or unique is None or delivered is None or delivered <= 0 < unique:
        return True
    return is_rate(value, unique, delivered, unit)


def unit_of_rates(stats: Mapping[str, Any], preferred: RateUnit) -> RateUnit | None:
    """Return the unit in which both rates are right; the preferred one if both are, None if neither is.

    Zeros are right in both units. A rate that is missing, or has nothing to be compared with, counts as right.
    """
    for unit in (preferred, other_unit(preferred)):
        if all(rate_is_right(stats, name, unit) for name in RATES):
            return unit
    return None


def number(stats: Mapping[str, Any], name: str) -> float | None:
    """Return the value of a field if it is a number within the range of a double (booleans are not), else None."""
    value = stats.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) <= sys.float_info.max else None
