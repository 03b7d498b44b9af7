"""Stats of the right form with numbers of another meaning than documented."""

from collections.abc import Callable
from functools import partial
from typing import Any

from gallery.api import Reply, Request, stamp
from gallery.changes import computed, data, fields
from gallery.variant import Variant, drift

_semantic = partial(drift, category="semantic")
_warning = partial(drift, category="semantic", level="warning")


def _rate(
    name: str, description: str, rule: str, value: Callable[[dict[str, Any]], float], of: str = "openRate"
) -> Variant:
    return _semantic(name, description, computed(of, value), rule)


def _over(of: str, by: str, digits: int = 17) -> Callable[[dict[str, Any]], float]:
    return lambda stats: round(stats[of] / stats[by], digits)


def _nothing_delivered(stats: dict[str, Any]) -> dict[str, Any]:
    zeros = {name: 0 for name, value in stats.items() if isinstance(value, int)}
    return {**stats, **zeros, "totalSent": 10, "bounces": 10, "openRate": 1, "clickRate": 0}


def _stamp_back_counts_on(reply: Reply, request: Request) -> Reply:
    return fields(lastUpdated=stamp(hours=-request.read), totalOpens=812 + request.read)(reply, request)


VARIANTS = (
    _rate("percentage", "`openRate` is a percentage", "rate-is-percentage", lambda s: 100 * s["openRate"]),
    _rate(
        "percentage-1",
        "`openRate` is a percentage, 1 decimal",
        "rate-is-percentage",
        lambda s: round(100 * s["openRate"], 1),
    ),
    _rate(
        "percentage-0", "`openRate` is a whole percentage", "rate-is-percentage", lambda s: round(100 * s["openRate"])
    ),
    _rate(
        "percentage-cut",
        "`openRate` is a truncated percentage",
        "rate-is-percentage",
        lambda s: int(1000 * s["openRate"]) / 10,
    ),
    _rate(
        "percentage-click",
        "`clickRate` is a percentage",
        "rate-is-percentage",
        lambda s: round(100 * s["clickRate"], 2),
        "clickRate",
    ),
    _semantic(
        "percentage-both",
        "both rates are percentages",
        data(lambda s: {**s, "openRate": round(100 * s["openRate"], 2), "clickRate": round(100 * s["clickRate"], 2)}),
        "rate-is-percentage",
    ),
    _semantic(
        "percentage-over-sent",
        "`openRate` is a percentage of sent",
        computed("openRate", lambda s: round(100 * s["uniqueOpens"] / s["totalSent"], 2)),
        "rate-is-percentage",
        also=("rate-over-sent",),
    ),
    _rate("over-sent", "`openRate` is a fraction of sent", "rate-over-sent", _over("uniqueOpens", "totalSent")),
    _rate(
        "over-sent-4",
        "`openRate` is a fraction of sent, 4 decimals",
        "rate-over-sent",
        _over("uniqueOpens", "totalSent", 4),
    ),
    _rate(
        "over-sent-click",
        "`clickRate` is a fraction of sent",
        "rate-over-sent",
        _over("uniqueClicks", "totalSent"),
        "clickRate",
    ),
    _rate("of-total", "`openRate` counts all opens", "rate-of-total-events", _over("totalOpens", "totalDelivered")),
    _rate(
        "of-total-click",
        "`clickRate` counts all clicks",
        "rate-of-total-events",
        _over("totalClicks", "totalDelivered", 4),
        "clickRate",
    ),
    _rate(
        "click-to-open",
        "`clickRate` is clicks divided by opens",
        "rate-over-other-events",
        _over("uniqueClicks", "uniqueOpens", 4),
        "clickRate",
    ),
    _rate(
        "rate-off",
        "`openRate` is a tenth too high",
        "open-rate-inconsistent",
        lambda s: s["openRate"] + 0.1,
    ),
    _rate("rate-stuck", "`clickRate` is always 0", "click-rate-inconsistent", lambda _: 0, "clickRate"),
    _rate(
        "rate-1-decimal",
        "`openRate` has one decimal",
        "open-rate-inconsistent",
        lambda s: round(s["openRate"], 1),
    ),
    _semantic(
        "zero-delivered-rate-1",
        "`openRate` is 1, but nothing was delivered",
        data(_nothing_delivered),
        "open-rate-inconsistent",
    ),
    _warning(
        "unique-over-total-opens",
        "`uniqueOpens` is above `totalOpens`",
        fields(totalOpens=400),
        "unique-opens-exceed-total-opens",
    ),
    _warning(
        "unique-over-total-clicks",
        "`uniqueClicks` is above `totalClicks`",
        fields(totalClicks=90),
        "unique-clicks-exceed-total-clicks",
    ),
    _warning(
        "unique-over-delivered",
        "`uniqueOpens` is above `totalDelivered`",
        fields(uniqueOpens=1200, totalOpens=1500, openRate=1200 / 1150),
        "unique-opens-exceed-delivered",
    ),
    _warning(
        "clicks-over-delivered",
        "`uniqueClicks` is above `totalDelivered`",
        fields(uniqueClicks=1180, totalClicks=1300, clickRate=1180 / 1150),
        "unique-clicks-exceed-delivered",
    ),
    _warning(
        "delivered-over-sent",
        "more messages are delivered than sent",
        fields(totalSent=1100),
        "delivered-plus-bounces-exceed-sent",
    ),
    _warning(
        "bounces-over-rest",
        "delivered and bounced are more than sent",
        fields(bounces=80),
        "delivered-plus-bounces-exceed-sent",
    ),
    _warning(
        "unsubscribes-over-delivered",
        "more unsubscribes than delivered messages",
        fields(unsubscribes=1160),
        "unsubscribes-exceed-delivered",
    ),
    _warning(
        "bots-over-opens", "`botOpens` is above `totalOpens`", fields(botOpens=900), "bot-opens-exceed-total-opens"
    ),
    _warning(
        "mpp-over-opens", "`mppOpens` is above `totalOpens`", fields(mppOpens=900), "mpp-opens-exceed-total-opens"
    ),
    _warning(
        "bots-over-clicks",
        "`botClicks` is above `totalClicks`",
        fields(botClicks=144),
        "bot-clicks-exceed-total-clicks",
    ),
    _warning("negative-count", "`bounces` is negative", fields(bounces=-3), "negative-count"),
    _warning("negative-optional", "`botOpens` is -1 for unknown", fields(botOpens=-1), "negative-count"),
    _warning("negative-rate", "`openRate` is -1 for unknown", fields(openRate=-1), "negative-count"),
    _warning(
        "from-the-future",
        "`lastUpdated` is an hour ahead",
        computed("lastUpdated", lambda _: stamp(hours=1)),
        "last-updated-in-future",
    ),
    _warning(
        "from-far-future",
        "`lastUpdated` is in the year 9999",
        fields(lastUpdated="9999-12-31T23:59:59Z"),
        "last-updated-in-future",
    ),
    _warning(
        "local-time-as-utc",
        "`lastUpdated` is local time marked as UTC",
        computed("lastUpdated", lambda _: stamp(hours=2)),
        "last-updated-in-future",
    ),
    _warning(
        "stamp-back-counts-on",
        "`lastUpdated` decreases, but counts increase",
        _stamp_back_counts_on,
        "last-updated-decreased",
    ),
)
