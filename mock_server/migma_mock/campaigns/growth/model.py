"""The numbers of a growing campaign at any time.

All arithmetic is on whole numbers: a curve is a table, and a share of a count is a multiplication and a division. So
every machine gets the same numbers, and the relations between the final numbers hold at any time: a curve never falls,
opens and clicks are never ahead of the deliveries, and rounding keeps the order.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from migma_contract.rate_unit import RateUnit
from migma_contract.stats import rounded_rate
from migma_contract.timestamps import parse_rfc3339
from migma_mock.campaigns.growth import curves
from migma_mock.campaigns.growth.config import GrowthFile, parse_relative

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


Fit = Callable[[dict[str, Any]], dict[str, Any]]


class Events(NamedTuple):
    """Opens or clicks: the unique ones, the total, and how many of it are by Mail Privacy Protection and by bots."""

    unique: int
    total: int
    mpp: int
    bots: int


@dataclass(frozen=True, slots=True)
class Growth:
    """A growing campaign with a known time of sending.

    Attributes:
        sent_at: When it is sent, which is the first refresh of its stats; in UTC, a whole second.
        refresh: The time between two refreshes, in whole seconds.
        sent, delivered, bounces, opens, clicks, unsubscribes: The final counts.
        detected: The optional fields of its stats.
        rates: The unit of the rates in its stats.
        fit: Brings stats into the form of the contract; None if they have it.
    """

    sent_at: datetime
    refresh: timedelta
    sent: int
    delivered: int
    bounces: int
    opens: Events
    clicks: Events
    unsubscribes: int
    detected: frozenset[str]
    rates: RateUnit
    fit: Fit | None = field(default=None, compare=False)


def resolve(file: GrowthFile, started: datetime, rates: RateUnit, fit: Fit | None = None) -> Growth:
    """Return the growth that a file defines, with ``sentAt`` counted from ``started`` and the unit of its rates.

    A time of sending outside the years 1 to 9999 becomes the nearest one inside.
    """
    bounces = round(file.recipients * file.bounceRate)
    delivered = file.recipients - bounces
    openers, clickers = round(delivered * file.openRate), round(delivered * file.clickRate)
    shares = {"mppOpens": file.mppShare, "botOpens": file.botOpenShare, "botClicks": file.botClickShare}
    return Growth(
        sent_at=_sent_at(file.sentAt, started).replace(microsecond=0),
        refresh=timedelta(seconds=file.refreshSeconds),
        sent=file.recipients,
        delivered=delivered,
        bounces=bounces,
        opens=_events(openers, file.opensPerOpener, mpp=file.mppShare, bots=file.botOpenShare),
        clicks=_events(clickers, file.clicksPerClicker, mpp=None, bots=file.botClickShare),
        unsubscribes=round(delivered * file.unsubscribeRate),
        detected=frozenset(name for name, share in shares.items() if share is not None),
        rates=rates,
        fit=fit,
    )


def refreshes_at(growth: Growth, time: datetime) -> int:
    """Return the number of refreshes after the first one; negative before it."""
    return (time - growth.sent_at) // growth.refresh


def stats_at(growth: Growth, time: datetime) -> dict[str, Any] | None:
    """Return the stats of the latest refresh at a time as a new dict; None before the first refresh.

    The refreshes are at ``sent_at`` and every ``refresh`` after it.
    """
    refreshes = refreshes_at(growth, time)
    if refreshes < 0:
        return None
    since_sent = refreshes * growth.refresh
    age = since_sent // timedelta(seconds=1)
    # Each share is multiplied by that of the deliveries (or of people's opens), so that none is ahead of them.
    deliveries = curves.DELIVERIES.at(age)
    mpp, bots, people = (curve.at(age, deliveries) for curve in (curves.MPP_OPENS, curves.BOTS, curves.OPENS))
    delivered = _part(growth.delivered, deliveries)
    opens = _events_so_far(growth.opens, mpp, bots, people)
    clicks = _events_so_far(growth.clicks, mpp, bots, curves.CLICKS_OF_OPENERS.at(age, people))
    stats = {
        "totalSent": growth.sent,
        "totalDelivered": delivered,
        "uniqueOpens": opens.unique,
        "totalOpens": opens.total,
        "uniqueClicks": clicks.unique,
        "totalClicks": clicks.total,
        "unsubscribes": _part(growth.unsubscribes, curves.UNSUBSCRIBES_OF_OPENERS.at(age, people)),
        "bounces": _part(growth.bounces, curves.BOUNCES.at(age)),
        "openRate": rounded_rate(opens.unique, delivered, growth.rates),
        "clickRate": rounded_rate(clicks.unique, delivered, growth.rates),
        "lastUpdated": (growth.sent_at + since_sent).replace(tzinfo=None).isoformat() + "Z",
    }
    detected = {"botOpens": opens.bots, "botClicks": clicks.bots, "mppOpens": opens.mpp}
    stats |= {name: count for name, count in detected.items() if name in growth.detected}
    return growth.fit(stats) if growth.fit else stats


def _sent_at(text: str, started: datetime) -> datetime:
    absolute = parse_rfc3339(text)
    if absolute is not None:
        return absolute
    relative = parse_relative(text) or timedelta()
    try:
        return started.astimezone(UTC) + relative
    except OverflowError:
        return _FIRST if relative < timedelta() else _LAST


def _events(unique: int, times: float, *, mpp: float | None, bots: float | None) -> Events:
    total = round(unique * times)
    by_mpp = round(total * (mpp or 0))
    return Events(unique, total, by_mpp, min(round(total * (bots or 0)), total - by_mpp))


def _events_so_far(end: Events, mpp: int, bots: int, people: int) -> Events:
    """Return the events so far, given the shares of those by Mail Privacy Protection, bots and people."""
    if not end.unique:
        return end
    happened = end.mpp * mpp + end.bots * bots + (end.total - end.mpp - end.bots) * people
    unique = _part(end.unique, happened, curves.WHOLE * end.total)
    # The total follows from the unique events: opens without an opener would be a contradiction.
    total = unique * end.total // end.unique
    return Events(unique, total, min(_part(end.mpp, mpp), total), min(_part(end.bots, bots), total))


def _part(count: int, share: int, whole: int = curves.WHOLE) -> int:
    """Return a share of a count, rounded, so that a single recipient opens halfway and not at the very end."""
    return (2 * count * share + whole) // (2 * whole)
