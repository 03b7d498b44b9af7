"""ClockHandle: an account's clock, as a test uses it."""

from datetime import datetime, timedelta
from typing import Unpack

from migma_mock.testing.account_backend import AccountBackend
from migma_mock.testing.arguments import HIDDEN, parse_duration, parse_instant
from migma_mock.testing.explained_calls import explain_calls
from migma_mock.testing.keyword_arguments import DurationArguments

__tracebackhide__ = HIDDEN


@explain_calls("clock.")
class ClockHandle:
    """Reads and moves an account's clock; growing campaigns and rate limits follow it.

    >>> from datetime import timedelta
    >>> from migma_mock import MigmaMock, Mock
    >>> clock = MigmaMock(Mock()).clock
    >>> before = clock.freeze()
    >>> clock.advance(hours=3) - before == timedelta(hours=3)
    True
    """

    def __init__(self, backend: AccountBackend) -> None:
        self._backend = backend

    @property
    def now(self) -> datetime:
        """The account's time."""
        return self._backend.now()

    def advance(self, duration: timedelta | None = None, /, **units: Unpack[DurationArguments]) -> datetime:
        """Move the clock forward and return the new time.

        Args:
            duration: How far; or else
            units: The same as in timedelta: ``advance(days=1, hours=2)``.

        Raises:
            ArgumentError: There is no duration, it is negative, or it leads beyond the year 9999.
        """
        return self._backend.advance_clock(parse_duration("clock.advance", self.now, duration, units))

    def set(self, at: datetime) -> datetime:
        """Move the clock to an instant and return the time; a frozen clock stays frozen.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        return self._backend.set_clock(parse_instant("clock.set(at)", at))

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, where it is or at another instant, and return the time.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        return self._backend.freeze_clock(None if at is None else parse_instant("clock.freeze(at)", at))

    def resume(self) -> datetime:
        """Let a frozen clock run again from where it stands, and return the time."""
        return self._backend.resume_clock()
