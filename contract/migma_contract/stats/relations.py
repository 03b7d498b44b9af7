"""RELATIONS: the rules that the numbers of one campaign follow.

The contract's schema fixes names and types only. This list has what the descriptions in it state
("Unique opens divided by delivered.") and what follows from them (unique opens are at most total opens).
Generators satisfy it, fixtures are checked against it, and rules of the contract check are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from migma_contract.rate_unit import RateUnit
from migma_contract.stats.numbers import number
from migma_contract.stats.relation_checks import (
    IN_FUTURE,
    NEGATIVE,
    NOT_RFC3339,
    Check,
    RelationViolation,
    at_most,
    not_zero,
    rate_of,
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation between the numbers of a campaign.

    Attributes:
        id: Stable, kebab-case; names the violation.
        summary: The requirement in one sentence.
        reference: The place in openapi.json, or the vendor's words, that it comes from.
        example: Fields that violate it, as JSON without the braces around them.
        check: Yields the violations. Fields that are missing or of another type are ignored:
            the contract's schema covers those.
        source: ``documented`` if the vendor states it, ``derived`` if it follows from that.
    """

    id: str
    summary: str
    reference: str
    example: str
    check: Check
    source: Literal["documented", "derived"] = "derived"


def relation_violations(
    stats: Mapping[str, Any], now: datetime | None = None, unit: RateUnit = "fraction"
) -> list[tuple[Relation, RelationViolation]]:
    """Return every violation of RELATIONS in a campaign's stats, in the order of RELATIONS.

    Negative numbers violate a relation of their own, and no other one.

    Args:
        stats: The campaign's stats.
        now: The latest time that lastUpdated may be; None if that is not checked.
        unit: The unit of the rates.
    """
    positive = {name: value for name, value in stats.items() if (number(stats, name) or 0) >= 0}
    return [
        (relation, violation)
        for relation in RELATIONS
        for violation in relation.check.violations(stats if relation.id == "negative-count" else positive, now, unit)
    ]


_STATS = "#/components/schemas/CampaignStats/properties"

RELATIONS: tuple[Relation, ...] = (
    Relation(
        "open-rate-inconsistent",
        "openRate is unique opens divided by delivered, in the unit of --rates; 0 if nothing was delivered.",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 410, "openRate": 0.52',
        rate_of("openRate"),
        source="documented",
    ),
    Relation(
        "click-rate-inconsistent",
        "clickRate is unique clicks divided by delivered, in the unit of --rates; 0 if nothing was delivered.",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 52, "clickRate": 0.4',
        rate_of("clickRate"),
        source="documented",
    ),
    Relation(
        "last-updated-not-rfc3339",
        "lastUpdated is an RFC 3339 date-time with an offset.",
        f"{_STATS}/lastUpdated/format",
        '"lastUpdated": "0000-01-01T00:00:00Z"',
        NOT_RFC3339,
        source="documented",
    ),
    Relation(
        "last-updated-in-future",
        "lastUpdated is not in the future: it is when the stats were last refreshed.",
        f"{_STATS}/lastUpdated/description",
        '"lastUpdated": "2999-01-01T00:00:00Z"',
        IN_FUTURE,
    ),
    Relation(
        "negative-count",
        "Counts and rates are not negative.",
        "“Aggregate engagement stats”: numbers of messages and events",
        '"bounces": -4',
        NEGATIVE,
    ),
    Relation(
        "delivered-plus-bounces-exceed-sent",
        "Delivered and bounced messages are together at most the sent messages.",
        f"{_STATS}/totalSent",
        '"totalSent": 1000, "totalDelivered": 990, "bounces": 40',
        at_most("totalSent", "totalDelivered", "bounces"),
    ),
    Relation(
        "unique-opens-exceed-total-opens",
        "Unique opens are at most total opens.",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 410, "totalOpens": 392',
        at_most("totalOpens", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-exceed-total-clicks",
        "Unique clicks are at most total clicks. They may exceed unique opens, since mail clients block images.",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 52, "totalClicks": 47',
        at_most("totalClicks", "uniqueClicks"),
    ),
    Relation(
        "unique-opens-zero",
        "If there are opens other than by bots and Mail Privacy Protection, uniqueOpens is at least 1.",
        f"{_STATS}/uniqueOpens",
        '"uniqueOpens": 0, "totalOpens": 812, "botOpens": 31',
        not_zero("uniqueOpens", "totalOpens", "botOpens", "mppOpens"),
    ),
    Relation(
        "unique-clicks-zero",
        "If there are clicks other than by bots, uniqueClicks is at least 1.",
        f"{_STATS}/uniqueClicks",
        '"uniqueClicks": 0, "totalClicks": 143',
        not_zero("uniqueClicks", "totalClicks", "botClicks"),
    ),
    Relation(
        "unique-opens-exceed-delivered",
        "Unique opens are at most the delivered messages, so openRate is at most 1, or 100 %.",
        f"{_STATS}/openRate/description",
        '"totalDelivered": 1000, "uniqueOpens": 1040',
        at_most("totalDelivered", "uniqueOpens"),
    ),
    Relation(
        "unique-clicks-exceed-delivered",
        "Unique clicks are at most the delivered messages, so clickRate is at most 1, or 100 %.",
        f"{_STATS}/clickRate/description",
        '"totalDelivered": 1000, "uniqueClicks": 1002',
        at_most("totalDelivered", "uniqueClicks"),
    ),
    Relation(
        "unsubscribes-exceed-delivered",
        "Unsubscribes are at most the delivered messages.",
        f"{_STATS}/unsubscribes",
        '"totalDelivered": 1000, "unsubscribes": 1200',
        at_most("totalDelivered", "unsubscribes"),
    ),
    Relation(
        "bot-opens-exceed-total-opens",
        "Opens by bots are at most total opens.",
        f"{_STATS}/botOpens/description",
        '"totalOpens": 600, "botOpens": 611',
        at_most("totalOpens", "botOpens"),
    ),
    Relation(
        "mpp-opens-exceed-total-opens",
        "Opens by Apple Mail Privacy Protection are at most total opens.",
        f"{_STATS}/mppOpens/description",
        '"totalOpens": 600, "mppOpens": 640',
        at_most("totalOpens", "mppOpens"),
    ),
    Relation(
        "bot-clicks-exceed-total-clicks",
        "Clicks by bots are at most total clicks.",
        f"{_STATS}/botClicks/description",
        '"totalClicks": 70, "botClicks": 71',
        at_most("totalClicks", "botClicks"),
    ),
)
"""Every relation, documented ones first. Ids are stable: baselines and reports refer to them."""
