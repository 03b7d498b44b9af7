"""MEANING: what the numbers of one campaign mean to each other.

The contract fixes names and types only. This list holds what its descriptions state
("Unique opens divided by delivered.") and what follows from the words (unique ≤ total).
Generators satisfy it, fixtures are held to it, and the rules of the contract check are made from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from migma_contract.stats.numbers import COUNTS, RATES, is_rate, number, timestamp


class Breach(NamedTuple):
    """A relation that does not hold: which member shows it, what would hold, what is there."""

    field: str
    expected: str
    got: str


Check = Callable[[Mapping[str, Any], datetime | None], Iterator[Breach]]
"""What of a relation does not hold in stats, as of an instant; None where no clock is known."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing that must hold between the numbers of one campaign.

    Attributes:
        id: Stable, kebab-case.
        sentence: What must hold, for people.
        source: ``documented`` where the vendor's words say so, ``derived`` where it follows from them.
        reference: The place in openapi.json, or the vendor's words, that it comes from.
        example: Members that break it, as JSON has them, without the braces around.
        breaches: Yields what does not hold. Members that are absent or of another type are passed
            over: the contract's schema judges those.
    """

    id: str
    sentence: str
    source: Literal["documented", "derived"]
    reference: str
    example: str
    breaches: Check


def breaches(stats: Mapping[str, Any], now: datetime | None = None) -> list[tuple[Relation, Breach]]:
    """Everything in MEANING that a campaign's stats break, in MEANING's order."""
    return [(relation, breach) for relation in MEANING for breach in relation.breaches(stats, now)]


def _rate_of(name: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[Breach]:
        value, unique, delivered = (number(stats, member) for member in (name, RATES[name], "totalDelivered"))
        # Opens without deliveries have no rate; that they exist is another relation's breach.
        if value is None or unique is None or delivered is None or delivered <= 0 < unique:
            return
        if not is_rate(value, unique, delivered):
            exact = unique / delivered if delivered else 0
            yield Breach(name, f"{exact:.6g} ({RATES[name]} {unique} / totalDelivered {delivered})", f"{value:.6g}")

    return check


def _at_most(bound: str, *names: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[Breach]:
        values, limit = [number(stats, name) for name in names], number(stats, bound)
        present = [value for value in values if value is not None]
        if limit is not None and len(present) == len(names) and sum(present) > limit:
            terms = f" ({' + '.join(map(str, present))})" if len(present) > 1 else ""
            yield Breach(names[0], f"{' + '.join(names)} at most {bound} ({limit})", f"{sum(present)}{terms}")

    return check


def _by_someone(unique: str, total: str, *machines: str) -> Check:
    def check(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[Breach]:
        people, events = number(stats, unique), number(stats, total)
        # Machines need not count as recipients, so what they did is taken off, even where two of them overlap.
        by_people = (events or 0) - sum(number(stats, name) or 0 for name in machines)
        if people == 0 and by_people > 0:
            yield Breach(unique, f"1 or more, since {total} is {events}", "0")

    return check


def _negative(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[Breach]:
    for name in (*COUNTS, *RATES):
        value = number(stats, name)
        if value is not None and value < 0:
            yield Breach(name, "0 or more", str(value))


def _not_rfc3339(stats: Mapping[str, Any], _now: datetime | None) -> Iterator[Breach]:
    value = stats.get("lastUpdated")
    if isinstance(value, str) and timestamp(value) is None:
        yield Breach("lastUpdated", "an RFC 3339 date-time with an offset, like 2026-01-31T09:30:00Z", repr(value))


def _in_future(stats: Mapping[str, Any], now: datetime | None) -> Iterator[Breach]:
    value = timestamp(stats.get("lastUpdated"))
    if value is not None and now is not None and value > now:
        yield Breach("lastUpdated", f"not after {now:%Y-%m-%dT%H:%M:%SZ}", str(stats["lastUpdated"]))


_STATS = "#/components/schemas/CampaignStats/properties"

MEANING: tuple[Relation, ...] = (
    Relation(
        "open-rate-is-unique-opens-over-delivered",
        "openRate is unique opens divided by delivered, as a fraction; 0 where nothing was delivered.",
        "documented",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 410, "openRate": 0.52',
        _rate_of("openRate"),
    ),
    Relation(
        "click-rate-is-unique-clicks-over-delivered",
        "clickRate is unique clicks divided by delivered, as a fraction; 0 where nothing was delivered.",
        "documented",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 52, "clickRate": 0.4',
        _rate_of("clickRate"),
    ),
    Relation(
        "last-updated-is-rfc3339",
        "lastUpdated is an RFC 3339 date-time with an offset.",
        "documented",
        f"{_STATS}/lastUpdated/format",
        '"lastUpdated": "0000-01-01T00:00:00Z"',
        _not_rfc3339,
    ),
    Relation(
        "last-updated-not-in-future",
        "lastUpdated is not in the future: it says when the stats were last refreshed.",
        "derived",
        f"{_STATS}/lastUpdated/description",
        '"lastUpdated": "2999-01-01T00:00:00Z"',
        _in_future,
    ),
    Relation(
        "counts-not-negative",
        "Counts and rates are not negative.",
        "derived",
        "“Aggregate engagement stats”: numbers of messages and events",
        '"bounces": -4',
        _negative,
    ),
    Relation(
        "delivered-and-bounces-within-sent",
        "What was delivered and what bounced are at most what was sent.",
        "derived",
        f"{_STATS}/totalSent",
        '"totalSent": 1000, "totalDelivered": 990, "bounces": 40',
        _at_most("totalSent", "totalDelivered", "bounces"),
    ),
    Relation(
        "unique-opens-within-total-opens",
        "Unique opens are at most total opens.",
        "derived",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 410, "totalOpens": 392',
        _at_most("totalOpens", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-within-total-clicks",
        "Unique clicks are at most total clicks. They may exceed unique opens, since images are blocked.",
        "derived",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 52, "totalClicks": 47',
        _at_most("totalClicks", "uniqueClicks"),
    ),
    Relation(
        "opens-have-openers",
        "Where there are opens, other than by bots and Mail Privacy Protection, uniqueOpens is at least 1.",
        "derived",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 0, "totalOpens": 812, "botOpens": 31',
        _by_someone("uniqueOpens", "totalOpens", "botOpens", "mppOpens"),
    ),
    Relation(
        "clicks-have-clickers",
        "Where there are clicks, other than by bots, uniqueClicks is at least 1.",
        "derived",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 0, "totalClicks": 143',
        _by_someone("uniqueClicks", "totalClicks", "botClicks"),
    ),
    Relation(
        "unique-opens-within-delivered",
        "Unique opens are at most what was delivered, so openRate is at most 1.",
        "derived",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 1040',
        _at_most("totalDelivered", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-within-delivered",
        "Unique clicks are at most what was delivered, so clickRate is at most 1.",
        "derived",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 1002',
        _at_most("totalDelivered", "uniqueClicks"),
    ),
    Relation(
        "unsubscribes-within-delivered",
        "Unsubscribes are at most what was delivered.",
        "derived",
        f"{_STATS}/unsubscribes",
        '"totalDelivered": 1000, "unsubscribes": 1200',
        _at_most("totalDelivered", "unsubscribes"),
    ),
    Relation(
        "bot-opens-within-total-opens",
        "Opens by bots are a part of all opens.",
        "derived",
        f"{_STATS}/botOpens/description",
        '"totalOpens": 600, "botOpens": 611',
        _at_most("totalOpens", "botOpens"),
    ),
    Relation(
        "mpp-opens-within-total-opens",
        "Opens by Apple Mail Privacy Protection are a part of all opens.",
        "derived",
        f"{_STATS}/mppOpens/description",
        '"totalOpens": 600, "mppOpens": 640',
        _at_most("totalOpens", "mppOpens"),
    ),
    Relation(
        "bot-clicks-within-total-clicks",
        "Clicks by bots are a part of all clicks.",
        "derived",
        f"{_STATS}/botClicks/description",
        '"totalClicks": 70, "botClicks": 71',
        _at_most("totalClicks", "botClicks"),
    ),
)
"""Every relation, documented ones first. Ids are stable: baselines and reports refer to them."""
