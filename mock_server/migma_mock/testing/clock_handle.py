"""ClockHandle: an account's clock, as a test uses it."""

from datetime import datetime, timedelta
from typing import Unpack

from migma_mock.accounts.account import Account
from migma_mock.testing.arguments import HIDDEN, parse_duration, parse_instant
from migma_mock.testing.keyword_arguments import DurationArguments

__tracebackhide__ = HIDDEN


class ClockHandle:
    """Reads and moves an account's clock; growing campaigns and rate limits follow it.

    >>> from datetime import timedelta
    >>> from migma_mock import MigmaMock, Mock
    >>> clock = MigmaMock(Mock()).clock
    >>> before = clock.freeze()
    >>> clock.advance(hours=3) - before == timedelta(hours=3)
    True
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def now(self) -> datetime:
        """The account's time."""
        return self._account.state.clock.now()

    def advance(self, duration: timedelta | None = None, /, **units: Unpack[DurationArguments]) -> datetime:
        """Move the clock forward and return the new time.

        Args:
            duration: How far; or else
            units: The same as in timedelta: ``advance(days=1, hours=2)``.

        Raises:
            ArgumentError: There is no duration, it is negative, or it leads beyond the year 9999.
        """
        self._account.state.clock.advance(parse_duration("clock.advance", self.now, duration, units))
        return self.now

    def set(self, at: datetime) -> datetime:
        """Move the clock to an instant and return the time; a frozen clock stays frozen.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        self._account.state.clock.set(parse_instant("clock.set(at)", at))
        return self.now

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, where it is or at another instant, and return the time.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        self._account.state.clock.freeze(None if at is None else parse_instant("clock.freeze(at)", at))
        return self.now

    def resume(self) -> datetime:
        """Let a frozen clock run again from where it stands, and return the time."""
        self._account.state.clock.resume()
        return self.now
