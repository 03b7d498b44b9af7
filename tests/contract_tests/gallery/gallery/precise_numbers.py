"""Numbers judged with all their digits: a second mistake of percentages, decimals, nanoseconds, counts of a cache."""

import math
from functools import partial
from typing import Any

from gallery.api import Request, stats
from gallery.changes import Stats, data, depending, with_rates
from gallery.variant import additive, conforming, drift
from migma_contract.stats import RATES

_percentages = partial(drift, rule="rate-is-percentage", category="semantic")
_unchanged = partial(drift, rule="last-updated-unchanged", level="warning", category="semantic")
_mixed_up = partial(drift, rule="stats-of-another-campaign", level="warning", category="semantic", campaigns=2)


def _of_events(stats: Stats) -> Stats:
    events = {name: unique.replace("unique", "total") for name, unique in RATES.items()}
    return {**stats, **{name: 100 * stats[total] / stats["totalDelivered"] for name, total in events.items()}}


def _rounded(decimals: int, *, percent: bool = False, down: bool = False, **changed: int) -> Any:
    """Return the change of counts with rates that are rounded, or truncated, to some decimals."""
    scale = (100 if percent else 1) * 10**decimals

    def change(stats: Stats) -> Stats:
        counts = {**stats, **changed}
        steps = {name: scale * counts[unique] / counts["totalDelivered"] for name, unique in RATES.items()}
        return {
            **counts,
            **{name: (math.floor if down else round)(step) / 10**decimals for name, step in steps.items()},
        }

    return data(change)


def _stamped(*stamps: str) -> Any:
    """Return the change that writes these times in successive reads, with one more open in each."""

    def change(stats: Stats, request: Request) -> Stats:
        more = max(0, request.read - 1)
        opens = {name: stats[name] + more for name in ("uniqueOpens", "totalOpens")}
        return with_rates({**stats, **opens, "lastUpdated": stamps[(request.read - 1) % len(stamps)]})

    return depending(change)


def _off_by_one(request: Request) -> int:
    """Return the campaign that is served: in read 2 of the first one the second, and for the second one the first."""
    return (request.read == 2) if request.campaign == 0 else 0


_SECOND = "2026-01-31T09:30:12"

DRIFTED = (
    _percentages(
        "percentage-of-events", "rates are percentages of all events", data(_of_events), also=("rate-of-total-events",)
    ),
    _unchanged(
        "nanoseconds-other-zone",
        "`lastUpdated` has nanoseconds and another time zone in read 2, but is the same instant, and counts change",
        _stamped(f"{_SECOND}.123456780Z", "2026-01-31T15:00:12.12345678+05:30"),
    ),
    _mixed_up(
        "cache-off-by-one",
        "read 2 of the first campaign has the counts of the second, which always has those of the first",
        depending(lambda _, request: stats(_off_by_one(request))),
    ),
    drift(
        "zero-beside-rounded",
        "`clickRate` is 0 for 0.8 %, and `openRate` is a rounded fraction",
        data(lambda stats: {**stats, "uniqueClicks": 10, "openRate": 0.38, "clickRate": 0}),
        "click-rate-inconsistent",
        category="semantic",
    ),
)

ADDED = (
    additive(
        "truncated-to-zero",
        "rates are truncated to 2 decimals, `clickRate` to 0",
        _rounded(2, down=True, uniqueOpens=447, uniqueClicks=10),
        "rate-truncated",
    ),
    additive(
        "nanoseconds-back",
        "`lastUpdated` decreases by a nanosecond, though counts increase",
        _stamped(f"{_SECOND}.123456782Z", f"{_SECOND}.123456781Z"),
        "last-updated-decreased",
    ),
)

CONFORMING = (
    conforming(
        "nanoseconds-forward",
        "`lastUpdated` goes forward by a nanosecond, and counts increase",
        _stamped(f"{_SECOND}.123456781Z", f"{_SECOND}.123456782Z"),
    ),
    conforming(
        "rounded-to-zero", "`clickRate` is rounded to 0 with 2 decimals", _rounded(2, uniqueOpens=447, uniqueClicks=5)
    ),
    conforming(
        "three-decimals",
        "rates have 3 decimals, and would have 2 as parts of sent",
        _rounded(
            3, totalSent=328, totalDelivered=316, bounces=12, uniqueOpens=36, uniqueClicks=0, totalClicks=0, botClicks=0
        ),
    ),
)
