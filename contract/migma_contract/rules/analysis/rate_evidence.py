"""Rate evidence: whether the rates of a campaign rule out that they were computed in another way."""

from collections.abc import Iterable, Mapping
from typing import Any

from migma_contract.rate_unit import WHOLE, RateUnit, other_unit
from migma_contract.rules.analysis.rate_diagnosis import TRUNCATED_OR_ROUNDED_UP, WRONG_UNIT, diagnose_rate
from migma_contract.stats.numbers import (
    RATE_DECIMALS,
    RATES,
    has_decimals,
    is_rate_with_decimals,
    number,
    rate_is_right,
)

_DELIVERED = "totalDelivered"


def has_rate(stats: Mapping[str, Any], name: str) -> bool:
    """True if a rate is present, and more than 0 by its counts."""
    return number(stats, name) is not None and bool(number(stats, RATES[name]) and number(stats, _DELIVERED))


def decimals_of_rates(run: Iterable[Mapping[str, Any]], unit: RateUnit) -> int | None:
    """Return the number of decimals of the fraction that a server rounds to, by all its rates; None for all."""
    fractions = [value / WHOLE[unit] for stats in run for name in RATES if (value := number(stats, name)) is not None]
    return next((n for n in RATE_DECIMALS if all(has_decimals(fraction, n) for fraction in fractions)), None)


def can_show(rule_id: str, stats: Mapping[str, Any], unit: RateUnit, decimals: int | None) -> bool:
    """True if a rate shows whether it has the mistake of this rule.

    Args:
        rule_id: The rule. One on how numbers are written, and not on the counts behind them, can always judge.
        stats: The stats with the rates.
        unit: The unit in which rates are read.
        decimals: As from :func:`decimals_of_rates`.
    """
    return any(_shows(rule_id, name, stats, unit, decimals) for name in RATES if has_rate(stats, name))


def _shows(rule_id: str, name: str, stats: Mapping[str, Any], unit: RateUnit, decimals: int | None) -> bool:
    unique, (other,) = RATES[name], set(RATES.values()) - {RATES[name]}
    mistakes = {
        "rate-over-sent": (unique, "totalSent"),
        "rate-of-total-events": (unique.replace("unique", "total", 1), _DELIVERED),
        "rate-over-other-events": (unique, other),
    }
    if rule_id not in mistakes:
        return True
    value, part, whole = (number(stats, field) for field in (name, *mistakes[rule_id]))
    if value is None or not part or not whole:
        return False
    diagnosis = None if rate_is_right(stats, name, unit) else diagnose_rate(name, stats, unit)
    if diagnosis is not None and diagnosis.rule == WRONG_UNIT[unit]:
        shown = other_unit(unit)
        return _shows(rule_id, name, stats, shown, decimals_of_rates([stats], shown))
    if diagnosis is not None and diagnosis.rule not in TRUNCATED_OR_ROUNDED_UP:
        return True  # it is wrong, and this rule or another one says so
    return not is_rate_with_decimals(value, part, whole, unit, decimals)
