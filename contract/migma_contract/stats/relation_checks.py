"""Checks of the relations between the numbers of one campaign."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from migma_contract.rate_unit import RateUnit
from migma_contract.stats.numbers import COUNTS, RATES, number, rate, rate_formula, rate_is_right
from migma_contract.timestamps import describe_duration, format_rfc3339, parse_rfc3339


class RelationViolation(NamedTuple):
    """A violated relation.

    Attributes:
        field: The field that shows it.
        message: One sentence that says what is wrong.
        expected: A correct value.
        got: The value in the stats.
    """

    field: str
    message: str
    expected: str
    got: str


class Check(NamedTuple):
    """The check of one relation.

    Attributes:
        violations: Yields the violations in stats at a given time, None if it is unknown, with rates in a unit.
        tells: True if the numbers can show a violation. Zeros and missing fields cannot.
    """

    violations: Callable[[Mapping[str, Any], datetime | None, RateUnit], Iterator[RelationViolation]]
    tells: Callable[[Mapping[str, Any]], bool]


def rate_of(name: str) -> Check:
    """Return the check that a rate is its count divided by ``totalDelivered``."""

    def check(stats: Mapping[str, Any], _now: datetime | None, unit: RateUnit) -> Iterator[RelationViolation]:
        if rate_is_right(stats, name, unit):
            return
        unique, delivered = stats[RATES[name]], stats["totalDelivered"]
        formula = rate_formula(f"{RATES[name]} {unique}", f"totalDelivered {delivered}", unit)
        message = f"{name} is not {rate_formula(RATES[name], 'totalDelivered', unit)}."
        expected = f"{rate(unique, delivered, unit):.6g} ({formula})"
        yield RelationViolation(name, message, expected, f"{stats[name]:.6g}")

    def tells(stats: Mapping[str, Any]) -> bool:
        return _has(stats, name) and bool(number(stats, RATES[name]) and number(stats, "totalDelivered"))

    return Check(check, tells)


def at_most(bound: str, *names: str) -> Check:
    """Return the check that the sum of some counts is at most another count."""

    def check(stats: Mapping[str, Any], _now: datetime | None, _unit: RateUnit) -> Iterator[RelationViolation]:
        limit = number(stats, bound)
        values = [value for name in names if (value := number(stats, name)) is not None]
        if limit is None or len(values) < len(names) or sum(values) <= limit:
            return
        total, verb = " + ".join(names), "exceed" if len(names) > 1 else "exceeds"
        got = f"{sum(values)} ({' + '.join(map(str, values))})" if len(names) > 1 else str(values[0])
        yield RelationViolation(names[0], f"{total} {verb} {bound}.", f"{total} at most {bound} ({limit})", got)

    def tells(stats: Mapping[str, Any]) -> bool:
        return _has(stats, bound, *names) and any(number(stats, name) for name in names)

    return Check(check, tells)


def not_zero(unique: str, total: str, *machines: str) -> Check:
    """Return the check that a unique count is not 0 if people caused events."""

    def by_people(stats: Mapping[str, Any]) -> float:
        # Machines may not count as recipients, so their events are subtracted, even if two kinds overlap.
        return (number(stats, total) or 0) - sum(number(stats, name) or 0 for name in machines)

    def check(stats: Mapping[str, Any], _now: datetime | None, _unit: RateUnit) -> Iterator[RelationViolation]:
        people, events = number(stats, unique), number(stats, total)
        if people == 0 and by_people(stats) > 0:
            message, expected = f"{unique} is 0, but {total} is {events}.", f"1 or more, since {total} is {events}"
            yield RelationViolation(unique, message, expected, "0")

    def tells(stats: Mapping[str, Any]) -> bool:
        return _has(stats, unique) and by_people(stats) > 0

    return Check(check, tells)


def _has(stats: Mapping[str, Any], *names: str) -> bool:
    return all(number(stats, name) is not None for name in names)


def _negative(stats: Mapping[str, Any], _now: datetime | None, _unit: RateUnit) -> Iterator[RelationViolation]:
    """Yield the negative counts and rates."""
    for name in (*COUNTS, *RATES):
        value = number(stats, name)
        if value is not None and value < 0:
            yield RelationViolation(name, f"{name} is negative.", "0 or more", str(value))


def _not_rfc3339(stats: Mapping[str, Any], _now: datetime | None, _unit: RateUnit) -> Iterator[RelationViolation]:
    """Yield ``lastUpdated`` if it is not an RFC 3339 date-time."""
    value = stats.get("lastUpdated")
    if isinstance(value, str) and parse_rfc3339(value, clamp=True) is None:
        message = "lastUpdated is not an RFC 3339 date-time with an offset."
        expected = "an RFC 3339 date-time with an offset, like 2026-01-31T09:30:00Z"
        yield RelationViolation("lastUpdated", message, expected, repr(value))


def _in_future(stats: Mapping[str, Any], now: datetime | None, _unit: RateUnit) -> Iterator[RelationViolation]:
    """Yield ``lastUpdated`` if it is after now."""
    value = parse_rfc3339(stats.get("lastUpdated"), clamp=True)
    if value is not None and now is not None and value > now:
        message = f"lastUpdated is {describe_duration(value - now)} in the future."
        yield RelationViolation("lastUpdated", message, f"not after {format_rfc3339(now)}", str(stats["lastUpdated"]))


NEGATIVE = Check(_negative, lambda stats: any(number(stats, name) for name in (*COUNTS, *RATES)))
NOT_RFC3339 = Check(_not_rfc3339, lambda stats: isinstance(stats.get("lastUpdated"), str))
IN_FUTURE = Check(_in_future, lambda stats: parse_rfc3339(stats.get("lastUpdated"), clamp=True) is not None)
