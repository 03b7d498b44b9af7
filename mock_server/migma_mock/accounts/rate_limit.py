"""RateLimiter: counts the requests of each key, and tells how many more it may send."""

import math
from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
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


@dataclass(slots=True)
class KeyWindows:
    """The requests of one key that count.

    Attributes:
        times: When they came, for each limit; a shorter window has the latest ones of a longer one.
        counted: How many requests were counted so far, those that count no more included.
    """

    times: tuple[deque[float], ...]
    counted: int = 0

    @property
    def sizes(self) -> list[int]:
        """The number of requests in each window."""
        return [len(times) for times in self.times]

    def latest(self, number: int) -> list[float]:
        """Return when the latest requests came, oldest first; fewer if fewer count."""
        longest = max(self.times, key=len)
        return list(islice(reversed(longest), number))[::-1]


class RateLimiter:
    """Counts the requests of each key of an account in sliding windows.

    Args:
        limits: How many requests each key may send; empty for no limit.
    """

    def __init__(self, limits: Limits = ()) -> None:
        self.limits = limits
        self._windows: dict[Hashable, KeyWindows] = {}

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
        windows = self._windows_at(key, now)
        waits = [
            _seconds_until_reset(limit, times, now)
            for limit, times in zip(self.limits, windows.times, strict=True)
            if len(times) >= limit.requests
        ]
        if waits:
            return max(waits)
        for times in windows.times:
            times.append(now)
        windows.counted += 1
        return None

    def states(self, key: Hashable, now: float) -> tuple[LimitState, ...]:
        """Return how much is left of each limit of a key, without counting a request."""
        windows = self._windows_at(key, now)
        return tuple(
            LimitState(limit, limit.requests - len(times), _seconds_until_reset(limit, times, now))
            for limit, times in zip(self.limits, windows.times, strict=True)
        )

    def __iter__(self) -> Iterator[Hashable]:
        """Yield the keys that have sent requests."""
        yield from tuple(self._windows)

    def windows(self, key: Hashable) -> KeyWindows | None:
        """Return the requests of a key that counted at the last call; None if it had none."""
        return self._windows.get(key)

    def latest(self, key: Hashable) -> float | None:
        """Return when the latest request of a key came that counted at the last call; None if there is none."""
        windows = self._windows.get(key)
        return next((times[-1] for times in windows.times if times), None) if windows else None

    def restore(self, key: Hashable, counted: int, sizes: Sequence[int], times: Sequence[float]) -> None:
        """Count the requests of a key that another limiter with the same limits has counted.

        Args:
            key: The key.
            counted: How many requests of the key were counted so far.
            sizes: How many of them count in each window.
            times: When those in the longest window came.
        """
        windows = tuple(deque(times[len(times) - size :]) for size in sizes)
        self._windows[key] = KeyWindows(windows, counted)

    def forget(self, key: Hashable) -> None:
        """Count no request of a key so far."""
        self._windows.pop(key, None)

    def _windows_at(self, key: Hashable, now: float) -> KeyWindows:
        """Return the requests of a key that count now."""
        windows = self._windows.get(key)
        if windows is None:
            windows = self._windows[key] = KeyWindows(tuple(deque() for _ in self.limits))
        for limit, times in zip(self.limits, windows.times, strict=True):
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
