"""What a wrong rate is instead: cut off, a percentage, or of other numbers than the documented ones."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from migma_contract.stats import RATE_DECIMALS, RATES, has_decimals, is_rate, number

_DELIVERED = "totalDelivered"


class RateDiagnosis(NamedTuple):
    """What a rate turns out to be: the rule that names it, and the words for it."""

    rule: str
    words: str


def reading(name: str, stats: Mapping[str, Any]) -> RateDiagnosis | None:
    """How a rate that is not what is documented comes about; None where no known mistake explains it."""
    value = number(stats, name)
    if value is None or value <= 0:
        return None
    # Where bounces are few, a fraction of what was sent looks like one that was cut off: then the lesser fault counts.
    if (decimals := _cut_to(value, stats, name)) is not None:
        return RateDiagnosis("rate-truncated", f"{RATES[name]} / {_DELIVERED}, cut off after {decimals} decimals")
    for rule, part, whole in _fractions(name):
        unique, base = number(stats, part), number(stats, whole)
        if unique is None or base is None or base <= 0:
            continue
        if rule != _DOCUMENTED and is_rate(value, unique, base):
            return RateDiagnosis(rule, f"{part} / {whole}, not {RATES[name]} / {_DELIVERED}")
        if _is_percentage(value, unique / base):
            return RateDiagnosis("rate-is-percentage", f"a percentage: 100 × {part} / {whole}")
    return None


_DOCUMENTED = ""


def _fractions(name: str) -> Iterator[tuple[str, str, str]]:
    unique = RATES[name]
    total = unique.replace("unique", "total", 1)
    yield _DOCUMENTED, unique, _DELIVERED
    yield "rate-over-sent", unique, "totalSent"
    yield "rate-of-total-events", total, _DELIVERED
    for other in RATES.values():
        if other != unique:
            yield "rate-over-other-events", unique, other
    yield "rate-of-total-events", total, "totalSent"


def _cut_to(value: float, stats: Mapping[str, Any], name: str) -> int | None:
    """After how many decimals the documented rate was cut off, so that this is left of it; None if it was not."""
    unique, delivered = number(stats, RATES[name]), number(stats, _DELIVERED)
    if unique is None or delivered is None or delivered <= 0:
        return None
    lost = unique / delivered - value
    for decimals in RATE_DECIMALS:
        if has_decimals(value, decimals) and 0 < lost < 10**-decimals:
            return decimals
    return None


def _is_percentage(value: float, fraction: float) -> bool:
    # Beyond 1 it can be no fraction of its kind, so a percentage cut off instead of rounded counts as well.
    return is_rate(value / 100, fraction, 1) or (value > 1 and abs(value - 100 * fraction) < 1)
