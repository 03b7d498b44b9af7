"""RateLimiter: counts the requests of each key, and tells how many more it may send."""

import math
from collections import deque
from collections.abc import Hashable
from typing import NamedTuple

from migma_mock.plans import Limit, Limits

_TIME_BYTES = 40
"""Bytes of the time of a request."""


class LimitState(NamedTuple):
    """The rest of a limit.

    Attributes:
        limit: The limit.
        remaining: How many requests the key may still send now.
        reset: Seconds, rounded up, until the oldest counted request counts no more; 0 if none is counted.
    """

    limit: Limit
    remaining: int
    reset: int


class RateLimiter:
    """Counts the requests of each key of an account in sliding windows.

    Args:
        limits: How many requests each key may send; empty for no limit.
    """

    def __init__(self, limits: Limits = ()) -> None:
        self.limits = limits
        self._times: dict[Hashable, tuple[deque[float], ...]] = {}

    @property
    def most_bytes(self) -> int:
        """Bytes that it needs when a key has used up its limits."""
        return sum(limit.requests for limit in self.limits) * _TIME_BYTES

    def acquire(self, key: Hashable, now: float) -> int | None:
        """Count a request of a key unless the key has reached a limit.

        Args:
            key: The key of the request.
            now: The account's time in seconds; if it went back, the count starts again.

        Returns:
            None if the request is allowed, else the whole seconds to wait (Retry-After).
        """
        if not self.limits:
            return None
        windows = self._windows(key, now)
        waits = [
            _seconds_until_reset(limit, times, now)
            for limit, times in zip(self.limits, windows, strict=True)
            if len(times) >= limit.requests
        ]
        if waits:
            return max(waits)
        for times in windows:
            times.append(now)
        return None

    def states(self, key: Hashable, now: float) -> tuple[LimitState, ...]:
        """Return how much is left of each limit of a key, without counting a request."""
        windows = self._windows(key, now)
        return tuple(
            LimitState(limit, limit.requests - len(times), _seconds_until_reset(limit, times, now))
            for limit, times in zip(self.limits, windows, strict=True)
        )

    def _windows(self, key: Hashable, now: float) -> tuple[deque[float], ...]:
        """Return the times of the requests that count now, for each limit."""
        windows = self._times.get(key)
        if windows is None:
            windows = self._times[key] = tuple(deque() for _ in self.limits)
        for limit, times in zip(self.limits, windows, strict=True):
            if times and now < times[-1]:
                times.clear()
            while times and times[0] <= now - limit.seconds:
                times.popleft()
        return windows


def _seconds_until_reset(limit: Limit, times: deque[float], now: float) -> int:
    if not times:
        return 0
    wait = max(1, math.ceil(times[0] + limit.seconds - now))
    # Rounding may leave the sum slightly before the end of the window.
    return wait if times[0] <= now + wait - limit.seconds else wait + 1
