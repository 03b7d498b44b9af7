"""AccountCopy: one account in this worker, beside its parts as the store has them."""

from collections.abc import Iterable, Sequence

from migma_mock.accounts.account import Account
from migma_mock.sharing.commit import ACCOUNT, Change


class AccountCopy:
    """One account in this worker, beside its parts as the store has them.

    The engine and the control API work on the account. What they changed is then committed, and either accepted or,
    if others came before, rolled back while :meth:`load` takes what the store has.

    Args:
        account: The account, in its initial state.

    Attributes:
        account: The account.
        map: The name of its map in the store.
        version: The version of the map that it was loaded from; 0 for an account that has no parts in the store.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.map = f"{ACCOUNT}{account.id}"
        self.version = 0

    @property
    def is_lost(self) -> bool:
        """True if the store lost the state of the account and no worker restored it: it waits for a reset."""
        raise NotImplementedError

    @property
    def has_claims(self) -> bool:
        """True if requests may have claimed something: it has faults, a rate limit, or progress of a script."""
        raise NotImplementedError

    def may_claim(self, campaign_id: bytes | None, *, prefers: bool = False) -> bool:
        """True if a request for a campaign may claim something: a fault, a place in a rate limit, a script step.

        Args:
            campaign_id: The id in its path; None if it has none.
            prefers: True if it has the header ``Prefer``, which may ask for another campaign.
        """
        raise NotImplementedError

    def claimed_changes(self) -> Sequence[Change]:
        """Return what requests claimed since the last load: nothing else is looked at."""
        raise NotImplementedError

    def changes(self) -> list[Change]:
        """Return everything that differs from what the store has."""
        raise NotImplementedError

    def accept(self, changes: Iterable[Change]) -> None:
        """Note that the store has these changes of the account now."""
        raise NotImplementedError

    def roll_back(self) -> None:
        """Undo everything that was not accepted."""
        raise NotImplementedError

    def load(self, changes: Iterable[Change], *, is_whole: bool = False) -> None:
        """Undo everything that was not accepted, and take what the store has.

        Args:
            changes: Parts that others changed.
            is_whole: True if these are all parts; those that it has beside them are dropped.
        """
        raise NotImplementedError

    def parts(self) -> list[Change]:
        """Return all parts as they are now, for a store that lost them."""
        raise NotImplementedError
