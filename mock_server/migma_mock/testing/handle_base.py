"""HandleBase: what the parts of a handle share."""

from collections.abc import Callable
from itertools import count
from typing import TypeVar

from migma_mock.accounts.account import Account
from migma_mock.mock import Mock
from migma_mock.testing.clock_handle import ClockHandle

T = TypeVar("T")


class HandleBase:
    """An account of a mock.

    Attributes:
        clock: The account's clock.
    """

    def __init__(self, mock: Mock, account: Account) -> None:
        self._mock = mock
        self._account = account
        self._numbers = count()  # of generated campaigns
        self.clock = ClockHandle(account)

    def _change(self, change: Callable[[], T]) -> T:
        """Run a change of the account between two requests, and return its result.

        Raises:
            UnknownAccountError: The account was deleted, or made room for newer ones.
        """

        def change_existing() -> T:
            self._mock.accounts.get(self._account.id)
            return change()

        return self._mock.on_loop(change_existing)
