"""Diagnosis of wrong rates: cut off, in the other unit, or computed from other counts than the documented ones."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from migma_contract.rate_unit import NOUN, WHOLE, RateUnit, other_unit
from migma_contract.stats.numbers import (
    RATE_DECIMALS,
    RATES,
    has_decimals,
    is_rate,
    number,
    rate,
    rate_formula,
    rate_is_right,
)

WRONG_UNIT: Mapping[RateUnit, str] = {"fraction": "rate-is-percentage", "percent": "rate-is-fraction"}
"""For each unit in which rates are read, the rule that reports the other one."""

TRUNCATED_OR_ROUNDED_UP = frozenset({"rate-truncated", "rate-rounded-up"})
"""Rules on how a right rate is written."""

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
        return _truncated_to_zero(name, stats, unit) if value == 0 else None
    unique, (other,) = RATES[name], set(RATES.values()) - {RATES[name]}
    # With few bounces, a fraction of sent looks like a truncated fraction of delivered: the less serious one counts.
    exact = rate(number(stats, unique) or 0, number(stats, _DELIVERED) or 0)
    cut_off = _cut_off(value / WHOLE[unit], exact)
    formula = rate_formula(unique, _DELIVERED, unit)
    if cut_off is not None:
        rule, how, decimals = cut_off
        return RateDiagnosis(rule, f"{formula}, {how} to {_shown_decimals(decimals, unit)}")
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


def diagnoses(name: str, stats: Mapping[str, Any], unit: RateUnit) -> Iterator[RateDiagnosis]:
    """Yield the mistakes that explain a wrong rate: the one in this unit, and if that is the unit, another one in it.

    So a rate in the other unit that is divided by sent messages shows both mistakes at once.
    """
    first = diagnose_rate(name, stats, unit)
    if first is None:
        return
    yield first
    shown = other_unit(unit)
    if first.rule != WRONG_UNIT[unit] or rate_is_right(stats, name, shown):
        return
    second = diagnose_rate(name, stats, shown)
    if second is None:
        formula = rate_formula(RATES[name], _DELIVERED, shown)
        yield RateDiagnosis(f"{name.removesuffix('Rate')}-rate-inconsistent", f"not exactly {formula}")
    elif second.rule != WRONG_UNIT[shown]:
        yield second


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


def _truncated_to_zero(name: str, stats: Mapping[str, Any], unit: RateUnit) -> RateDiagnosis | None:
    """Return the diagnosis of a 0 that is a truncated rate; None unless the other rate is truncated in the same way."""
    (other,) = set(RATES) - {name}
    exact, exact_other = (
        rate(number(stats, RATES[each]) or 0, number(stats, _DELIVERED) or 0) for each in (name, other)
    )
    value = number(stats, other) or 0
    if value <= 0 or is_rate(value, exact_other, 1, unit):
        return None
    cut_off = _cut_off(value / WHOLE[unit], exact_other)
    if cut_off is None or cut_off[0] != "rate-truncated" or not 0 < exact * 10 ** cut_off[2] < 1:
        return None
    formula = rate_formula(RATES[name], _DELIVERED, unit)
    return RateDiagnosis("rate-truncated", f"{formula}, truncated to {_shown_decimals(cut_off[2], unit)}, like {other}")


def _shown_decimals(decimals: int, unit: RateUnit) -> str:
    """Return a number of decimals of the fraction as text, as they are in the unit: ``2 decimals``."""
    shown = decimals - (2 if unit == "percent" else 0)
    return f"{shown} decimal{'' if shown == 1 else 's'}"


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
