"""Diagnosis of wrong rates: truncated, a percentage, or computed from other counts than the documented ones."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from migma_contract.stats.numbers import RATE_DECIMALS, RATES, has_decimals, is_rate, number, rate

_DELIVERED = "totalDelivered"


class RateDiagnosis(NamedTuple):
    """The known mistake behind a wrong rate: the id of its rule, and a description."""

    rule: str
    description: str


def diagnose_rate(name: str, stats: Mapping[str, Any]) -> RateDiagnosis | None:
    """Return the mistake that explains a wrong rate; None if no known mistake does, or if the field is no rate."""
    value = number(stats, name) if name in RATES else None
    if value is None or value <= 0:
        return None
    unique, (other,) = RATES[name], set(RATES.values()) - {RATES[name]}
    # With few bounces, a fraction of sent looks like a truncated fraction of delivered: the less serious one counts.
    lost = rate(number(stats, unique) or 0, number(stats, _DELIVERED) or 0) - value
    for decimals in RATE_DECIMALS:
        if has_decimals(value, decimals) and 0 < lost < 10**-decimals:
            return RateDiagnosis("rate-truncated", f"{unique} / {_DELIVERED}, truncated to {decimals} decimals")
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
        if rule and is_rate(value, count, base):
            return RateDiagnosis(rule, f"{part} / {whole}, not {unique} / {_DELIVERED}")
        if _is_percentage(value, count / base):
            return RateDiagnosis("rate-is-percentage", f"a percentage: 100 × {part} / {whole}")
    return None


def _is_percentage(value: float, fraction: float) -> bool:
    # A value above 1 cannot be a fraction, so a truncated percentage counts as well as a rounded one.
    return is_rate(value / 100, fraction, 1) or (value > 1 and abs(value - 100 * fraction) < 1)
