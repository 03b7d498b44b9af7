"""Times in lastUpdated that cannot be those of a refresh, unusual ones that can, and wrong clocks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

from gallery.api import stamp
from gallery.changes import both, computed, fields, header
from gallery.variant import Variant, conforming, drift
from migma_contract.timestamps import format_rfc3339

_drift = partial(drift, level="warning", category="semantic")


def _unset(name: str, description: str, text: str) -> Variant:
    return _drift(name, f"`lastUpdated` is {description}", fields(lastUpdated=text), "last-updated-zero")


def _wrong(name: str, description: str, change: Any) -> Variant:
    return _drift(name, f"`lastUpdated` is {description}", change, "last-updated-implausible")


def _future(name: str, description: str, change: Any) -> Variant:
    return _drift(name, f"`lastUpdated` is {description}", change, "last-updated-in-future")


def _fine(name: str, description: str, text: str) -> Variant:
    return conforming(name, f"`lastUpdated` {description}", fields(lastUpdated=text))


def _counted(factor: float, year: int) -> Any:
    """Return the change in which the Unix time of a refresh is read in a wrong unit or since a wrong year."""

    def moment(_: Any) -> str:
        seconds = (datetime.now(UTC) - timedelta(minutes=7)).timestamp() / factor
        return format_rfc3339(datetime(year, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), "microseconds")

    return computed("lastUpdated", moment)


def _dated(**ago: float) -> Any:
    """Return the change in which Date differs from now."""
    return lambda reply, _: reply.with_header(
        "Date", format_datetime(datetime.now(UTC) + timedelta(**ago), usegmt=True)
    )


def _refreshed(**ago: float) -> Any:
    return computed("lastUpdated", lambda _: stamp(**ago))


DRIFTED = (
    _unset("unset-sql", "the zero time of SQL Server", "1900-01-01T00:00:00Z"),
    _unset("unset-sql-earliest", "the earliest time of SQL Server", "1753-01-01T00:00:00.000Z"),
    _unset("unset-windows", "the zero time of Windows", "1601-01-01T00:00:00Z"),
    _unset("unset-excel", "the zero time of Excel", "1899-12-30T00:00:00Z"),
    _unset("unset-mac", "the zero time of classic Mac OS", "1904-01-01T00:00:00Z"),
    _unset("unset-dos", "the zero time of MS-DOS", "1980-01-01T00:00:00Z"),
    _unset("unset-apple", "the zero time of Apple's systems", "2001-01-01T00:00:00Z"),
    _unset("unset-battery", "the zero time of a clock without a battery", "2000-01-01T00:00:00Z"),
    _unset("unset-minus-one", "the number -1, read as a Unix time", "1969-12-31T23:59:59Z"),
    _unset("unset-west", "the zero time of Unix, in New York and marked as UTC", "1969-12-31T19:00:00Z"),
    _unset("unset-east", "the zero time of Unix, in India and marked as UTC", "1970-01-01T05:30:00Z"),
    _unset("unset-offset", "the zero time of Unix, in New York", "1969-12-31T19:00:00-05:00"),
    _unset(
        "unset-net-east",
        "the zero time of .NET, in a zone in which it is before the year 1",
        "0001-01-01T00:00:00+01:00",
    ),
    _unset("unset-digits", "the zero time of .NET, with seven decimals", "0001-01-01T00:00:00.0000000+00:00"),
    _wrong("seconds-as-milliseconds", "a number of seconds, read as milliseconds", _counted(1e3, 1970)),
    _wrong("seconds-as-microseconds", "a number of seconds, read as microseconds", _counted(1e6, 1970)),
    _wrong("seconds-as-nanoseconds", "a number of seconds, read as nanoseconds", _counted(1e9, 1970)),
    _wrong("seconds-as-ticks", "a number of seconds, read as ticks of .NET", _counted(1e7, 1)),
    _wrong("milliseconds-as-filetime", "a number of milliseconds, read as ticks of Windows", _counted(1e4, 1601)),
    _wrong("since-1904", "a number of seconds since 1970, read as since 1904", _counted(1, 1904)),
    _wrong("two-digits", "written with a year of two digits", fields(lastUpdated="0026-01-31T09:30:00Z")),
    _wrong("century", "a century early", fields(lastUpdated="1926-01-31T09:30:00Z")),
    _wrong("just-after-zero", "a second after the zero time of Unix", fields(lastUpdated="1970-01-01T00:00:01Z")),
    _future("never", "the last moment that can be written", fields(lastUpdated="9999-12-31T23:59:59.999Z")),
    _future("never-west", "the last moment, in New York", fields(lastUpdated="9999-12-31T23:59:59-05:00")),
    _future("largest-int", "the largest 32-bit Unix time", fields(lastUpdated="2038-01-19T03:14:07Z")),
    _future("local-as-utc-india", "local time in India, marked as UTC", _refreshed(hours=5.5)),
    _future(
        "ahead-of-both", "ahead of Date, which is 10 minutes fast", both(_dated(minutes=10), _refreshed(minutes=25))
    ),
    _future(
        "ahead-and-date-slow", "20 minutes ahead, and Date is slow", both(_dated(minutes=-30), _refreshed(minutes=20))
    ),
)

NEIGHBOURS = (
    _fine("leap-second", "is a leap second", "2016-12-31T23:59:60Z"),
    _fine("leap-second-offset", "is a leap second in another zone", "2017-01-01T05:29:60.500+05:30"),
    _fine("lower-case", "has `t` and `z` in lower case", "2026-01-31t09:30:00z"),
    _fine("unknown-offset", "is UTC without a known zone", "2026-01-31T09:30:00-00:00"),
    _fine("far-east", "has the largest offset in use", "2026-01-31T23:30:00+14:00"),
    _fine("far-west", "has the smallest offset in use", "2026-01-31T09:30:00-12:00"),
    _fine("quarter-offset", "has an offset of Nepal", "2026-01-31T09:30:00+05:45"),
    _fine("many-decimals", "has 20 decimals", "2026-01-31T09:30:00.12345678901234567890Z"),
    _fine("one-decimal", "has one decimal", "2026-01-31T09:30:00.5Z"),
    _fine("leap-day", "is a leap day", "2024-02-29T12:00:00Z"),
    _fine("new-year", "is the first second of a year", "2026-01-01T00:00:00Z"),
    _fine("years-old", "is years old", "2010-01-01T00:00:00Z"),
    conforming(
        "date-fast", "Date is 10 minutes fast, and `lastUpdated` too", both(_dated(minutes=10), _refreshed(minutes=9))
    ),
    conforming("date-slow", "Date is 10 minutes slow", both(_dated(minutes=-10), _refreshed(seconds=-1))),
    conforming(
        "date-of-2015", "Date is that of a device without a clock", both(_dated(days=-4000), _refreshed(minutes=-7))
    ),
    conforming("date-unset", "Date is the zero time of Unix", header("Date", "Thu, 01 Jan 1970 00:00:00 GMT")),
    conforming(
        "date-cached", "Date is that of a cached response, two hours old", both(_dated(hours=-2), _refreshed(hours=-2))
    ),
)
