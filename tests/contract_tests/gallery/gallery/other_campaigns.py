"""Stats of another campaign than the requested one, and campaigns that are alike."""

from collections.abc import Callable
from functools import partial
from typing import Any

from gallery.api import CAMPAIGNS, Request, stamp, stats
from gallery.changes import Stats, data, depending, with_rates
from gallery.variant import conforming, drift
from migma_contract.stats import COUNTS

_drift = partial(drift, rule="stats-of-another-campaign", level="warning", category="semantic", campaigns=2)
_conforming = partial(conforming, campaigns=2)


def _grown(stats: Stats, by: int) -> Stats:
    """Return the stats after some more opens, each of which clicks."""
    more = dict.fromkeys(("uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"), by)
    return with_rates({**stats, **{name: stats[name] + value for name, value in more.items()}})


def _served(of: Callable[[Request], int], by: Callable[[Request], int] = lambda _: 0, **changed: Any) -> Any:
    """Return the change that serves another campaign, depending on the request, after some growth."""
    return depending(lambda _, request: {**_grown(stats(of(request)), by(request)), **changed})


def _swapped(*reads: int) -> Callable[[Request], int]:
    """Return the campaign that is served if the two change places in some reads."""
    return lambda request: 1 - request.campaign if request.read in reads else request.campaign


def _previous(request: Request) -> int:
    """Return the campaign that is served if a cache keeps the first answer for three requests, whatever the id."""
    return 0 if request.number <= 3 else request.campaign


def _first(numbers: dict[str, int], other: dict[str, int] | None = None) -> Any:
    """Return the change in which both campaigns have these counts, and the second one has some others."""

    def change(_: Stats, request: Request) -> Stats:
        counts = {**dict.fromkeys(COUNTS, 0), **numbers, **((other or {}) if request.campaign else {})}
        return with_rates({**counts, "lastUpdated": stamp(minutes=-7)})

    return depending(change)


_LIST = {"totalSent": 24_000, "totalDelivered": 23_610, "bounces": 390}
_OPENED = {
    **_LIST,
    "uniqueOpens": 9_120,
    "totalOpens": 15_040,
    "uniqueClicks": 1_210,
    "totalClicks": 1_702,
    "unsubscribes": 61,
    "botOpens": 402,
    "botClicks": 77,
    "mppOpens": 3_115,
}
_SMALL = {
    "totalSent": 60,
    "totalDelivered": 59,
    "bounces": 1,
    "uniqueOpens": 24,
    "totalOpens": 41,
    "uniqueClicks": 6,
    "totalClicks": 9,
    "unsubscribes": 1,
    "botOpens": 2,
    "mppOpens": 9,
}
_TEAM = {
    "totalSent": 12,
    "totalDelivered": 12,
    "uniqueOpens": 12,
    "totalOpens": 30,
    "uniqueClicks": 4,
    "totalClicks": 4,
}
_STAFF = {
    "totalSent": 400,
    "totalDelivered": 400,
    "uniqueOpens": 400,
    "totalOpens": 400,
    "uniqueClicks": 400,
    "totalClicks": 400,
}
_BARELY_OPENED = {**_LIST, "uniqueOpens": 3, "totalOpens": 4}


def _same_list(second_read: bool) -> Any:
    """Return the change in which both campaigns went to one list, and read 2 of one may be the other's."""

    def change(_: Stats, request: Request) -> Stats:
        is_other = request.campaign == 1 or (second_read and request.read == 2)
        fewer = {"uniqueOpens": 7_804, "totalOpens": 12_951, "uniqueClicks": 985, "totalClicks": 1_388}
        counts = {**_OPENED, **(fewer if is_other else {})}
        return with_rates({**counts, "lastUpdated": stamp(seconds=request.number - 300)})

    return depending(change)


DRIFTED = (
    _drift("one-for-all", "both campaigns get the stats of the first", _served(lambda _: 0)),
    _drift("one-for-all-three", "three campaigns get the stats of the last", _served(lambda _: 2), campaigns=3),
    _drift(
        "two-alike-of-three",
        "two of three campaigns get the same stats",
        _served(lambda r: r.campaign // 2),
        campaigns=3,
    ),
    _drift(
        "one-for-all-other-stamp",
        "both campaigns get the same stats, each with its own `lastUpdated`",
        depending(lambda _, request: {**stats(0), "lastUpdated": stamp(hours=-1 - request.campaign)}),
    ),
    _drift(
        "one-for-all-growing",
        "both campaigns get the stats of one that grows with each request",
        depending(
            lambda _, request: {**_grown(stats(0), request.number), "lastUpdated": stamp(seconds=request.number)}
        ),
    ),
    _drift(
        "one-for-all-no-optionals",
        "both campaigns get the same stats, without optional fields",
        depending(lambda *_: {k: v for k, v in stats(0).items() if k not in {"botOpens", "botClicks", "mppOpens"}}),
    ),
    _drift("one-for-all-large", "both campaigns get the same stats, of a large campaign", _first(_OPENED)),
    _drift("switched", "read 2 of each campaign is the other's", _served(_swapped(2))),
    _drift("switched-first", "read 1 of each campaign is the other's", _served(_swapped(1))),
    _drift(
        "switched-one",
        "read 2 of one campaign is the other's",
        _served(lambda r: 1 if r.read == 2 else r.campaign),
    ),
    _drift(
        "switched-to-smaller",
        "read 2 of the larger campaign is the smaller one's",
        _served(lambda r: 0 if r.read == 2 else r.campaign),
    ),
    _drift(
        "switched-and-grown",
        "read 2 of one campaign is the other's, which has grown",
        depending(
            lambda _, r: {
                **_grown(stats(1 if r.read == 2 else r.campaign), 2 * r.number),
                "lastUpdated": stamp(seconds=r.number - 60),
            }
        ),
    ),
    _drift(
        "switched-older-stamp",
        "read 2 of one campaign is the other's, refreshed earlier",
        depending(lambda s, r: {**stats(1), "lastUpdated": stamp(hours=-3)} if r.read == 2 and r.campaign == 0 else s),
    ),
    _drift(
        "switched-same-stamp",
        "read 2 of one campaign is the other's, with the same `lastUpdated`",
        _served(lambda r: 1 if r.read == 2 else r.campaign, lastUpdated="2026-01-31T09:30:12Z"),
    ),
    _drift("switched-same-list", "read 2 of one campaign is that of another one to the same list", _same_list(True)),
    _drift("cache-without-id", "a cache keeps the first answer for a moment, whatever the id", _served(_previous)),
    _drift(
        "switched-and-named",
        "read 2 of one campaign is the other's, and says so",
        depending(
            lambda s, r: (
                {**stats(1), "campaignId": CAMPAIGNS[1]} if r.read == 2 else {**s, "campaignId": CAMPAIGNS[r.campaign]}
            )
        ),
    ),
)

NEIGHBOURS = (
    _conforming("two-fresh", "two campaigns have only zeros", _first({})),
    _conforming("two-just-sent", "two campaigns to one list are just sent", _first(_LIST)),
    _conforming("two-barely-opened", "two campaigns to one list have the same few opens", _first(_BARELY_OPENED)),
    _conforming("two-small", "two small campaigns are alike by chance", _first(_SMALL)),
    _conforming("two-to-team", "two campaigns to the team are alike", _first(_TEAM)),
    _conforming("two-to-staff", "everybody in the company opened and clicked two campaigns once", _first(_STAFF)),
    _conforming("two-bounced", "all messages of two campaigns bounced", _first({"totalSent": 900, "bounces": 900})),
    _conforming(
        "same-opens",
        "two campaigns to one list have the same opens, but other clicks",
        _first(_OPENED, {"uniqueClicks": 1_187}),
    ),
    _conforming(
        "twins",
        "two halves of an A/B test are nearly alike",
        _first(
            _OPENED,
            {
                "uniqueOpens": 9_133,
                "totalOpens": 15_061,
                "uniqueClicks": 1_206,
                "totalClicks": 1_693,
                "unsubscribes": 60,
                "botOpens": 398,
                "botClicks": 77,
                "mppOpens": 3_102,
            },
        ),
    ),
    _conforming("same-list", "two campaigns to one list grow", _same_list(False)),
    _conforming(
        "resent",
        "the second campaign went to those who did not open the first",
        _first(
            _OPENED,
            {
                "totalSent": 14_490,
                "totalDelivered": 14_461,
                "bounces": 29,
                "uniqueOpens": 1_210,
                "totalOpens": 1_702,
                "uniqueClicks": 61,
                "totalClicks": 77,
                "botClicks": 7,
                "mppOpens": 402,
                "botOpens": 31,
            },
        ),
    ),
    _conforming("three-campaigns", "the API as documented, three campaigns", data(lambda s: s), campaigns=3),
    _conforming(
        "one-refresh",
        "all campaigns are refreshed at one moment",
        data(lambda s: {**s, "lastUpdated": "2026-01-31T09:30:00.123456Z"}),
    ),
)
