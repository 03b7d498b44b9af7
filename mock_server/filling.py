"""Stats of which a test names a few: the rest is filled in so that all of MEANING holds."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mock_server.errors import FixtureError, Problem
from mock_server.stats import RATES, CampaignStats, number, rate

_DELIVERED = 10_000
"""Delivered messages where nothing is said of them: enough for rates of four decimals to come out exactly."""


def fill_stats(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Complete stats around some that are given.

    Counts that are not given follow from those that are, rates from counts (or counts from rates), and
    lastUpdated from ``now``. What is given is never changed, whether or not it makes sense.

    Args:
        given: Members by name; None leaves an optional member out.
        now: The account's time.

    Raises:
        FixtureError: A name is none of the members.
    """
    _check_names(given)
    stats = {name: value for name, value in given.items() if value is not None}
    delivered = _delivered(stats)
    for name, unique in RATES.items():
        if unique not in stats and name in stats:
            stats[unique] = round((number(stats, name) or 0) * delivered)
    opens = _events(stats, "uniqueOpens", "totalOpens", ("botOpens", "mppOpens"), delivered=delivered, share=0.35)
    clicks = _events(stats, "uniqueClicks", "totalClicks", ("botClicks",), delivered=delivered, share=0.03)
    bounces = _count(stats, "bounces", max(0, _count(stats, "totalSent", delivered) - delivered))
    filled = {
        "totalSent": delivered + bounces,
        "totalDelivered": delivered,
        "uniqueOpens": opens[0],
        "totalOpens": opens[1],
        "uniqueClicks": clicks[0],
        "totalClicks": clicks[1],
        "unsubscribes": delivered // 500,
        "bounces": bounces,
        "openRate": round(rate(opens[0], delivered), 4),
        "clickRate": round(rate(clicks[0], delivered), 4),
        "lastUpdated": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return filled | stats


def _check_names(given: Mapping[str, Any]) -> None:
    known = list(CampaignStats.model_fields)
    problems = []
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f", such as {near[0]}" if near else ""
            problems.append(Problem("stats", f"/{name}", f"a member of CampaignStats{hint}", repr(name)))
    if problems:
        raise FixtureError(problems)


def _delivered(stats: Mapping[str, Any]) -> int:
    if "totalDelivered" in stats:
        return _count(stats, "totalDelivered", 0)
    if "totalSent" in stats:
        return max(0, _count(stats, "totalSent", 0) - _count(stats, "bounces", 0))
    needed = max(_count(stats, name, 0) for name in ("uniqueOpens", "uniqueClicks", "unsubscribes"))
    return max(_DELIVERED, needed)


def _events(
    stats: Mapping[str, Any], unique: str, total: str, parts: tuple[str, ...], *, delivered: int, share: float
) -> tuple[int, int]:
    """Unique and total events: the given ones, else a share of the delivered, and a plausible total."""
    most = _count(stats, total, delivered)
    uniques = _count(stats, unique, min(round(delivered * share), most))
    return uniques, max(uniques * 3 // 2, *(_count(stats, part, 0) for part in parts))


def _count(stats: Mapping[str, Any], name: str, default: int) -> int:
    value = number(stats, name)
    return default if value is None else int(value)
