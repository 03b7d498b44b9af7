"""DateHeader: the Date of responses, which is the time of the account that answers."""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from migma_mock.messages.reply import Reply

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOLDS_SECONDS = 1.5
"""For how long a Date is sent after the second began that it names: a server looks ten times a second, if it can."""


class DateHeader:
    """The Date that a server adds to all its responses, and the time for which that is right.

    A reply at another time gets a Date of its own: if the clock of its account was moved, if the real time was (by
    freezegun and the like), and if no server is running. All other requests cost nothing.

    Attributes:
        header: The server's Date.
        begins: The second that it names, in seconds since 1970; infinite while there is no server.
        ends: From this time on it is too old.
    """

    def __init__(self) -> None:
        self.header = date_at(0)
        self.begins, self.ends = math.inf, -math.inf

    def renew(self, now: float) -> None:
        """Let the server's Date name the second of a time."""
        second = math.floor(now)
        self.header, self.begins, self.ends = date_at(second), second, second + _HOLDS_SECONDS

    def stop(self) -> None:
        """Give every reply a Date of its own, since no server adds one any more."""
        self.begins, self.ends = math.inf, -math.inf


@lru_cache(256)
def date_at(second: int) -> tuple[bytes, bytes]:
    """Return the header Date for a number of seconds since 1970 (RFC 9110, 6.6.1)."""
    from email.utils import format_datetime  # imported late, since it is not quick

    return b"date", format_datetime(_EPOCH + timedelta(seconds=second), usegmt=True).encode()


def is_dated(reply: Reply) -> bool:
    """True if a reply has a Date of its own, which replaces the server's."""
    return any(name == b"date" for name, _ in reply.headers)


def undated(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers without Date."""
    return [header for header in headers if header[0] != b"date"]
