"""RegistryCopy: the accounts and their keys in this worker, beside the registry's parts as the store has them."""

from collections.abc import Iterable, Sequence

from migma_mock.accounts.registry import Accounts
from migma_mock.sharing.account_copy import AccountCopy
from migma_mock.sharing.commit import Change


class RegistryCopy:
    """The accounts and their keys in this worker, beside the registry's parts as the store has them.

    Args:
        accounts: The accounts, of which there is only the built-in one.

    Attributes:
        accounts: The accounts.
        version: The version of the registry that they were loaded from; 0 before that.
        copies: The copy of each account by its id, the built-in one included; one that was created in this worker is
            in it after :meth:`changes`.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.version = 0
        self.copies: dict[str, AccountCopy] = {}

    def changes(self) -> list[Change]:
        """Return everything that differs from what the store has: accounts created and deleted."""
        raise NotImplementedError

    def accept(self, changes: Iterable[Change]) -> None:
        """Note that the store has these changes of the registry now."""
        raise NotImplementedError

    def roll_back(self) -> None:
        """Undo everything that was not accepted; an account that returns has to be loaded from the store again."""
        raise NotImplementedError

    def load(self, changes: Iterable[Change], *, is_whole: bool = False) -> None:
        """Undo everything that was not accepted, and take what the store has: accounts come and go.

        Args:
            changes: Parts that others changed.
            is_whole: True if these are all parts; accounts beside them are removed.
        """
        raise NotImplementedError

    def parts(self) -> list[Change]:
        """Return all parts as they are now: for the opening of a store that is empty."""
        raise NotImplementedError

    def order_by_use(self, least_used: Sequence[str]) -> None:
        """Note in which order all workers used the accounts, which decides about the one that makes room for another.

        Args:
            least_used: The ids of accounts, the least recently used first.
        """
        raise NotImplementedError
