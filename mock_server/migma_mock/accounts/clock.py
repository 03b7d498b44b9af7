"""Clock: the time of one account."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from migma_contract.fork_lock import ForkLock

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The range of a clock; a float would round the last fraction of a second into the year 10000."""


def is_in_range(instant: datetime) -> bool:
    """True if a clock can show an instant: it has a UTC offset, and is in the years 1970 to 9999."""
    return instant.utcoffset() is not None and EARLIEST <= instant <= LATEST


def real_time() -> float:
    """Return the real time, in seconds since 1970; looked up at each call, since freezegun and the like replace it."""
    return time.time()


_NOT_MOVED = timedelta()
_LONGEST = LATEST - EARLIEST
_LATEST_SECONDS = LATEST.timestamp()


class Clock:
    """The clock of an account, in UTC: it shows the real time until it is frozen, set or advanced.

    Reading it never fails: a running clock stops at the end of its range. It is safe for several threads.

    Args:
        wall: Returns the real time, in seconds since 1970.
    """

    def __init__(self, wall: Callable[[], float] = real_time) -> None:
        self._wall = wall
        self._changing = ForkLock()
        # The time at which it is frozen, or how far it is ahead of the real time.
        self._state: datetime | timedelta = _NOT_MOVED

    @property
    def is_frozen(self) -> bool:
        """True if its time does not pass."""
        return isinstance(self._state, datetime)

    def now(self) -> datetime:
        """Return the time as an aware datetime in UTC."""
        state = self._state
        if isinstance(state, datetime):
            return state
        # Durations are compared, since a datetime cannot hold a sum after the year 9999.
        return EARLIEST + min(max(self._real() + state, timedelta()), _LONGEST)

    def timestamp(self) -> float:
        """Return the time in seconds since 1970."""
        state = self._state
        if state is _NOT_MOVED:
            return self._wall()
        if isinstance(state, datetime):
            return state.timestamp()
        return min(max(self._wall() + state.total_seconds(), 0.0), _LATEST_SECONDS)

    @property
    def position(self) -> datetime | timedelta:
        """The time at which it is frozen, or how far it is ahead of the real time: all that another clock needs."""
        return self._state

    def restore(self, position: datetime | timedelta) -> None:
        """Show the same time as the clock with this position, on a machine with the same real time."""
        with self._changing.held():
            self._state = position or _NOT_MOVED

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock at its current time, or at another one that is in range."""
        with self._changing.held():
            self._state = self.now() if at is None else at.astimezone(UTC)

    def resume(self) -> None:
        """Let the clock run again, from its current time."""
        with self._changing.held():
            self._state = self.now() - EARLIEST - self._real()

    def set(self, at: datetime) -> None:
        """Set the time to one in range; a frozen clock stays frozen, and a running one keeps running."""
        with self._changing.held():
            self._move(at.astimezone(UTC))

    def advance(self, step: timedelta) -> None:
        """Move the time forward, at most to the end of the range; a frozen clock stays frozen."""
        with self._changing.held():
            now = self.now()
            self._move(now + min(step, LATEST - now))

    def _move(self, instant: datetime) -> None:
        self._state = instant if self.is_frozen else instant - EARLIEST - self._real()

    def _real(self) -> timedelta:
        return timedelta(seconds=self._wall())
