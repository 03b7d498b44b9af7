"""RELATIONS: the rules that the numbers of one campaign follow.

The contract's schema fixes names and types only. This list has what the descriptions in it state
("Unique opens divided by delivered.") and what follows from them (unique opens are at most total opens).
Generators satisfy it, fixtures are checked against it, and rules of the contract check are made from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from migma_contract.stats.numbers import COUNTS, RATES, is_rate, number
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


Check = Callable[[Mapping[str, Any], datetime | None], Iterator[RelationViolation]]
"""Yields the violations of a relation in stats at a given time; None if the time is unknown."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation between the numbers of a campaign.

    Attributes:
        id: Stable, kebab-case; names the violation.
        summary: The requirement in one sentence.
        source: ``documented`` if the vendor states it, ``derived`` if it follows from that.
        reference: The place in openapi.json, or the vendor's words, that it comes from.
        example: Fields that violate it, as JSON without the braces around them.
        violations: Yields the violations. Fields that are missing or of another type are ignored:
            the contract's schema covers those.
    """

    id: str
    summary: str
    source: Literal["documented", "derived"]
    reference: str
    example: str
    violations: Check


def relation_violations(
    stats: Mapping[str, Any], now: datetime | None = None
) -> list[tuple[Relation, RelationViolation]]:
    """Return every violation of RELATIONS in a campaign's stats, in the order of RELATIONS."""
    return [(relation, violation) for relation in RELATIONS for violation in relation.violations(stats, now)]


def _rate_of(name: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[RelationViolation]:
        value, unique, delivered = (number(stats, field) for field in (name, RATES[name], "totalDelivered"))
        # Opens without deliveries have no rate; that they exist violates another relation.
        if value is None or unique is None or delivered is None or delivered <= 0 < unique:
            return
        if not is_rate(value, unique, delivered):
            exact = unique / delivered if delivered else 0
            yield RelationViolation(
                name,
                f"{name} is not {RATES[name]} / totalDelivered.",
                f"{exact:.6g} ({RATES[name]} {unique} / totalDelivered {delivered})",
                f"{value:.6g}",
            )

    return check


def _at_most(bound: str, *names: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[RelationViolation]:
        values, limit = [number(stats, name) for name in names], number(stats, bound)
        present = [value for value in values if value is not None]
        if limit is not None and len(present) == len(names) and sum(present) > limit:
            terms = f" ({' + '.join(map(str, present))})" if len(present) > 1 else ""
            total = " + ".join(names)
            yield RelationViolation(
                names[0],
                f"{total} {'exceed' if len(names) > 1 else 'exceeds'} {bound}.",
                f"{total} at most {bound} ({limit})",
                f"{sum(present)}{terms}",
            )

    return check


def _not_zero(unique: str, total: str, *machines: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[RelationViolation]:
        people, events = number(stats, unique), number(stats, total)
        # Machines may not count as recipients, so their events are subtracted, even if two kinds overlap.
        by_people = (events or 0) - sum(number(stats, name) or 0 for name in machines)
        if people == 0 and by_people > 0:
            yield RelationViolation(
                unique, f"{unique} is 0, but {total} is {events}.", f"1 or more, since {total} is {events}", "0"
            )

    return check


def _negative(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[RelationViolation]:
    for name in (*COUNTS, *RATES):
        value = number(stats, name)
        if value is not None and value < 0:
            yield RelationViolation(name, f"{name} is negative.", "0 or more", str(value))


def _not_rfc3339(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[RelationViolation]:
    value = stats.get("lastUpdated")
    if isinstance(value, str) and parse_rfc3339(value) is None:
        yield RelationViolation(
            "lastUpdated",
            "lastUpdated is not an RFC 3339 date-time with an offset.",
            "an RFC 3339 date-time with an offset, like 2026-01-31T09:30:00Z",
            repr(value),
        )


def _in_future(stats: Mapping[str, Any], now: datetime | None) -> Iterator[RelationViolation]:
    value = parse_rfc3339(stats.get("lastUpdated"))
    if value is not None and now is not None and value > now:
        yield RelationViolation(
            "lastUpdated",
            f"lastUpdated is {describe_duration(value - now)} in the future.",
            f"not after {format_rfc3339(now)}",
            str(stats["lastUpdated"]),
        )


_STATS = "#/components/schemas/CampaignStats/properties"

RELATIONS: tuple[Relation, ...] = (
    Relation(
        "open-rate-inconsistent",
        "openRate is unique opens divided by delivered, as a fraction; 0 if nothing was delivered.",
        "documented",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 410, "openRate": 0.52',
        _rate_of("openRate"),
    ),
    Relation(
        "click-rate-inconsistent",
        "clickRate is unique clicks divided by delivered, as a fraction; 0 if nothing was delivered.",
        "documented",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 52, "clickRate": 0.4',
        _rate_of("clickRate"),
    ),
    Relation(
        "last-updated-not-rfc3339",
        "lastUpdated is an RFC 3339 date-time with an offset.",
        "documented",
        f"{_STATS}/lastUpdated/format",
        '"lastUpdated": "0000-01-01T00:00:00Z"',
        _not_rfc3339,
    ),
    Relation(
        "last-updated-in-future",
        "lastUpdated is not in the future: it is when the stats were last refreshed.",
        "derived",
        f"{_STATS}/lastUpdated/description",
        '"lastUpdated": "2999-01-01T00:00:00Z"',
        _in_future,
    ),
    Relation(
        "negative-count",
        "Counts and rates are not negative.",
        "derived",
        "“Aggregate engagement stats”: numbers of messages and events",
        '"bounces": -4',
        _negative,
    ),
    Relation(
        "delivered-plus-bounces-exceed-sent",
        "Delivered and bounced messages are together at most the sent messages.",
        "derived",
        f"{_STATS}/totalSent",
        '"totalSent": 1000, "totalDelivered": 990, "bounces": 40',
        _at_most("totalSent", "totalDelivered", "bounces"),
    ),
    Relation(
        "unique-opens-exceed-total-opens",
        "Unique opens are at most total opens.",
        "derived",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 410, "totalOpens": 392',
        _at_most("totalOpens", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-exceed-total-clicks",
        "Unique clicks are at most total clicks. They may exceed unique opens, since mail clients block images.",
        "derived",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 52, "totalClicks": 47',
        _at_most("totalClicks", "uniqueClicks"),
    ),
    Relation(
        "unique-opens-zero",
        "If there are opens other than by bots and Mail Privacy Protection, uniqueOpens is at least 1.",
        "derived",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 0, "totalOpens": 812, "botOpens": 31',
        _not_zero("uniqueOpens", "totalOpens", "botOpens", "mppOpens"),
    ),
    Relation(
        "unique-clicks-zero",
        "If there are clicks other than by bots, uniqueClicks is at least 1.",
        "derived",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 0, "totalClicks": 143',
        _not_zero("uniqueClicks", "totalClicks", "botClicks"),
    ),
    Relation(
        "unique-opens-exceed-delivered",
        "Unique opens are at most the delivered messages, so openRate is at most 1.",
        "derived",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 1040',
        _at_most("totalDelivered", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-exceed-delivered",
        "Unique clicks are at most the delivered messages, so clickRate is at most 1.",
        "derived",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 1002',
        _at_most("totalDelivered", "uniqueClicks"),
    ),
    Relation(
        "unsubscribes-exceed-delivered",
        "Unsubscribes are at most the delivered messages.",
        "derived",
        f"{_STATS}/unsubscribes",
        '"totalDelivered": 1000, "unsubscribes": 1200',
        _at_most("totalDelivered", "unsubscribes"),
    ),
    Relation(
        "bot-opens-exceed-total-opens",
        "Opens by bots are at most total opens.",
        "derived",
        f"{_STATS}/botOpens/description",
        '"totalOpens": 600, "botOpens": 611',
        _at_most("totalOpens", "botOpens"),
    ),
    Relation(
        "mpp-opens-exceed-total-opens",
        "Opens by Apple Mail Privacy Protection are at most total opens.",
        "derived",
        f"{_STATS}/mppOpens/description",
        '"totalOpens": 600, "mppOpens": 640',
        _at_most("totalOpens", "mppOpens"),
    ),
    Relation(
        "bot-clicks-exceed-total-clicks",
        "Clicks by bots are at most total clicks.",
        "derived",
        f"{_STATS}/botClicks/description",
        '"totalClicks": 70, "botClicks": 71',
        _at_most("totalClicks", "botClicks"),
    ),
)
"""Every relation, documented ones first. Ids are stable: baselines and reports refer to them."""
