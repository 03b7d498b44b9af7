"""FormerKeys: the keys of the accounts that were deleted last."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence

_ACCOUNTS = 100
"""Accounts whose keys are remembered."""


class FormerKeys:
    """The keys of the accounts that were deleted last: a client that retries late still sends them."""

    def __init__(self) -> None:
        self._of_account: OrderedDict[str, Sequence[bytes]] = OrderedDict()
        self._known: set[bytes] = set()

    def __contains__(self, secret: bytes) -> bool:
        return secret in self._known

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of the accounts, the one that was deleted first at first."""
        return iter(tuple(self._of_account))

    def of(self, account_id: str) -> Sequence[bytes]:
        """Return the keys that an account had."""
        return self._of_account[account_id]

    def add(self, account_id: str, secrets: Sequence[bytes]) -> None:
        """Remember the keys of an account that is deleted, and forget those of the 101st before it."""
        self._of_account[account_id] = secrets
        self._known.update(secrets)
        if len(self._of_account) > _ACCOUNTS:
            self.forget(next(iter(self)))

    def forget(self, account_id: str) -> None:
        """Forget the keys of an account, if they are remembered."""
        if self._of_account.pop(account_id, None):
            # Another account may have had the same ones, of the same seed.
            self._known = {secret for secrets in self._of_account.values() for secret in secrets}
