"""Clock: the time of one account."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from migma_contract.timestamps import format_rfc3339

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The range of a clock; a float would round the last fraction of a second into the year 10000."""


def is_in_range(instant: datetime) -> bool:
    """True if a clock can show an aware instant."""
    return EARLIEST <= instant <= LATEST


_LONGEST = LATEST - EARLIEST
_LATEST_SECONDS = LATEST.timestamp()


class Clock:
    """The clock of an account, in UTC: it shows the real time until it is frozen, set or advanced.

    Reading it never fails: a running clock stops at the end of its range. It is safe for several threads.

    Args:
        wall: Returns the real time, in seconds since 1970.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._changing = Lock()
        # The time at which it is frozen, or how far it is ahead of the real time.
        self._state: datetime | timedelta = timedelta()

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
        if isinstance(state, datetime):
            return state.timestamp()
        return min(max(self._wall() + state.total_seconds(), 0.0), _LATEST_SECONDS)

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock at its current time, or at another one.

        Raises:
            ValueError: The time has no UTC offset, or is outside the years 1970 to 9999.
        """
        with self._changing:
            self._state = self.now() if at is None else _instant(at)

    def resume(self) -> None:
        """Let the clock run again, from its current time."""
        with self._changing:
            self._state = self.now() - EARLIEST - self._real()

    def set(self, at: datetime) -> None:
        """Set the time, forward or back; a frozen clock stays frozen, and a running one keeps running.

        Raises:
            ValueError: The time has no UTC offset, or is outside the years 1970 to 9999.
        """
        instant = _instant(at)
        with self._changing:
            self._move(instant)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move the time forward; a frozen clock stays frozen, and a running one keeps running.

        Raises:
            ValueError: A number is negative, or the time would be after the year 9999.
        """
        for unit, value in {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}.items():
            if not value >= 0:  # also true for NaN
                raise ValueError(f"{unit} must be 0 or more, got {value}; set the clock to move it back")
        try:
            step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            step = timedelta.max
        with self._changing:
            now = self.now()
            if step > LATEST - now:
                raise ValueError(f"the clock, now {format_rfc3339(now)}, cannot be advanced beyond the year 9999")
            self._move(now + step)

    def _move(self, instant: datetime) -> None:
        self._state = instant if self.is_frozen else instant - EARLIEST - self._real()

    def _real(self) -> timedelta:
        return timedelta(seconds=self._wall())


def _instant(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no UTC offset; write it as 2026-01-31T09:30:00Z")
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        instant = None
    if instant is None or not is_in_range(instant):
        raise ValueError(f"the clock can show the years 1970 to 9999, got {at.isoformat()}")
    return instant
