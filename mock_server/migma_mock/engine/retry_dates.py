"""Retry-After as an HTTP date instead of seconds; both are in RFC 9110, section 10.2.3."""

import math
from datetime import UTC, datetime
from email.utils import format_datetime

from migma_mock.messages.reply import Reply


def with_retry_date(reply: Reply, now: float) -> Reply:
    """Return a reply whose Retry-After, if it is a number of seconds, is the date after these seconds.

    Args:
        reply: The reply.
        now: The account's time in seconds since 1970.
    """
    seconds = next((value for name, value in reply.headers if name == b"retry-after"), b"")
    if not seconds.isdigit():
        return reply
    try:
        # A date has whole seconds; a client must not come back a fraction too early.
        date = datetime.fromtimestamp(math.ceil(now) + int(seconds), UTC)
    except (OverflowError, ValueError, OSError):  # after the year 9999
        return reply
    return reply.replace_header(b"retry-after", format_datetime(date, usegmt=True).encode())
