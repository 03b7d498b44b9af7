"""Accounts: the registry of all accounts and their keys."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_mock.accounts.account import BUILT_IN, Account, AccountKeys, InitialState
from migma_mock.accounts.former_keys import FormerKeys
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.key_table import Credential, KeyTable
from migma_mock.accounts.memory_state import STATE_BYTES, MemoryState
from migma_mock.accounts.rate_limit import RateLimiter
from migma_mock.accounts.record_redactor import RecordRedactor
from migma_mock.accounts.state import AccountState
from migma_mock.api_keys import Key
from migma_mock.campaigns.campaign import Campaign
from migma_mock.faults.armed import InitialFault
from migma_mock.memory import Memory
from migma_mock.plans import Limits


class StateKinds(NamedTuple):
    """The classes of the journals and states of all accounts."""

    journal: Callable[..., Journal]
    state: Callable[..., AccountState]


class UnknownAccountError(MigmaError):
    """There is no account with that id."""


class Accounts:
    """All accounts, found by API key or by id.

    Args:
        contract: The contract that all replies satisfy.
        memory: Counts and limits what the accounts keep.
        journal_bound: How many entries each journal keeps.
        max_accounts: How many accounts there may be beside the built-in one; a further one evicts the account that was
            not used for the longest time.
        on_evict: Is called with each evicted account.
        limits: How many requests each key of the built-in account may send; empty for no limit.
        faults: Faults that the built-in account has at first, and again after a reset.
        kinds: How states and journals are kept; None to keep them in memory.

    Attributes:
        memory: What the accounts keep.
        on_delete: Is called with each deleted account, the evicted ones included.
        on_change: Is called with the id of each account that is added or removed.
        former_keys: The keys of the last accounts that were deleted.
        last_number: The number in the id of the account that was created last; 0 before the first.
        redactor: Removes every known key from records of requests.
        built_in: The account that has the fixtures and their keys.
        unknown_key_requests: The journal of the requests without a key, or with an unknown one.
    """

    def __init__(
        self,
        contract: Contract,
        memory: Memory,
        journal_bound: int,
        max_accounts: int,
        on_evict: Callable[[Account], object] = lambda _account: None,
        *,
        limits: Limits = (),
        faults: Sequence[InitialFault] = (),
        kinds: StateKinds | None = None,
    ) -> None:
        self.contract = contract
        self._kinds = kinds or StateKinds(Journal, MemoryState)
        self.memory = memory
        self._journal_bound = journal_bound
        self._max_accounts = max_accounts
        self._on_evict = on_evict
        self._fixtures: Mapping[bytes, Campaign] = {}
        self._created: OrderedDict[str, Account] = OrderedDict()
        self._initial: dict[str, Mapping[bytes, Campaign]] = {}
        self.last_number = 0
        self._keys = KeyTable()
        self._built_in_secrets: set[bytes] = set()
        self.former_keys = FormerKeys()
        self.on_delete: Callable[[Account], object] = lambda _account: None
        self.on_change: Callable[[str], object] = lambda _account_id: None
        self.redactor = RecordRedactor(*_public_of(contract))
        self.built_in = Account(
            BUILT_IN,
            "fixtures",
            AccountKeys(Secret(""), Secret(""), Secret("")),
            self._kinds.journal(journal_bound, memory, redactor=self.redactor),
            lambda journal: self._kinds.state(
                self._fixtures, self.contract, journal, memory, limits=limits, faults=faults
            ),
            initial=InitialState(limits=limits),
        )
        self.unknown_key_requests = self._kinds.journal(
            journal_bound, memory, all_unexpected=True, redactor=self.redactor
        )

    def set_built_in(self, campaigns: Mapping[str, Campaign], keys: Iterable[Key]) -> list[str]:
        """Replace the fixtures; the journal, faults and clock of the built-in account stay.

        Accounts that were created before keep the previous fixtures.

        Returns:
            The ids of the campaigns that were put or deleted at run time and are now served as in the fixtures.
        """
        self._fixtures = {id_.encode(): campaign for id_, campaign in campaigns.items()}
        given_way = self.built_in.state.replace_fixtures(self._fixtures)
        known = list(keys)
        self.redactor.know(key.key for key in known)
        self.built_in.keys = AccountKeys(_first(known), _first(known, revoked=True), _first(known, may_read=False))
        # New keys are added before old ones are removed: a key in both is known at every moment.
        before, self._built_in_secrets = self._built_in_secrets, {self._keys.add(self.built_in, key) for key in known}
        for secret in before - self._built_in_secrets:
            self._keys.remove(secret)
        return given_way

    def follow(self, contract: Contract) -> None:
        """Satisfy another contract from now on, in all accounts."""
        self.contract = contract
        self.redactor.follow(*_public_of(contract))
        for account in self.all:
            account.state.follow(contract)

    def renew_fixtures(self) -> None:
        """Give the current fixtures to the accounts that were created with earlier ones."""
        for account in self._created.values():
            if self._initial[account.id]:
                self._initial[account.id] = self._fixtures
                account.state.replace_fixtures(self._fixtures)

    def create(
        self,
        name: str = "",
        *,
        empty: bool = False,
        limits: Limits = (),
        key_seed: str | None = None,
        start: datetime | None = None,
    ) -> Account:
        """Create an account with keys of its own.

        Args:
            name: For people.
            empty: Without campaigns; else with the current fixtures.
            limits: How many requests each key may send; empty for no limit.
            key_seed: Derives the keys: the same text gives the same keys, or the next ones if an account has these.
            start: Where its clock is frozen at first, an aware datetime; None for a clock that runs from now.

        Raises:
            MemoryLimitError: There is no room for another account.
        """
        evicted = next(iter(self._created.values())) if len(self._created) >= self._max_accounts else None
        self.memory.require(RateLimiter(limits).most_bytes + (0 if evicted else STATE_BYTES))
        self.last_number += 1
        keys = self._keys.free_keys(secrets.token_hex() if key_seed is None else key_seed)
        account = self.add(f"account-{self.last_number}", name, keys, InitialState(empty, limits, start))
        if evicted:
            self.delete(evicted.id)
            self._on_evict(evicted)
        return account

    def add(self, account_id: str, name: str, keys: AccountKeys, initial: InitialState) -> Account:
        """Add an account that was created before, maybe by another process, in its initial state."""
        self._initial[account_id] = {} if initial.empty else self._fixtures
        account = Account(
            account_id,
            name,
            keys,
            self._kinds.journal(self._journal_bound, self.memory, redactor=self.redactor),
            lambda journal: self._kinds.state(
                self._initial[account_id],
                self.contract,
                journal,
                self.memory,
                limits=initial.limits,
                start=initial.start,
            ),
            initial=initial,
        )
        self._keys.add(account, Key(key=keys.working))
        self._keys.add(account, Key(key=keys.revoked, revoked=True))
        self._keys.add(account, Key(key=keys.withoutPermission, permissions=["audience:read"]))
        self._created[account.id] = account
        self.on_change(account.id)
        return account

    def delete(self, account_id: str) -> None:
        """Delete an account other than the built-in one; its keys become unknown.

        Raises:
            UnknownAccountError: There is no such account.
        """
        if account_id not in self._created:
            raise UnknownAccountError(f"There is no account {account_id!r} that can be deleted.")
        account = self.remove(account_id)
        self.former_keys.add(account_id, [secret.reveal().encode() for secret in account.keys])
        self.on_delete(account)

    def remove(self, account_id: str) -> Account:
        """Remove an account as if it had not been created, and return it."""
        account = self._created.pop(account_id)
        self.on_change(account_id)
        del self._initial[account_id]
        account.is_deleted = True
        account.state.journal.notify()  # who waits for its requests waits in vain
        account.state.release()
        for secret in account.keys:
            self._keys.remove(secret.reveal().encode())
        return account

    def get(self, account_id: str) -> Account:
        """Return the account with an id.

        Raises:
            UnknownAccountError: There is no such account.
        """
        account = self.built_in if account_id == BUILT_IN else self._created.get(account_id)
        if account is None:
            raise UnknownAccountError(f"There is no account {account_id!r}. A newer account may have replaced it.")
        self._mark_used(account)
        return account

    def peek(self, account_id: str) -> Account | None:
        """Return the account with an id, which is not used thereby; None if there is none."""
        return self.built_in if account_id == BUILT_IN else self._created.get(account_id)

    def clear_unknown_key_requests(self) -> None:
        """Clear the journal of the requests without a known key."""
        self.unknown_key_requests = self.unknown_key_requests.cleared()

    @property
    def all(self) -> list[Account]:
        """The built-in account, then the others, the least recently used first."""
        return [self.built_in, *self._created.values()]

    def authenticate(self, name: bytes, value: bytes) -> Credential | None:
        """Return the credential in a header, or None if it has no known key.

        Args:
            name: The name of the header, in lower case.
            value: Its value, as received.
        """
        credential = self._keys.in_header(name, value)
        if credential is not None and credential.account is not self.built_in:
            self._mark_used(credential.account)
        return credential

    def find(self, secret: bytes) -> Credential | None:
        """Return the credential of a key, or None if it is unknown."""
        credential = self._keys.find(secret)
        if credential is not None:
            self._mark_used(credential.account)
        return credential

    def is_former(self, secret: bytes) -> bool:
        """True if a key belonged to one of the last accounts that were deleted."""
        return secret in self.former_keys

    def order_by_use(self, least_used: Iterable[str]) -> None:
        """Order the accounts by when they were used, since other processes used them too.

        Args:
            least_used: The ids of accounts, the least recently used first; any other account comes before them.
        """
        for account_id in least_used:
            if account_id in self._created:
                self._created.move_to_end(account_id)

    def _mark_used(self, account: Account) -> None:
        if account is not self.built_in:
            self._created.move_to_end(account.id)


def _first(keys: Iterable[Key], *, revoked: bool = False, may_read: bool = True) -> Secret:
    return next((key.key for key in keys if key.may_read is may_read and key.revoked is revoked), Secret(""))


def _public_of(contract: Contract) -> tuple[set[str], str]:
    """Return the names that carry the key in a contract, and its text, which everyone may read."""
    names = {name for place in contract.operation.key_places for name in (place.name, place.header) if name}
    return names, contract.raw.decode("utf-8", "replace")
