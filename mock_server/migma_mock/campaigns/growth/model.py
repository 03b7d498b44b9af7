"""A growing campaign's numbers: what they are at the end, and on the way there.

Everything here is whole numbers: a curve is a table, and a share of a count is a multiplication and a division. So
every machine counts alike, and what holds of the numbers at the end holds on the way: a curve never falls, none of
those who act on a message is ahead of its delivery, and rounding keeps the order of what it rounds.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from migma_contract.stats import rate
from migma_contract.timestamps import parse_rfc3339
from migma_mock.campaigns.growth import curves
from migma_mock.campaigns.growth.config import GrowthFile
from migma_mock.campaigns.growth.relative_time import parse_relative

_SECOND = timedelta(seconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Events(NamedTuple):
    """Opens or clicks: of the total, so many by Mail Privacy Protection and so many by bots."""

    unique: int
    total: int
    mpp: int
    bots: int


@dataclass(frozen=True, slots=True)
class Growth:
    """A growing campaign whose moment of sending is known.

    Attributes:
        sent_at: In UTC, a whole second; the first refresh of its stats.
        refresh: From one refresh to the next, whole seconds.
        sent, delivered, bounces, opens, clicks, unsubscribes: The counts at its end.
        detected: The optional members that its stats have.
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


def resolve(file: GrowthFile, started: datetime) -> Growth:
    """What a file says, for an account that started at an instant.

    A relative moment outside the years 1 to 9999 is the nearest one inside.
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
    )


def step_at(growth: Growth, now: datetime, *, refreshed_until: datetime | None = None) -> int:
    """The number of refreshes since the first; negative before it. Stats are the same from one to the next."""
    seen = now if refreshed_until is None else min(now, refreshed_until)
    return (seen - growth.sent_at) // growth.refresh


def stats_at(growth: Growth, now: datetime, *, refreshed_until: datetime | None = None) -> dict[str, Any] | None:
    """A campaign's stats as of the last refresh at or before an instant; None where there was none yet.

    Refreshes are at ``sent_at`` and each ``refresh`` after it. Equal refreshes have equal stats, in a new dict each.

    Args:
        growth: The campaign.
        now: The account's time.
        refreshed_until: Where the refreshes stopped, so that stats are stale from there on; None if they did not.
    """
    step = step_at(growth, now, refreshed_until=refreshed_until)
    if step < 0:
        return None
    age = step * growth.refresh
    return _stats(growth, growth.sent_at + age, age // _SECOND)


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


def _stats(growth: Growth, refreshed: datetime, age: int) -> dict[str, Any]:
    # Each share is one of the deliveries' (or of people's opens), so none is ahead of them.
    deliveries = curves.DELIVERIES.at(age)
    mpp, bots, people = (curve.at(age, deliveries) for curve in (curves.MPP_OPENS, curves.BOTS, curves.OPENS))
    delivered = _part(growth.delivered, deliveries)
    opens = _grown(growth.opens, mpp, bots, people)
    clicks = _grown(growth.clicks, mpp, bots, curves.CLICKS_OF_OPENERS.at(age, people))
    stats = {
        "totalSent": growth.sent,
        "totalDelivered": delivered,
        "uniqueOpens": opens.unique,
        "totalOpens": opens.total,
        "uniqueClicks": clicks.unique,
        "totalClicks": clicks.total,
        "unsubscribes": _part(growth.unsubscribes, curves.UNSUBSCRIBES_OF_OPENERS.at(age, people)),
        "bounces": _part(growth.bounces, curves.BOUNCES.at(age)),
        "openRate": round(rate(opens.unique, delivered), 4),
        "clickRate": round(rate(clicks.unique, delivered), 4),
        "lastUpdated": refreshed.replace(tzinfo=None).isoformat() + "Z",
    }
    detected = {"botOpens": opens.bots, "botClicks": clicks.bots, "mppOpens": opens.mpp}
    return stats | {name: count for name, count in detected.items() if name in growth.detected}


def _grown(end: Events, mpp: int, bots: int, people: int) -> Events:
    """The events so far, where such shares of those by Mail Privacy Protection, bots and people have happened."""
    if not end.unique:
        return end
    happened = end.mpp * mpp + end.bots * bots + (end.total - end.mpp - end.bots) * people
    unique = _part(end.unique, happened, curves.WHOLE * end.total)
    # The total follows the unique events: some opens without an opener would be a contradiction.
    total = unique * end.total // end.unique
    return Events(unique, total, min(_part(end.mpp, mpp), total), min(_part(end.bots, bots), total))


def _part(count: int, share: int, whole: int = curves.WHOLE) -> int:
    """A share of a count, rounded, so that the only recipient opens halfway and not at the very end."""
    return (2 * count * share + whole) // (2 * whole)
