"""Account: what an API key opens, with its own campaigns, clock, faults, quota and journal; and all of them."""

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from mock_server.auth import PERMISSION, Key, secret_of
from mock_server.campaign import Campaign
from mock_server.contract import Contract
from mock_server.errors import MigmaError
from mock_server.journal import Journal
from mock_server.state import MemoryState

BUILT_IN = "built-in"
"""The id of the account of the fixtures."""


class AccountKeys(NamedTuple):
    """The keys of an account that was made at run time."""

    working: str
    revoked: str
    withoutPermission: str  # as the control API's JSON has it


class Account:
    """One tenant of the mock.

    Attributes:
        id: In the control API.
        name: For people.
        keys: Those it was made with; None for the built-in account, whose keys the fixtures give.
        state: All that changes; replaced as a whole by :meth:`reset`.
    """

    def __init__(self, id_: str, name: str, keys: AccountKeys | None, make_state: Callable[[], MemoryState]) -> None:
        self.id = id_
        self.name = name
        self.keys = keys
        self._make_state = make_state
        self.state = make_state()

    def reset(self) -> None:
        """Begin anew: the campaigns and clock it was made with, no faults, an empty journal."""
        journal = self.state.journal
        self.state = self._make_state()
        self.state.journal = journal.emptied()


class Credential(NamedTuple):
    """A known key, and the account that it opens."""

    account: Account
    key: Key


class NoSuchAccountError(MigmaError):
    """There is no account of that id."""


class Accounts:
    """Every account, found by API key or by id.

    Args:
        contract: That replies hold to.
        journal_bound: Entries that each journal keeps.
        most: How many accounts there may be beside the built-in one. The least recently used, be it by its
            keys or by its id, goes.
        on_evict: Is told of each account that had to go.

    Attributes:
        built_in: The account of the fixtures.
        unclaimed: The journal of requests that came with no known key.
    """

    def __init__(
        self,
        contract: Contract,
        journal_bound: int,
        most: int,
        on_evict: Callable[[Account], object] = lambda _account: None,
    ) -> None:
        self._contract = contract
        self._journal_bound = journal_bound
        self._most = most
        self._on_evict = on_evict
        self._fixtures: Mapping[bytes, Campaign] = {}
        self._made: OrderedDict[str, Account] = OrderedDict()
        self._last_number = 0
        self._by_secret: dict[bytes, Credential] = {}
        self._by_bearer: dict[bytes, Credential] = {}
        self._built_in_secrets: list[bytes] = []
        self.built_in = Account(BUILT_IN, "fixtures", None, self._fixture_state)
        self.unclaimed = Journal(journal_bound, unclaimed=True)

    def _fixture_state(self) -> MemoryState:
        return MemoryState(self._fixtures, self._contract, journal_bound=self._journal_bound)

    def set_built_in(self, campaigns: Mapping[str, Campaign], keys: Iterable[Key]) -> None:
        """Put another set of fixtures in place; the built-in account's journal, faults and clock stay.

        Accounts that were made from the set before keep it.
        """
        self._fixtures = {id_.encode(): campaign for id_, campaign in campaigns.items()}
        self.built_in.state.replace_base(self._fixtures)
        # New ones first: a key that stays is known at every moment.
        before, self._built_in_secrets = self._built_in_secrets, [self._learn(self.built_in, key) for key in keys]
        for secret in set(before) - set(self._built_in_secrets):
            self._forget(secret)

    def make(
        self,
        name: str = "",
        *,
        empty: bool = False,
        per_minute: int | None = None,
        key_seed: str | None = None,
        start: datetime | None = None,
    ) -> Account:
        """A new account with keys of its own.

        Args:
            name: For people.
            empty: Without campaigns; else with those of the fixtures as they are now.
            per_minute: Its quota, for each key; None is none.
            key_seed: Derive the keys from this text and the account's number, for runs that are to be repeated.
            start: Where its clock stands still at first, an aware datetime; None: it begins now, and runs.
        """
        self._last_number += 1
        base = {} if empty else self._fixtures
        keys = AccountKeys(*(_new_key(kind, key_seed, self._last_number) for kind in ("ok", "revoked", "other")))
        account = Account(
            f"account-{self._last_number}",
            name,
            keys,
            lambda: MemoryState(
                base, self._contract, journal_bound=self._journal_bound, per_minute=per_minute, start=start
            ),
        )
        self._learn(account, Key(key=keys.working, permissions=[PERMISSION]))
        self._learn(account, Key(key=keys.revoked, permissions=[PERMISSION], revoked=True))
        self._learn(account, Key(key=keys.withoutPermission, permissions=["audience:read"]))
        self._made[account.id] = account
        if len(self._made) > self._most:
            evicted = next(iter(self._made.values()))
            self.delete(evicted.id)
            self._on_evict(evicted)
        return account

    def delete(self, account_id: str) -> None:
        """Remove an account that was made at run time; its keys are unknown from now on.

        Raises:
            NoSuchAccountError: There is none of that id.
        """
        account = self._made.pop(account_id, None)
        if account is None or account.keys is None:
            raise NoSuchAccountError(f"There is no account {account_id!r} that can be deleted.")
        for secret in account.keys:
            self._forget(secret.encode())

    def get(self, account_id: str) -> Account:
        """The account of an id.

        Raises:
            NoSuchAccountError: There is none.
        """
        account = self.built_in if account_id == BUILT_IN else self._made.get(account_id)
        if account is None:
            raise NoSuchAccountError(f"There is no account {account_id!r}; it may have made room for newer ones.")
        self._is_used(account)
        return account

    def clear_unclaimed(self) -> None:
        """Forget the requests that came with no known key."""
        self.unclaimed = self.unclaimed.emptied()

    @property
    def all(self) -> list[Account]:
        """The built-in account, then the others, the least recently used first."""
        return [self.built_in, *self._made.values()]

    def key_where(self, *, revoked: bool = False, may_read: bool = True) -> str:
        """The first key of the built-in account that is so; "" where there is none."""
        keys = (self._by_secret[secret].key for secret in self._built_in_secrets)
        return next((key.key for key in keys if key.may_read is may_read and key.revoked is revoked), "")

    def by_header(self, name: bytes, value: bytes) -> Credential | None:
        """The credential that a header names: one look-up for the usual form, reading it for others.

        Args:
            name: The header's name, in lower case.
            value: As received.
        """
        credential = self._by_bearer.get(value) if name == b"authorization" else None
        if credential is None:
            secret = secret_of(name, value)
            credential = self._by_secret.get(secret) if secret else None
        if credential is not None:
            self._is_used(credential.account)
        return credential

    def _is_used(self, account: Account) -> None:
        if account is not self.built_in:
            self._made.move_to_end(account.id)

    def _learn(self, account: Account, key: Key) -> bytes:
        secret = key.key.encode()
        credential = Credential(account, key)
        self._by_secret[secret] = credential
        self._by_bearer[b"Bearer " + secret] = credential
        return secret

    def _forget(self, secret: bytes) -> None:
        self._by_secret.pop(secret, None)
        self._by_bearer.pop(b"Bearer " + secret, None)


def _new_key(kind: str, seed: str | None, number: int) -> str:
    if seed is None:
        return f"mgma_sk_test_{secrets.token_hex(16)}"
    return f"mgma_sk_test_{hashlib.sha256(f'{seed}:{number}:{kind}'.encode()).hexdigest()[:32]}"
