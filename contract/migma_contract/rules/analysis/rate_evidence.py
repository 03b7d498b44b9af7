"""Rate evidence: whether the numbers of a campaign can show that a rate was computed in another way."""

from collections.abc import Mapping
from typing import Any

from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.stats.numbers import RATE_DECIMALS, RATES, has_decimals, is_rate, number

_DELIVERED = "totalDelivered"


def has_rate(stats: Mapping[str, Any], name: str) -> bool:
    """True if a rate is present, and more than 0 by its counts."""
    return number(stats, name) is not None and bool(number(stats, RATES[name]) and number(stats, _DELIVERED))


def can_show(rule_id: str, stats: Mapping[str, Any], unit: RateUnit) -> bool:
    """True if a rate with the mistake of this rule would be another number, so that the rule could find it."""
    return any(_would_differ(rule_id, name, stats, unit) for name in RATES if has_rate(stats, name))


def _would_differ(rule_id: str, name: str, stats: Mapping[str, Any], unit: RateUnit) -> bool:
    unique, (other,) = RATES[name], set(RATES.values()) - {RATES[name]}
    mistakes = {
        "rate-over-sent": (unique, "totalSent"),
        "rate-of-total-events": (unique.replace("unique", "total", 1), _DELIVERED),
        "rate-over-other-events": (unique, other),
    }
    if rule_id not in mistakes:
        return True  # it is about how the number is written, not about the counts behind it
    part, whole = (number(stats, field) for field in mistakes[rule_id])
    if not part or not whole:
        return False
    mistaken = part / whole
    decimals = _decimals(stats, unit)
    shown = mistaken if decimals is None else round(mistaken, decimals)
    return not is_rate(shown, number(stats, unique) or 0, number(stats, _DELIVERED) or 0)


def _decimals(stats: Mapping[str, Any], unit: RateUnit) -> int | None:
    """Return the number of decimals that the server rounds fractions to, as far as its rates show; None for all."""
    fractions = [value / WHOLE[unit] for name in RATES if (value := number(stats, name)) is not None]
    return next((n for n in RATE_DECIMALS if all(has_decimals(fraction, n) for fraction in fractions)), None)
