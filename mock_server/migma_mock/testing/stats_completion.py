"""Complete the stats of which a test gives a few, so that all of RELATIONS holds."""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from migma_contract.errors import ArgumentError, Problem
from migma_contract.openapi import Contract
from migma_contract.rate_unit import WHOLE, RateUnit
from migma_contract.stats import MAX_COUNT, RATES, CampaignStats, is_rate, number, rate, rounded_rate
from migma_contract.timestamps import format_rfc3339
from migma_mock.messages.body_forms import forms_of
from migma_mock.testing.arguments import HIDDEN, argument_error, unknown_name

__tracebackhide__ = HIDDEN

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


def complete_stats(given: Mapping[str, Any], now: datetime, contract: Contract) -> dict[str, Any]:
    """Return the given stats with the missing ones filled in.

    Missing counts follow from the given counts and rates, missing rates from counts, and lastUpdated is ``now``.
    Given values stay as they are, even if they contradict each other: the caller checks the result. Stats that the
    contract does not declare, or has in another form than this release knows, are not filled in.

    Args:
        given: Fields of the contract's stats; None omits an optional one, lastUpdated may be a datetime.
        now: The account's time.
        contract: The contract, with the unit of the rates.

    Raises:
        ArgumentError: A field is unknown, a value is not JSON, or a rate fits no whole number of messages.
    """
    form, unit = forms_of(contract).stats, contract.rates
    names = list(contract.stats.properties or CampaignStats.model_fields)
    stats = _as_json(given, names)
    delivered = max(0, _delivered(stats, unit))
    sent, bounces = _count(stats, "totalSent"), _count(stats, "bounces")
    completed = {
        "totalSent": delivered + (bounces or 0),
        "totalDelivered": delivered,
        **_counted(_OPENS, stats, delivered, unit),
        **_counted(_CLICKS, stats, delivered, unit),
        "unsubscribes": delivered // 500,
        "bounces": 0 if sent is None else max(0, sent - delivered),
        "lastUpdated": format_rfc3339(now),
    }
    merged = {name: value for name, value in completed.items() if name not in form.added} | stats
    return {name: merged[name] for name in names if name in merged}


def _as_json(given: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    stats, problems = {}, []
    for name, value in given.items():
        field = CampaignStats.model_fields.get(name)
        if name not in names:
            problems.append(unknown_name("campaign", "field", name, names))
        elif value is not None or (field is not None and field.is_required()):
            stats[name] = format_rfc3339(value) if isinstance(value, datetime) else value
            if not _is_json(stats[name]):
                problems.append(Problem(f"campaign({name})", "", "a JSON value", repr(value)))
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


def _unique(events: _Events, stats: Mapping[str, Any], delivered: int, unit: RateUnit, by_machines: int) -> int:
    """Return the unique count that is nearest to the given or the usual rate, within the given total."""
    value, total = number(stats, events.rate), _count(stats, events.total)
    whole = WHOLE[unit]
    wanted = min(max(events.usual * whole if value is None else value, 0), whole)
    if value == wanted and not _fits(wanted, delivered, unit):
        below = math.floor(wanted * delivered / whole)
        rates = dict.fromkeys(f"{rate(unique, delivered, unit):.6g}" for unique in (below, min(below + 1, delivered)))
        expected = f"{' or '.join(rates)}, the nearest rates of {delivered} delivered messages"
        raise argument_error(f"campaign({events.rate})", expected, wanted, "Change the rate or totalDelivered.")
    nearest = round(wanted * delivered / whole)
    if total is None:
        return nearest
    return max(min(nearest, total), 1 if total > by_machines else 0)
