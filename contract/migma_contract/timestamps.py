"""Times as text: RFC 3339 in JSON, HTTP dates in headers, durations in messages."""

import re
from datetime import UTC, datetime, timedelta

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

_UNITS = ("d", "h", "min", "s")
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
_YEAR = timedelta(days=365.2425)
_TWO_YEARS = 2 * _YEAR


def parse_rfc3339(value: object, *, clamp: bool = False) -> datetime | None:
    """Return an RFC 3339 date-time with an offset, in UTC; None for anything else.

    A leap second (``:60``) is read as the second before it, since datetime has none. If an offset leads out of the
    years 1 to 9999, the result is None, or with ``clamp`` the first or last moment that datetime has.
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return None
    text = re.sub(r":60(?=[.Zz+-])", ":59", value.upper())
    try:
        moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        if not clamp:
            return None
        return _FIRST_MOMENT if moment.year == 1 else _LAST_MOMENT


def format_rfc3339(moment: datetime, timespec: str = "seconds") -> str:
    """Return the RFC 3339 form of an aware datetime, with ``Z`` for UTC."""
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")


def parse_http_date(text: str) -> datetime | None:
    """Return the moment in a header such as Date; None if it cannot be read."""
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def describe_duration(duration: timedelta) -> str:
    """Return a duration in its two largest units: ``2 h 51 min``, ``40 s``; from two years on in years."""
    if duration >= _TWO_YEARS:
        return f"{duration / _YEAR:.0f} years"
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{count} {unit}" for count, unit in zip((days, hours, minutes, seconds), _UNITS, strict=True) if count]
    return " ".join(parts[:2]) or "less than 1 s"


def parse_retry_after(value: str, date: str) -> float | None:
    """Return the seconds in a Retry-After, whole seconds or an HTTP date; None if it is neither.

    Args:
        value: The header.
        date: The response's own Date, from which a date counts, so that a wrong clock does not matter; or "".
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = parse_http_date(text)
    if until is None:
        return None
    return max(0.0, (until - (parse_http_date(date) or datetime.now(UTC))).total_seconds())
