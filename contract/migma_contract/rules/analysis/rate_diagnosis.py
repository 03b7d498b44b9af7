"""Diagnosis of wrong rates: cut off, in the other unit, or computed from other counts than the documented ones."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from migma_contract.rate_unit import NOUN, WHOLE, RateUnit, other_unit
from migma_contract.stats.numbers import RATE_DECIMALS, RATES, has_decimals, is_rate, number, rate, rate_formula

WRONG_UNIT: Mapping[RateUnit, str] = {"fraction": "rate-is-percentage", "percent": "rate-is-fraction"}
"""For each unit in which rates are read, the rule that reports the other one."""

_DELIVERED = "totalDelivered"

_ROUNDED_UP_DECIMALS = range(4, RATE_DECIMALS.stop)
"""Numbers of decimals at which rounding up is recognized.

With fewer, one recipient more or another denominator gives the same value, so that a wrong rate would pass as a rounded
one. Cut-off rates with few decimals are recognized, since with few bounces they are also rates of sent messages.
"""


_ONE_STEP = 1.001
"""The most that truncating or rounding up can change, in steps of the last decimal, with the noise of doubles."""


class RateDiagnosis(NamedTuple):
    """The known mistake behind a wrong rate: the id of its rule, and a description."""

    rule: str
    description: str


def diagnose_rate(name: str, stats: Mapping[str, Any], unit: RateUnit) -> RateDiagnosis | None:
    """Return the mistake that explains a wrong rate; None if no known mistake does, or if the field is no rate."""
    value = number(stats, name) if name in RATES else None
    if value is None or value <= 0:
        return None
    unique, (other,) = RATES[name], set(RATES.values()) - {RATES[name]}
    # With few bounces, a fraction of sent looks like a truncated fraction of delivered: the less serious one counts.
    exact = rate(number(stats, unique) or 0, number(stats, _DELIVERED) or 0)
    cut_off = _cut_off(value / WHOLE[unit], exact)
    formula = rate_formula(unique, _DELIVERED, unit)
    if cut_off is not None:
        rule, how, decimals = cut_off
        shown = decimals - (2 if unit == "percent" else 0)
        return RateDiagnosis(rule, f"{formula}, {how} to {shown} decimal{'' if shown == 1 else 's'}")
    total = unique.replace("unique", "total", 1)
    for rule, part, whole in (
        ("", unique, _DELIVERED),
        ("rate-over-sent", unique, "totalSent"),
        ("rate-of-total-events", total, _DELIVERED),
        ("rate-over-other-events", unique, other),
        ("rate-of-total-events", total, "totalSent"),
    ):
        count, base = number(stats, part), number(stats, whole)
        if count is None or base is None or base <= 0:
            continue
        if rule and is_rate(value, count, base, unit):
            return RateDiagnosis(rule, f"{rate_formula(part, whole, unit)}, not {formula}")
        wrong = other_unit(unit)
        if _is_in_unit(value, count / base, wrong):
            return RateDiagnosis(WRONG_UNIT[unit], f"a {NOUN[wrong]}: {rate_formula(part, whole, wrong)}")
    return None


def unit_shown(name: str, stats: Mapping[str, Any], unit: RateUnit) -> RateUnit | None:
    """Return the unit that a rate shows; None if it could be in both units, like 0, or if nothing explains it.

    Args:
        name: The field of the rate.
        stats: The stats that have it.
        unit: The unit in which rates are read. It counts if a value can be explained in both.
    """
    value, unique, delivered = (number(stats, field) for field in (name, RATES[name], _DELIVERED))
    if not value or value < 0 or unique is None or not delivered:
        return None
    if is_rate(value, unique, delivered, unit):
        return None if is_rate(value, unique, delivered, other_unit(unit)) else unit
    diagnosis = diagnose_rate(name, stats, unit)
    if diagnosis is None:
        return None
    return other_unit(unit) if diagnosis.rule == WRONG_UNIT[unit] else unit


def _cut_off(fraction: float, exact: float) -> tuple[str, str, int] | None:
    """Return the rule, the word and the number of decimals if a fraction was truncated or rounded up; else None."""
    for decimals in RATE_DECIMALS:
        steps, lost = 10**decimals, exact - fraction
        if exact <= 0 or abs(lost) * steps > _ONE_STEP or not has_decimals(fraction, decimals):
            continue
        # Doubles are not exact: 0.29 * 100 is 28.999999999999996, which programs truncate to 28.
        shown, in_steps = round(fraction * steps), exact * steps
        if lost > 0 and shown == math.floor(in_steps):
            return "rate-truncated", "truncated", decimals
        if lost < 0 and decimals in _ROUNDED_UP_DECIMALS and shown == math.ceil(in_steps):
            return "rate-rounded-up", "rounded up", decimals
    return None


def _is_in_unit(value: float, exact: float, unit: RateUnit) -> bool:
    """True if a value is an exact fraction in a unit: rounded, truncated or rounded up."""
    if is_rate(value, exact, 1, unit) or _cut_off(value / WHOLE[unit], exact) is not None:
        return True
    # A value above 1 cannot be a fraction, so a coarsely rounded percentage counts as well.
    return unit == "percent" and value > 1 and abs(value - 100 * exact) < 1
