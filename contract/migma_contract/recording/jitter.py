"""Jitter: counts that differ a little from those of a real campaign, with all relations between them kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.recording.seeded_number import number_between
from migma_contract.redaction import Secret
from migma_contract.stats import COUNTS, MAX_COUNT, RATES, number, rate, rounded_rate
from migma_contract.stats.numbers import RATE_DECIMALS, has_decimals

_PART_OF_DELIVERED = ("uniqueOpens", "uniqueClicks", "unsubscribes")


@dataclass(frozen=True, slots=True)
class Jitter:
    """Changes each count by up to a part of it, independently of the others.

    Attributes:
        part: The largest change as a part of the count, such as 0.05.
        seed: The same seed gives the same changes.
    """

    part: float
    seed: Secret

    def apply(self, stats: Mapping[str, Any], campaign_id: str, unit: RateUnit) -> dict[str, Any]:
        """Return stats with other counts, and with the rates of those.

        A count of 0 stays 0, and any other one stays at least 1. Fields that are no counts of the contract stay.

        Args:
            stats: Stats that satisfy every relation.
            campaign_id: Each campaign gets changes of its own.
            unit: The unit of the rates.
        """
        known = {name: value for name in COUNTS if (value := number(stats, name)) is not None}
        # Near the largest exact integer, counts only become smaller.
        high = 0.0 if max(known.values(), default=0) * (1 + self.part) > MAX_COUNT else self.part
        counts = {
            name: _changed(value, number_between(self.seed, f"{campaign_id}/{name}", -self.part, high))
            for name, value in known.items()
        }
        _restore_relations(counts)
        values = {name: type(stats[name])(count) for name, count in counts.items()}
        return {**stats, **values, **_rates(stats, counts, unit)}


def unknown_numbers(stats: Mapping[str, Any]) -> list[str]:
    """Return the names of the numbers in some stats that jitter does not change."""
    return [name for name in stats if name not in COUNTS and name not in RATES and number(stats, name) is not None]


def _changed(count: float, part: float) -> int:
    return max(round(count) + round(count * part), min(1, round(count)))


def _restore_relations(counts: dict[str, int]) -> None:
    """Change counts so that each relation that held before holds again, from the whole to its parts."""
    _raise_to(counts, "totalSent", counts.get("totalDelivered", 0) + counts.get("bounces", 0))
    for name in _PART_OF_DELIVERED:
        _lower_to(counts, name, "totalDelivered")
    _restore_events(counts, "uniqueOpens", "totalOpens", ("botOpens", "mppOpens"))
    _restore_events(counts, "uniqueClicks", "totalClicks", ("botClicks",))


def _restore_events(counts: dict[str, int], unique: str, total: str, machines: tuple[str, ...]) -> None:
    """Fit a total to its unique count and to the events of machines, or those to the total."""
    if counts.get(unique) == 0 and total in counts:
        # Without a person, every event is one of a machine; one event may be of two kinds.
        by_machines = [counts[name] for name in machines if name in counts]
        counts[total] = max([min(counts[total], sum(by_machines)), *by_machines])
        return
    _raise_to(counts, total, counts.get(unique, 0))
    for name in machines:
        _lower_to(counts, name, total)


def _raise_to(counts: dict[str, int], name: str, bound: int) -> None:
    if name in counts:
        counts[name] = max(counts[name], bound)


def _lower_to(counts: dict[str, int], name: str, bound: str) -> None:
    if name in counts and bound in counts:
        counts[name] = min(counts[name], counts[bound])


def _rates(stats: Mapping[str, Any], counts: Mapping[str, int], unit: RateUnit) -> dict[str, float]:
    """Return the rates of the new counts, with as many decimals as the old ones."""
    given = {name: value for name in RATES if (value := number(stats, name)) is not None}
    fractions = [value / WHOLE[unit] for value in given.values()]
    decimals = next((n for n in RATE_DECIMALS if all(has_decimals(value, n) for value in fractions)), None)

    def of(unique: int, delivered: int) -> float:
        if decimals is None:
            return rate(unique, delivered, unit)
        return rounded_rate(unique, delivered, unit, decimals)

    pairs = {name: (counts.get(RATES[name]), counts.get("totalDelivered")) for name in given}
    return {name: of(part, whole) for name, (part, whole) in pairs.items() if part is not None and whole is not None}
