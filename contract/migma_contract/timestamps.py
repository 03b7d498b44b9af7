"""Timestamps as text: RFC 3339 in JSON, HTTP dates in headers."""

import re
from datetime import UTC, datetime

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def parse_rfc3339(value: object) -> datetime | None:
    """Return an RFC 3339 date-time with an offset, in UTC; None for anything else.

    A leap second (``:60``) is read as the second before it, since datetime has none.
    """
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        return None
    text = re.sub(r":60(?=[.Zz+-])", ":59", value.upper())
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


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
