"""Complete stats of which a few are given, so that all of RELATIONS holds."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.stats import MAX_COUNT, RATES, CampaignStats, is_rate, number, rate, rounded_rate
from migma_contract.timestamps import format_rfc3339
from migma_mock.input_models import unknown_name
from migma_mock.messages.body_forms import forms_of

_DELIVERED = (10_000, 1_000_000)
"""Delivered messages if no count is given: rates of four decimals fit the first, any rate fits the second."""


class _Events(NamedTuple):
    """The fields that count one kind of event.

    Attributes:
        rate, unique, total: Their names.
        machines: The names of the events that no recipient made.
        usual: The rate of a campaign of which nothing is given.
    """

    rate: str
    unique: str
    total: str
    machines: tuple[str, ...]
    usual: float


_OPENS = _Events("openRate", "uniqueOpens", "totalOpens", ("botOpens", "mppOpens"), 0.35)
_CLICKS = _Events("clickRate", "uniqueClicks", "totalClicks", ("botClicks",), 0.03)
_EVENTS = (_OPENS, _CLICKS)


def complete_stats(
    given: Mapping[str, Any], now: datetime, contract: Contract, unit: RateUnit
) -> dict[str, Any] | list[Problem]:
    """Return the given stats with the missing ones filled in, or the problems that prevent it.

    Missing counts follow from the given counts and rates, missing rates from counts, and lastUpdated is ``now``.
    Given values stay as they are, even if they contradict each other: the caller checks the result. Stats that the
    contract does not declare, or has in another form than this release knows, are not filled in.

    Args:
        given: Fields of the contract's stats, as JSON has them; None omits an optional one.
        now: The account's time.
        contract: The contract.
        unit: The unit of the given rates, and of those that are filled in.

    Returns:
        The stats; or a problem, without a file, for each unknown field, or for each rate that fits no whole number of
        messages.
    """
    names = list(contract.stats.properties or CampaignStats.model_fields)
    unknown = [unknown_name("", "field", name, names) for name in given if name not in names]
    if unknown:
        return unknown
    stats = {name: value for name, value in given.items() if value is not None or _is_required(name)}
    delivered = max(0, _delivered(stats, unit))
    misfits = [problem for events in _EVENTS if (problem := _rate_problem(events, stats, delivered, unit))]
    if misfits:
        return misfits
    added = forms_of(contract).stats.added
    merged = {name: value for name, value in _completed(stats, delivered, unit, now).items() if name not in added}
    merged |= stats
    return {name: merged[name] for name in names if name in merged}


def _is_required(name: str) -> bool:
    field = CampaignStats.model_fields.get(name)
    return field is not None and field.is_required()


def _completed(stats: Mapping[str, Any], delivered: int, unit: RateUnit, now: datetime) -> dict[str, Any]:
    sent, bounces = _count(stats, "totalSent"), _count(stats, "bounces")
    return {
        "totalSent": delivered + (bounces or 0),
        "totalDelivered": delivered,
        **_counted(_OPENS, stats, delivered, unit),
        **_counted(_CLICKS, stats, delivered, unit),
        "unsubscribes": delivered // 500,
        "bounces": 0 if sent is None else max(0, sent - delivered),
        "lastUpdated": format_rfc3339(now),
    }


def _count(stats: Mapping[str, Any], name: str) -> int | None:
    """Return the value of a field if it can be a count."""
    value = number(stats, name)
    return int(value) if value is not None and abs(value) <= MAX_COUNT else None


def _delivered(stats: Mapping[str, Any], unit: RateUnit) -> int:
    """Return the number of delivered messages: the given one, the one that follows from counts, or a usual one."""
    delivered, sent = _count(stats, "totalDelivered"), _count(stats, "totalSent")
    if delivered is not None:
        return delivered
    if sent is not None:
        return sent - (_count(stats, "bounces") or 0)
    rates = {name: value for name in RATES if 0 < (value := number(stats, name) or 0) <= WHOLE[unit]}
    for name, value in rates.items():
        if unique := _count(stats, RATES[name]):
            return round(min(unique * WHOLE[unit] / value, MAX_COUNT))
    least = max(_count(stats, name) or 0 for name in (*RATES.values(), "unsubscribes"))
    sizes = [max(size, least) for size in _DELIVERED]
    return next((size for size in sizes if all(_fits(value, size, unit) for value in rates.values())), sizes[-1])


def _fits(value: float, delivered: int, unit: RateUnit) -> bool:
    return is_rate(value, round(value * delivered / WHOLE[unit]), delivered, unit)


def _counted(events: _Events, stats: Mapping[str, Any], delivered: int, unit: RateUnit) -> dict[str, Any]:
    by_machines = [_count(stats, name) or 0 for name in events.machines]
    unique = _count(stats, events.unique)
    if unique is None:
        unique = _unique(events, stats, delivered, unit, sum(by_machines))
    return {
        events.unique: unique,
        events.total: max(unique, min(unique * 3 // 2, MAX_COUNT), *by_machines),
        events.rate: rounded_rate(max(0, unique), delivered, unit),
    }


def _rate_problem(events: _Events, stats: Mapping[str, Any], delivered: int, unit: RateUnit) -> Problem | None:
    """Return the problem of a rate that fits no whole number of the delivered messages, if no such number is given."""
    value, whole = number(stats, events.rate), WHOLE[unit]
    if value is None or not 0 <= value <= whole or _count(stats, events.unique) is not None:
        return None
    if _fits(value, delivered, unit):
        return None
    below = math.floor(value * delivered / whole)
    rates = dict.fromkeys(f"{rate(unique, delivered, unit):.6g}" for unique in (below, min(below + 1, delivered)))
    expected = f"{' or '.join(rates)}, the nearest rates of {delivered} delivered messages"
    message = f"expected {expected}, got {value!r}. Change the rate or totalDelivered."
    return Problem("", f"/{events.rate}", expected, repr(value), message)


def _unique(events: _Events, stats: Mapping[str, Any], delivered: int, unit: RateUnit, by_machines: int) -> int:
    """Return the unique count that is nearest to the given or the usual rate, within the given total."""
    value, total = number(stats, events.rate), _count(stats, events.total)
    whole = WHOLE[unit]
    wanted = min(max(events.usual * whole if value is None else value, 0), whole)
    nearest = round(wanted * delivered / whole)
    if total is None:
        return nearest
    return max(min(nearest, total), 1 if total > by_machines else 0)
