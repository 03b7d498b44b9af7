"""The clock of an account in the hands of a test."""

from datetime import datetime, timedelta
from typing import Unpack

from migma_mock.accounts.account import Account
from migma_mock.testing.arguments import Units, a_duration, an_instant


class ClockHandle:
    """What a test does with an account's clock (:class:`migma_mock.accounts.clock.Clock`).

    >>> from datetime import timedelta
    >>> from migma_mock import MockServer
    >>> with MockServer() as mock:
    ...     clock = mock.new_account().clock
    ...     before = clock.freeze()
    ...     clock.advance(hours=3) - before == timedelta(hours=3)
    True
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def now(self) -> datetime:
        """The account's time."""
        return self._account.state.clock.now()

    def advance(self, duration: timedelta | None = None, /, **units: Unpack[Units]) -> datetime:
        """Go forward; growing campaigns and quotas follow. Returns the new time.

        Args:
            duration: How far; or else
            units: The same in the words of timedelta: ``advance(days=1, hours=2)``.

        Raises:
            ArgumentError: It is not said how far, a number is negative, or the clock would leave the year 9999 behind.
        """
        by = a_duration("clock.advance", self.now, duration, units)
        self._account.state.clock.advance(days=by.days, seconds=by.seconds + by.microseconds / 1e6)
        return self.now

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stand still, where it is or at another instant. Returns the time.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        self._account.state.clock.freeze(None if at is None else an_instant("clock.freeze(at)", at))
        return self.now

    def set(self, at: datetime) -> datetime:
        """Go to an instant; a frozen clock stays frozen. Returns the time.

        Raises:
            ArgumentError: The instant has no offset, or is outside the years 1970 to 9999.
        """
        self._account.state.clock.set(an_instant("clock.set(at)", at))
        return self.now

    def run(self) -> None:
        """Run again, from where it stands."""
        self._account.state.clock.run()
