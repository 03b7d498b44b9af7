"""Slow down whoever guesses tokens of the control API."""

import time
from collections.abc import Awaitable, Callable

FREE = 20
"""Wrong tokens that are refused at once: a person may mistype one, and the dashboard sends several requests with it."""

FIRST_SECONDS = 0.1
MAX_SECONDS = 5.0
FORGOTTEN_SECONDS = 60.0
"""Time without a wrong token after which the next one is the first again."""

MAX_WAITING = 16


class WrongTokens:
    """Lets each response to a wrong token wait longer than the one before, up to a bound.

    All clients share one count, so that it takes no memory, and a valid token is never asked for here: its response
    waits for nothing. At most :data:`MAX_WAITING` responses wait at a time; further ones are refused at once, and their
    connections end. Against many connections this is no more than a brake: what protects the token is its length.

    Args:
        wait: Waits some seconds, or until the server stops.
        now: Returns a time in seconds.
    """

    def __init__(self, wait: Callable[[float], Awaitable[None]], now: Callable[[], float] = time.monotonic) -> None:
        self._wait = wait
        self._now = now
        self._count = 0
        self._latest = now()
        self._waiting = 0

    async def hold(self) -> bool:
        """Count a wrong token and wait before it is refused; False if too many wait already."""
        now = self._now()
        if now - self._latest > FORGOTTEN_SECONDS:
            self._count = 0
        self._count, self._latest = self._count + 1, now
        if self._waiting >= MAX_WAITING:
            return False
        seconds = self._seconds()
        if seconds:
            self._waiting += 1
            try:
                await self._wait(seconds)
            finally:
                self._waiting -= 1
        return True

    def _seconds(self) -> float:
        doublings = self._count - FREE - 1
        if doublings < 0:
            return 0
        return float(min(FIRST_SECONDS * 2 ** min(doublings, 10), MAX_SECONDS))
