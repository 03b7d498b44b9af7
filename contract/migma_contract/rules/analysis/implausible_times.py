"""Times that cannot be those of a refresh: zero times of systems, and numbers that were read in a wrong unit."""

from datetime import UTC, datetime, timedelta

FIRST_PLAUSIBLE = datetime(2000, 1, 1, tzinfo=UTC)
"""JSON and RFC 3339 are younger, so no API like this one has refreshed stats before."""

_LAST_PLAUSIBLE = datetime(2100, 1, 1, tzinfo=UTC)
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)
_FIRST_YEAR = datetime(1, 1, 1, tzinfo=UTC)

_ZEROS = {
    _FIRST_YEAR: "the zero time of Go and .NET",
    _WINDOWS: "the zero time of Windows",
    datetime(1753, 1, 1, tzinfo=UTC): "the earliest time of SQL Server",
    datetime(1899, 12, 30, tzinfo=UTC): "the zero time of Excel and OLE",
    datetime(1900, 1, 1, tzinfo=UTC): "the zero time of SQL Server and NTP",
    datetime(1904, 1, 1, tzinfo=UTC): "the zero time of classic Mac OS",
    _UNIX: "the zero time of Unix",
    datetime(1980, 1, 1, tzinfo=UTC): "the zero time of MS-DOS",
    datetime(1980, 1, 6, tzinfo=UTC): "the zero time of GPS",
    datetime(2000, 1, 1, tzinfo=UTC): "the zero time of PostgreSQL and of clocks without a battery",
    datetime(2001, 1, 1, tzinfo=UTC): "the zero time of Apple's systems",
}
_LARGEST_OFFSET = timedelta(hours=14)
_SMALLEST_OFFSET = timedelta(minutes=15)
_MINUS_ONE = (_UNIX - timedelta(seconds=1), _UNIX - timedelta(milliseconds=1))

_WRONG_UNITS = (
    (_UNIX, 10**3, "seconds that were read as milliseconds, or milliseconds as microseconds"),
    (_UNIX, 10**6, "seconds that were read as microseconds, or milliseconds as nanoseconds"),
    (_UNIX, 10**9, "seconds that were read as nanoseconds"),
    *((zero, 10**7, "seconds that were read as ticks of 100 ns") for zero in (_WINDOWS, _FIRST_YEAR)),
    *((zero, 10**4, "milliseconds that were read as ticks of 100 ns") for zero in (_WINDOWS, _FIRST_YEAR)),
)
"""Zero time, factor and description of numbers that count since 1970 and were read in too small a unit."""


def is_implausible(moment: datetime) -> bool:
    """True if a moment is before every refresh of stats, or the zero time of a system."""
    return moment < FIRST_PLAUSIBLE or zero_time(moment) is not None


def zero_time(moment: datetime) -> str | None:
    """Return what prints a moment in place of an unset time; None if nothing is known to.

    A zero time may be printed in one time zone and marked as another one.
    """
    if moment in _MINUS_ONE:
        return "the number -1, read as a Unix time"
    for zero, description in _ZEROS.items():
        offset = abs(moment - zero)
        if offset <= _LARGEST_OFFSET and not offset % _SMALLEST_OFFSET:
            return f"{description}, moved by a time zone" if offset else description
    return None


def cause_of_early_time(moment: datetime) -> str:
    """Return what may have caused a moment before FIRST_PLAUSIBLE."""
    for zero, factor, description in _WRONG_UNITS:
        seconds = (moment - zero).total_seconds() * factor
        earliest, latest = ((bound - _UNIX).total_seconds() for bound in (FIRST_PLAUSIBLE, _LAST_PLAUSIBLE))
        if earliest <= seconds < latest:
            meant = _UNIX + timedelta(seconds=seconds)
            return f"It is probably {description}; then it means {meant:%Y-%m-%d}."
    if moment.year < 100:
        return "The year probably has two digits."
    return "It was probably never set, or counts from another zero time or in another unit."
