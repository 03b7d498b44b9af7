"""Accounts: all of them, found by API key or by id."""

import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract
from migma_mock.accounts.account import BUILT_IN, Account, AccountKeys, derived_keys, random_keys
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.memory_state import MemoryState
from migma_mock.api_keys import PERMISSION, Key, secret_of
from migma_mock.campaigns.campaign import Campaign


class Credential(NamedTuple):
    """A known key, and the account that it opens."""

    account: Account
    key: Key


class UnknownAccountError(MigmaError):
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
        self._built_in_secrets: set[bytes] = set()
        self.built_in = Account(
            BUILT_IN,
            "fixtures",
            AccountKeys("", "", ""),
            Journal(journal_bound),
            lambda journal: MemoryState(self._fixtures, contract, journal),
        )
        self.unknown_key_requests = Journal(journal_bound, unknown_key_requests=True)

    def set_built_in(self, campaigns: Mapping[str, Campaign], keys: Iterable[Key]) -> None:
        """Put another set of fixtures in place; the built-in account's journal, faults and clock stay.

        Accounts that were made from the set before keep it.
        """
        self._fixtures = {id_.encode(): campaign for id_, campaign in campaigns.items()}
        self.built_in.state.replace_fixtures(self._fixtures)
        known = list(keys)
        self.built_in.keys = AccountKeys(_first(known), _first(known, revoked=True), _first(known, may_read=False))
        # New ones first: a key that stays is known at every moment.
        before, self._built_in_secrets = self._built_in_secrets, {self._learn(self.built_in, key) for key in known}
        for secret in before - self._built_in_secrets:
            self._forget(secret)

    def create(
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
            key_seed: Derive the keys from this, for runs that are to be repeated: the same text gives the same keys,
                or, while another account has them, the next ones that nobody has.
            start: Where its clock stands still at first, an aware datetime; None: it begins now, and runs.
        """
        self._last_number += 1
        base = {} if empty else self._fixtures
        keys = random_keys() if key_seed is None else self._free_keys(key_seed)
        account = Account(
            f"account-{self._last_number}",
            name,
            keys,
            Journal(self._journal_bound),
            lambda journal: MemoryState(base, self._contract, journal, per_minute=per_minute, start=start),
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
            UnknownAccountError: There is none of that id.
        """
        account = self._made.pop(account_id, None)
        if account is None:
            raise UnknownAccountError(f"There is no account {account_id!r} that can be deleted.")
        for secret in account.keys:
            self._forget(secret.encode())

    def get(self, account_id: str) -> Account:
        """The account of an id.

        Raises:
            UnknownAccountError: There is none.
        """
        account = self.built_in if account_id == BUILT_IN else self._made.get(account_id)
        if account is None:
            raise UnknownAccountError(f"There is no account {account_id!r}; it may have made room for newer ones.")
        self._is_used(account)
        return account

    def clear_unknown_key_requests(self) -> None:
        """Forget the requests that came with no known key."""
        self.unknown_key_requests = self.unknown_key_requests.cleared()

    @property
    def all(self) -> list[Account]:
        """The built-in account, then the others, the least recently used first."""
        return [self.built_in, *self._made.values()]

    def authenticate(self, name: bytes, value: bytes) -> Credential | None:
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

    def _free_keys(self, seed: str) -> AccountKeys:
        """The first keys of a seed that no account has."""
        every = (derived_keys(seed, number) for number in itertools.count(1))
        return next(keys for keys in every if keys.working.encode() not in self._by_secret)

    def _learn(self, account: Account, key: Key) -> bytes:
        secret = key.key.encode()
        credential = Credential(account, key)
        self._by_secret[secret] = credential
        self._by_bearer[b"Bearer " + secret] = credential
        return secret

    def _forget(self, secret: bytes) -> None:
        self._by_secret.pop(secret, None)
        self._by_bearer.pop(b"Bearer " + secret, None)


def _first(keys: Iterable[Key], *, revoked: bool = False, may_read: bool = True) -> str:
    return next((key.key for key in keys if key.may_read is may_read and key.revoked is revoked), "")
