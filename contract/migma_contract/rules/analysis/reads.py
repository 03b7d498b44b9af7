"""Reads of campaigns: the counts and the time in each, and which earlier read each is compared with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from migma_contract.finding import Level
from migma_contract.rules.analysis.implausible_times import is_implausible
from migma_contract.rules.analysis.parsed_response import ParsedResponse, final_responses
from migma_contract.stats import COUNTS, number
from migma_contract.timestamps import parse_http_date, parse_rfc3339

_EVENTS = tuple(name for name in COUNTS if name not in {"totalSent", "totalDelivered", "bounces"})

_CLOCK_TICK = timedelta(milliseconds=20)
"""Longest step of a clock that prints milliseconds; that of Windows is 16 ms."""


class Read:
    """A read of a campaign that returned its stats."""

    def __init__(self, response: ParsedResponse) -> None:
        self.response = response
        self.campaign = response.exchange.campaign_id.lower()
        self.position = response.index

    @cached_property
    def counts(self) -> Mapping[str, float]:
        """The counts with valid values."""
        stats = self.response.valid_stats
        return {name: value for name in COUNTS if (value := number(stats, name)) is not None}

    @property
    def size(self) -> float | None:
        """The number of sent messages; None if it is missing."""
        return self.counts.get("totalSent")

    @cached_property
    def events(self) -> tuple[float | None, ...]:
        """The counts of opens, clicks and unsubscribes, in one order; None for those that are missing."""
        return tuple(self.counts.get(name) for name in _EVENTS)

    @cached_property
    def updated(self) -> datetime | None:
        """The time in lastUpdated; None if it cannot be a real one, which rules on one response report."""
        moment = parse_rfc3339(self.response.valid_stats.get("lastUpdated"), clamp=True)
        if moment is None or is_implausible(moment) or self.response.is_from_the_future:
            return None
        return moment

    @cached_property
    def instant(self) -> tuple[datetime, str] | None:
        """The time in lastUpdated with all its digits: to the microsecond, and the digits after it; None as above."""
        if self.updated is None:
            return None
        digits = re.match(r"\.\d{6}(\d*)", self.stamp[19:])
        return self.updated, digits[1].rstrip("0") if digits else ""

    @property
    def stamp(self) -> str:
        """The field lastUpdated as it was sent."""
        return str(self.response.valid_stats.get("lastUpdated"))

    def is_older_than(self, other: "Read") -> bool:
        """True if lastUpdated is earlier than in another read."""
        return self.instant is not None and other.instant is not None and self.instant < other.instant

    def has_same_stamp_as(self, earlier: "Read") -> bool:
        """True if lastUpdated shows the same refresh as in an earlier read.

        Two refreshes within one second, or another unit in which lastUpdated is written, have the same time. So in
        the earlier read that unit must have been over already.
        """
        if self.updated is None or self.instant != earlier.instant:
            return False
        unit = max(self.stamp_unit, earlier.stamp_unit)
        if unit == _CLOCK_TICK:
            return self.sent_at - self.updated > unit
        return earlier.sent_at - self.updated >= unit

    @property
    def stamp_unit(self) -> timedelta:
        """The unit in which lastUpdated is written; a time such as 09:30:00 may have been rounded to minutes."""
        text = self.stamp
        fraction = re.match(r"\.(\d+)", text[19:])
        decimals = len(fraction[1].rstrip("0")) if fraction else 0
        if decimals >= 3:
            return _CLOCK_TICK
        if decimals:
            return timedelta(seconds=1)
        endings = {"00:00:00": timedelta(days=1), ":00:00": timedelta(hours=1), ":00": timedelta(minutes=1)}
        return next((unit for ending, unit in endings.items() if text[:19].endswith(ending)), timedelta(seconds=1))

    @property
    def sent_at(self) -> datetime:
        """Time of the request, by this machine's clock or the server's: the earlier one."""
        exchange = self.response.exchange
        date = parse_http_date(exchange.header("date") or "")
        return exchange.started if date is None else min(date, exchange.started)


def judgeable_responses(run: Sequence[ParsedResponse]) -> Iterator[ParsedResponse]:
    """Yield the responses whose bodies can be compared: JSON, with the expected status, after all retries."""
    for response in final_responses(run):
        if response.has_body and response.exchange.json.readable and response.max_level is Level.BREAKING:
            yield response


def campaign_reads(run: Sequence[ParsedResponse]) -> list[Read]:
    """Return the reads of campaigns that returned stats, in order.

    Stats that say themselves that there are none now are left out; the vendor's SDK has ``reporting.status`` for that.
    """
    return [
        Read(response)
        for response in judgeable_responses(run)
        if response.exchange.purpose == "campaign" and response.stats is not None and _is_available(response.stats)
    ]


def successive_reads(reads: Sequence[Read]) -> Iterator[tuple[Read, Read]]:
    """Yield each read of a campaign after the newest one before it."""
    newest: dict[str, Read] = {}
    for now in reads:
        before = newest.get(now.campaign)
        if before is not None:
            yield before, now
        if before is None or not now.is_older_than(before):
            newest[now.campaign] = now


def _is_available(stats: Mapping[str, Any]) -> bool:
    reporting = stats.get("reporting")
    return not isinstance(reporting, Mapping) or reporting.get("status") != "unavailable"
