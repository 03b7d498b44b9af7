"""RegistryCopy: the accounts and their keys in this worker, beside the registry's parts as the store has them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from migma_contract.redaction import Secret
from migma_mock.accounts.account import BUILT_IN, Account, AccountKeys, InitialState
from migma_mock.accounts.registry import Accounts
from migma_mock.sharing.copies.account_copy import AccountCopy
from migma_mock.sharing.copies.known_parts import state_of
from migma_mock.sharing.copies.small_parts import decode_limits, encode_limits
from migma_mock.sharing.copies.unknown_key_copy import UnknownKeyCopy
from migma_mock.sharing.store.commit import ACCOUNT, Change
from migma_mock.sharing.store.parts import UNREADABLE, UnreadablePartError, decode, encode, encode_time

_LAST_NUMBER = "last-number"
_FORMER = "former:"
"""Before the id of an account that was deleted, whose keys are remembered."""


class RegistryCopy:
    """The accounts and their keys in this worker, beside the registry's parts as the store has them.

    Args:
        accounts: The accounts, of which there is only the built-in one.

    Attributes:
        accounts: The accounts.
        version: The version of the registry that they were loaded from; 0 before that.
        copies: The copy of each account by its id, the built-in one included; one that was created in this worker is
            in it after :meth:`changes`.
        unknown_key: The copy of the journal of the requests without a known key.
    """

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.version = 0
        self.copies: dict[str, AccountCopy] = {}
        self.unknown_key = UnknownKeyCopy(accounts)
        self._known: dict[str, str] = {}
        # The names of those that are no accounts: these few are all looked at, and of accounts only what was touched.
        self._known_small: set[str] = set()
        # The ids of the accounts that were added or removed since nothing differed from what the store has.
        self._touched: set[str] = set()
        accounts.on_change = self._touched.add
        # The texts of the accounts, which never change.
        self._texts: dict[str, str] = {}
        self._copy(accounts.built_in)

    def changes(self) -> list[Change]:
        """Return everything that differs from what the store has: accounts created and deleted."""
        now = self._small_parts()
        for account_id in (BUILT_IN, *sorted(self._touched, key=_number)):
            account = self.accounts.peek(account_id)
            if account is not None:
                if account_id not in self.copies:
                    self._copy(account)
                now[ACCOUNT + account_id] = self._texts[account_id]
        changed = [Change(name, text) for name, text in now.items() if self._known.get(name) != text]
        gone = self._known_small.union(ACCOUNT + account_id for account_id in self._touched) - now.keys()
        return changed + [Change(name, None) for name in sorted(gone) if name in self._known]

    def parts(self) -> list[Change]:
        """Return all parts as they are now: for the opening of a store that is empty."""
        accounts = {ACCOUNT + account.id: self._texts[account.id] for account in self.accounts.all}
        return [Change(name, text) for name, text in {**self._small_parts(), **accounts}.items()]

    def accept(self, changes: Iterable[Change]) -> None:
        """Note that the store has these changes of the registry now."""
        self._take(changes)
        self._drop_copies()
        self._touched.clear()

    def _take(self, changes: Iterable[Change]) -> None:
        for name, text in changes:
            if text is None:
                self._known.pop(name, None)
                self._known_small.discard(name)
                continue
            self._known[name] = text
            if not name.startswith(ACCOUNT):
                self._known_small.add(name)

    def roll_back(self) -> None:
        """Undo everything that was not accepted; an account that returns has to be loaded from the store again."""
        self.load(())

    def load(self, changes: Iterable[Change], *, is_whole: bool = False) -> None:
        """Undo everything that was not accepted, and take what the store has: accounts come and go.

        Args:
            changes: Parts that others changed.
            is_whole: True if these are all parts; accounts beside them are removed.

        Raises:
            UnreadablePartError: No mock wrote them.
        """
        known, small = dict(self._known), set(self._known_small)
        try:
            self._load(changes, is_whole=is_whole)
        except UNREADABLE as error:
            self._known, self._known_small = known, small  # so that all of it is restored the next time
            raise UnreadablePartError from error

    def _load(self, changes: Iterable[Change], *, is_whole: bool) -> None:
        changes, undone = list(changes), self.changes()
        if is_whole:
            now = {name for name, text in changes if text is not None}
            changes += [Change(name, None) for name in self._known if name not in now]
        names = {change.name for change in undone}
        names |= {name for name, text in changes if self._known.get(name) != text}
        self._take(changes)
        # First those that go, since another one may have their keys.
        for name in names:
            account_id = name.removeprefix(ACCOUNT)
            if name.startswith(ACCOUNT) and account_id != BUILT_IN and self.accounts.peek(account_id):
                self.accounts.remove(account_id)
        for name in sorted(names, key=_number):
            self._restore(name, self._known.get(name))
        self.accounts.last_number = int(self._known.get(_LAST_NUMBER, "0"))
        self._drop_copies()
        self._touched.clear()

    def order_by_use(self, least_used: Sequence[str]) -> None:
        """Note in which order all workers used the accounts, which decides about the one that makes room for another.

        Args:
            least_used: The ids of accounts, the least recently used first.
        """
        self.accounts.order_by_use(least_used)

    def _small_parts(self) -> dict[str, str]:
        """Return the parts that are no accounts."""
        former = self.accounts.former_keys
        return {
            _LAST_NUMBER: str(self.accounts.last_number),
            **{_FORMER + id_: encode([secret.decode() for secret in former.of(id_)]) for id_ in former},
        }

    def _copy(self, account: Account, text: str | None = None) -> None:
        """Make the copy of an account in its initial state, which was created here or, if it has a text, elsewhere."""
        copy = self.copies[account.id] = AccountCopy(account, lambda: self.accounts.contract)
        self._texts[account.id] = text or _account_text(account)
        if text is not None:
            copy.begin_at(datetime.fromisoformat(decode(text)["began"]))

    def _restore(self, name: str, text: str | None) -> None:
        """Bring one part into the form that the store has; None if it has none."""
        accounts = self.accounts
        if name.startswith(_FORMER):
            accounts.former_keys.forget(name.removeprefix(_FORMER))
            if text is not None:
                accounts.former_keys.add(name.removeprefix(_FORMER), [secret.encode() for secret in decode(text)])
        if not name.startswith(ACCOUNT):
            return
        account_id = name.removeprefix(ACCOUNT)
        if account_id == BUILT_IN:
            if text is not None:
                self.copies[BUILT_IN].begin_at(datetime.fromisoformat(decode(text)["began"]))
                self._texts[BUILT_IN] = text
            return
        if text is not None:
            part = decode(text)
            keys = AccountKeys(*map(Secret, part["keys"]))
            start = part["start"] and datetime.fromisoformat(part["start"])
            initial = InitialState(part["empty"], decode_limits(part["limits"]), start)
            self._copy(accounts.add(account_id, part["name"], keys, initial), text)

    def _drop_copies(self) -> None:
        for account_id in self._touched:
            copy = self.copies.get(account_id)
            if copy is not None and self.accounts.peek(account_id) is not copy.account:
                del self.copies[account_id], self._texts[account_id]


def _account_text(account: Account) -> str:
    began = encode_time(state_of(account).started)
    if account.is_built_in:
        return encode({"began": began})
    initial = account.initial
    return encode(
        {
            "name": account.name,
            "keys": [key.reveal() for key in account.keys],
            "empty": initial.empty,
            "limits": encode_limits(initial.limits),
            "start": encode_time(initial.start),
            "began": began,
        }
    )


def _number(name: str) -> tuple[int, str]:
    """Return a key that sorts parts by the numbers of their accounts, in the order in which these were created."""
    number = name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0, name
