"""The clock of an account in the hands of a test."""

from datetime import datetime

from mock_server.account import Account
from mock_server.arguments import a_duration, an_instant


class HandleClock:
    """What a test does with an account's clock (:class:`mock_server.clock.Clock`).

    >>> from datetime import timedelta
    >>> from mock_server import MockServer
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

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Go forward; growing campaigns and quotas follow. Returns the new time.

        Raises:
            ArgumentError: A number is negative, or the clock would leave the year 9999 behind.
        """
        a_duration("clock.advance", self.now, days=days, hours=hours, minutes=minutes, seconds=seconds)
        self._account.state.clock.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)
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
