"""Counts and lastUpdated that change, or do not, from one read to the next."""

from functools import partial
from typing import Any

from gallery.api import Request, stamp
from gallery.changes import Stats, both, depending, fields, of_campaign, when, with_rates
from gallery.variant import additive, conforming, drift
from migma_contract.stats import COUNTS

_drift = partial(drift, level="warning", category="semantic")
_unchanged = partial(_drift, rule="last-updated-unchanged")
_corrected = partial(additive, rule="counts-decreased")


def _stepping(**steps: int) -> Any:
    """Return the change that adds to counts with each read; lastUpdated goes forward by a minute."""

    def step(stats: Stats, request: Request) -> Stats:
        times = max(0, request.read - 1)
        changed = {name: stats[name] + times * by for name, by in steps.items()}
        return with_rates({**stats, **changed, "lastUpdated": stamp(minutes=times - 60)})

    return depending(step)


def _stamped(*stamps: str) -> Any:
    """Return the change that writes these times in successive reads."""
    return depending(lambda stats, request: {**stats, "lastUpdated": stamps[(request.read - 1) % len(stamps)]})


def _now(ending: str) -> Any:
    """Return the change in which each response says that it was refreshed now."""
    return depending(lambda stats, _: {**stats, "lastUpdated": stamp()[:-1] + ending})


def _zeros(stats: Stats, request: Request) -> Stats:
    zeros = {**dict.fromkeys(stats, 0), "lastUpdated": stamp()}
    return zeros if request.read == 2 else stats


_grows = _stepping(uniqueOpens=3, totalOpens=5, uniqueClicks=1, totalClicks=2)

DRIFTED = (
    _unchanged(
        "stamp-stands", "counts grow, but `lastUpdated` stays", both(_grows, fields(lastUpdated="2026-01-31T09:30:12Z"))
    ),
    _unchanged(
        "stamp-stands-old",
        "counts grow, but `lastUpdated` is years old",
        both(_grows, fields(lastUpdated="2019-06-30T00:00:00Z")),
    ),
    _unchanged(
        "stamp-stands-fraction",
        "counts grow, but `lastUpdated` stays, in microseconds",
        both(_grows, fields(lastUpdated="2026-01-31T09:30:12.123456Z")),
    ),
    _unchanged(
        "stamp-respelled",
        "counts grow, but `lastUpdated` is the same time with another offset",
        both(_grows, _stamped("2026-01-31T09:30:12Z", "2026-01-31T11:30:12.000+02:00")),
    ),
    _unchanged(
        "stamp-stands-falling",
        "a count decreases, but `lastUpdated` stays",
        both(_stepping(totalOpens=-40), fields(lastUpdated="2026-01-31T09:30:12Z")),
    ),
    _unchanged(
        "stamp-stands-one-count",
        "only `botClicks` grows, but `lastUpdated` stays",
        both(_stepping(botClicks=1), fields(lastUpdated="2026-01-31T09:30:12Z")),
    ),
    _unchanged(
        "stamp-stands-second",
        "counts of one campaign grow, but its `lastUpdated` stays",
        when(of_campaign(1), both(_grows, fields(lastUpdated="2026-01-31T09:30:12Z"))),
        campaigns=2,
    ),
    _unchanged(
        "stamp-stands-zeros",
        "read 2 has only zeros, but the same `lastUpdated`",
        both(depending(_zeros), fields(lastUpdated="2026-01-31T09:30:12Z")),
    ),
    _unchanged(
        "stamp-stands-midnight",
        "counts grow, but `lastUpdated` stays at a midnight",
        both(_grows, _stamped("2026-01-31T00:00:00Z")),
    ),
    _drift("counts-lost", "read 2 has only zeros, refreshed later", depending(_zeros), "counts-decreased"),
    _drift(
        "sent-lost",
        "`totalSent` and what follows from it fall to a tenth, refreshed later",
        depending(
            lambda s, r: with_rates({**{k: s[k] // 10 for k in COUNTS}, "lastUpdated": stamp()}) if r.read == 2 else s
        ),
        "counts-decreased",
    ),
    _drift(
        "stamp-minutes-back",
        "`lastUpdated` decreases by a minute, but counts grow",
        both(_grows, depending(lambda s, r: {**s, "lastUpdated": stamp(minutes=-5 - r.read)})),
        "last-updated-decreased",
    ),
)

NEIGHBOURS = (
    conforming(
        "grows-always-now", "counts grow, and `lastUpdated` is always now, in whole seconds", both(_grows, _now("Z"))
    ),
    conforming("grows-now-offset", "counts grow, and `lastUpdated` is always now", both(_grows, _now(".5+00:00"))),
    conforming("grows-each-minute", "counts grow, and `lastUpdated` too", _grows),
    conforming(
        "grows-in-whole-minutes",
        "counts grow, and `lastUpdated` is the minute of the refresh",
        both(_grows, depending(lambda s, _: {**s, "lastUpdated": stamp()[:-3] + "00Z"})),
    ),
    conforming("refreshed-without-news", "`lastUpdated` grows, but counts do not", _stepping()),
    conforming(
        "respelled",
        "`lastUpdated` is the same time with another offset, with the same counts",
        _stamped("2026-01-31T09:30:12Z", "2026-01-31T11:30:12.000+02:00"),
    ),
    _corrected("bounces-delivered", "bounced messages are delivered later", _stepping(totalDelivered=4, bounces=-4)),
    _corrected("delivered-bounces", "delivered messages bounce later", _stepping(totalDelivered=-4, bounces=4)),
    _corrected("subscribed-again", "somebody subscribes again", _stepping(unsubscribes=-1)),
    _corrected(
        "bots-recognised",
        "opens and clicks turn out to be those of bots",
        _stepping(uniqueOpens=-20, totalOpens=-35, uniqueClicks=-3, totalClicks=-4, botOpens=35, botClicks=4),
    ),
    _corrected("bots-cleared", "opens of bots turn out to be those of people", _stepping(uniqueOpens=9, botOpens=-9)),
    _corrected("mpp-recounted", "opens by Mail Privacy Protection are counted again", _stepping(mppOpens=-17)),
    _corrected(
        "contacts-erased",
        "contacts are erased, with all that they did",
        _stepping(totalSent=-3, totalDelivered=-3, uniqueOpens=-2, totalOpens=-4),
    ),
    _corrected(
        "falls-always-now",
        "a count decreases, and `lastUpdated` is always now",
        both(_stepping(totalOpens=-9), _now("Z")),
    ),
    additive(
        "clocks-of-two-servers",
        "counts grow, and `lastUpdated` comes from two servers whose clocks differ by a second",
        both(_grows, _stamped(stamp(seconds=-60), stamp(seconds=-61))),
        "last-updated-decreased",
    ),
    additive(
        "reporting-unavailable",
        "read 2 has only zeros, and says that there are no stats now",
        depending(
            lambda s, r: {**_zeros(s, r), "reporting": {"status": "unavailable" if r.read == 2 else "live"}},
        ),
        "undocumented-field",
    ),
)
