"""Moments and spans of time in response headers."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from migma_contract.exchange import Exchange


def http_date(text: str) -> datetime | None:
    """The moment that a header such as Date tells; None where it cannot be read."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def retry_after(exchange: Exchange) -> float | None:
    """Seconds that a response asks to wait (``Retry-After``, RFC 9110, section 10.2.3); None if it does not.

    A date counts from the response's own Date, so that a clock that is off does not matter.
    """
    value = (exchange.header("retry-after") or "").strip()
    if exchange.failure is not None or not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    until = http_date(value)
    if until is None:
        return None
    now = http_date(exchange.header("date") or "") or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())
