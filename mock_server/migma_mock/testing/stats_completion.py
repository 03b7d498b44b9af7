"""Stats of which a test names a few: the rest is filled in so that all of RELATIONS holds."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

from migma_contract.errors import ArgumentError, Problem
from migma_contract.stats import MAX_COUNT, RATE_DECIMALS, RATE_TOLERANCE, RATES, CampaignStats, is_rate, number, rate
from migma_contract.suggestions import did_you_mean
from migma_contract.timestamps import format_rfc3339
from migma_contract.timestamps import format_rfc3339

_DELIVERED = 10_000
"""Delivered messages where nothing is said of them: enough for rates of four decimals to come out exactly."""

_SEARCHED = 20_000
"""How many numbers of delivered messages are tried before rates that fit none are left for RELATIONS to refuse."""

_EXACT = 1e-9
"""What doubles lose: a difference as small as this is none."""

_TOTALS = {"uniqueOpens": "totalOpens", "uniqueClicks": "totalClicks"}

_MACHINES = {"uniqueOpens": ("botOpens", "mppOpens"), "uniqueClicks": ("botClicks",)}
"""Events that no recipient has to have made."""


def complete_stats(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Complete stats around some that are given.

    Counts that are not given follow from those that are, rates from counts, counts from rates, and lastUpdated
    from ``now``. What is given stays, whether or not it makes sense: who makes a campaign of it finds that out.

    Args:
        given: Members by name; None leaves an optional member out; lastUpdated may be a datetime.
        now: The account's time.

    Raises:
        ArgumentError: A name is none of the members, or a value is nothing that JSON can carry.
    """
    stats = _checked(given)
    sent, bounced = _count(stats, "totalSent"), _count(stats, "bounces")
    delivered = max(0, _delivered(stats))
    opens = _events(stats, "openRate", delivered, 0.35)
    clicks = _events(stats, "clickRate", delivered, 0.03)
    filled = {
        "totalSent": delivered + (bounced or 0),
        "totalDelivered": delivered,
        "uniqueOpens": opens[0],
        "totalOpens": opens[1],
        "uniqueClicks": clicks[0],
        "totalClicks": clicks[1],
        "unsubscribes": delivered // 500,
        "bounces": 0 if sent is None else max(0, sent - delivered),
        "openRate": round(rate(max(0, opens[0]), delivered), 4),
        "clickRate": round(rate(max(0, clicks[0]), delivered), 4),
        "lastUpdated": format_rfc3339(now),
    }
    return filled | stats


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The given members as JSON has them."""
    stats, problems = {}, []
    for name, value in given.items():
        if name not in CampaignStats.model_fields:
            meant = did_you_mean(name, CampaignStats.model_fields)
            message = f"unknown field {name!r}{meant}"
            problems.append(Problem("stats", f"/{name}", "a field of CampaignStats", repr(name), message))
        elif value is not None or CampaignStats.model_fields[name].is_required():
            stats[name] = format_rfc3339(value) if isinstance(value, datetime) else value
            if not _is_json(stats[name]):
                problems.append(Problem("stats", f"/{name}", "a value that JSON can carry", repr(value)))
    if problems:
        raise ArgumentError(problems)
    return stats


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _count(stats: Mapping[str, Any], name: str) -> int | None:
    """A member's value, if it is a count that can be."""
    value = number(stats, name)
    return int(value) if value is not None and abs(value) <= MAX_COUNT else None


def _events(stats: Mapping[str, Any], rate_name: str, delivered: int, share: float) -> tuple[int, int]:
    """Unique and total events: the given ones, else from the rate or a usual share, and a plausible total."""
    name = RATES[rate_name]
    wanted = number(stats, rate_name)
    unique = _rate(stats, name, share if wanted is None else wanted).of(delivered)
    return unique, max(unique, min(unique * 3 // 2, MAX_COUNT), *(_count(stats, part) or 0 for part in _MACHINES[name]))


def _rate(stats: Mapping[str, Any], name: str, value: float) -> "_Rate":
    total = _count(stats, _TOTALS[name])
    by_people = (total or 0) - sum(_count(stats, part) or 0 for part in _MACHINES[name])
    return _Rate(value, _count(stats, name), total, 1 if by_people > 0 else 0)


class _Rate(NamedTuple):
    """A rate that is wanted, with the unique count and the total that are given, if they are.

    Attributes:
        least: The unique count is at least this, since somebody made the total.
    """

    value: float
    unique: int | None
    total: int | None
    least: int

    def of(self, delivered: int) -> int:
        """The unique count: the given one, else the nearest to the rate that the total admits."""
        if self.unique is not None:
            return self.unique
        most = delivered if self.total is None else min(delivered, self.total)
        return max(0, min(max(round(min(self.value, 1.0) * delivered), self.least), most))

    def fits(self, delivered: int) -> bool:
        """Whether the rate is that of its unique count among so many delivered."""
        return is_rate(self.value, self.of(delivered), delivered)

    def bounds(self) -> tuple[int, int]:
        """The fewest and the most delivered that can be, as far as the given counts tell."""
        rounded = (0.5 / 10**d for d in RATE_DECIMALS if round(self.value, d) == self.value)
        margin = next(rounded, RATE_TOLERANCE) + _EXACT
        least = 0 if self.unique is None or self.value < 0 else math.ceil(self.unique / (self.value + margin))
        counted = self.total if self.unique is None else self.unique
        bounded = counted is not None and self.value > margin
        return least, math.floor((counted or 0) / (self.value - margin)) if bounded else MAX_COUNT


def _delivered(stats: Mapping[str, Any]) -> int:
    """The number of delivered messages: the given one, else one with which all that is given can be."""
    given = _count(stats, "totalDelivered")
    if given is not None:
        return given
    sent, bounced = _count(stats, "totalSent"), _count(stats, "bounces") or 0
    most = (MAX_COUNT if sent is None else sent) - bounced
    usual = _DELIVERED if sent is None else most
    least = max(_count(stats, name) or 0 for name in ("uniqueOpens", "uniqueClicks", "unsubscribes"))
    rates = [
        _rate(stats, unique, value) for name, unique in RATES.items() if (value := number(stats, name)) is not None
    ]
    for each in rates:
        fewest, greatest = each.bounds()
        least, most = max(least, fewest), min(most, greatest)
    candidates = (min(max(each, least), most) for each in _candidates(rates, least, most, usual))
    return next((n for n in candidates if all(each.fits(n) for each in rates)), min(max(usual, least), most))


def _candidates(rates: list[_Rate], least: int, most: int, usual: int) -> Iterator[int]:
    """Numbers of delivered messages, in the order in which a person would think of them."""
    yield from (round(each.unique / each.value) for each in rates if each.unique and each.value > _EXACT)
    yield usual
    yield 10 ** RATE_DECIMALS[-1]
    # A rate with no end of decimals, such as 1 / 3, wants a multiple of its denominator.
    step = math.lcm(*(Fraction(each.value).limit_denominator(100_000).denominator for each in rates))
    yield from (-(-max(start, least) // step) * step for start in (usual, least))
    yield most // step * step
    yield from range(most, max(least, most - _SEARCHED) - 1, -1)
