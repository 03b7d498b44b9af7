"""Clock: what time it is for one account."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from migma_contract.timestamps import format_rfc3339

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The ends of a clock's range, without the last fraction of a second, which a float rounds into the year 10000."""


def is_in_range(instant: datetime) -> bool:
    """True if a clock can show an aware instant."""
    return EARLIEST <= instant <= LATEST


_LONGEST = LATEST - EARLIEST
_LATEST_SECONDS = LATEST.timestamp()


class Clock:
    """An account's clock, in UTC: it runs with the real time until it is frozen, set or advanced.

    Reading it never fails: a running clock that comes to an end of its range stands there.
    Threads may share it: a reader sees the clock before a change or after it.

    Args:
        wall: The real time, in seconds since 1970.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._changing = Lock()
        # The instant it is frozen at, or how far it runs ahead of the real time.
        self._state: datetime | timedelta = timedelta()

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still until it is told otherwise."""
        return isinstance(self._state, datetime)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        state = self._state
        if isinstance(state, datetime):
            return state
        # Between durations, since a sum past the year 9999 is none that datetime can hold.
        return EARLIEST + min(max(self._real() + state, timedelta()), _LONGEST)

    def timestamp(self) -> float:
        """The time in seconds since 1970."""
        state = self._state
        if isinstance(state, datetime):
            return state.timestamp()
        return min(max(self._wall() + state.total_seconds(), 0.0), _LATEST_SECONDS)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still: where it is, or at another instant.

        Raises:
            ValueError: For an instant without its offset, or outside the years 1970 to 9999.
        """
        with self._changing:
            self._state = self.now() if at is None else _instant(at)

    def run(self) -> None:
        """Run again, from where it stands."""
        with self._changing:
            self._state = self.now() - EARLIEST - self._real()

    def set(self, at: datetime) -> None:
        """Go to an instant, forwards or back. A frozen clock stays frozen, a running one runs on.

        Raises:
            ValueError: For an instant without its offset, or outside the years 1970 to 9999.
        """
        instant = _instant(at)
        with self._changing:
            self._go(instant)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Go forward by a duration. A frozen clock stays frozen, a running one runs on.

        Raises:
            ValueError: For a negative number, or if the clock would leave the year 9999 behind.
        """
        for unit, value in {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}.items():
            if not value >= 0:  # so that NaN is none either
                raise ValueError(f"{unit} is 0 or more, not {value}: a clock advances forward, and is set to go back")
        try:
            step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            step = timedelta.max
        with self._changing:
            now = self.now()
            if step > LATEST - now:
                raise ValueError(f"a clock ends with the year 9999, and {format_rfc3339(now)} is too near to that")
            self._go(now + step)

    def _go(self, instant: datetime) -> None:
        self._state = instant if self.is_frozen else instant - EARLIEST - self._real()

    def _real(self) -> timedelta:
        return timedelta(seconds=self._wall())


def _instant(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"an instant has its offset, like 2026-01-31T09:30:00Z, and {at.isoformat()} has none")
    try:
        instant = at.astimezone(UTC)
    except OverflowError:
        instant = None
    if instant is None or not is_in_range(instant):
        raise ValueError(f"a clock shows the years 1970 to 9999, and not {at.isoformat()}")
    return instant
