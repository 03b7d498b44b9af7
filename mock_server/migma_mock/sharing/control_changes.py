"""ControlChanges: changes by the control API, made on copies that are up to date, and kept before they count."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from migma_mock.accounts.account import Account
from migma_mock.sharing.copies.account_copy import AccountCopy
from migma_mock.sharing.outage import lost_error
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import ACCOUNT, LOST, REGISTRY, Change, Commit, Stale
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreDataError, StoreLostError, StoreUnavailableError

T = TypeVar("T")

_MOST_ATTEMPTS = 1000


class _OvertakenError(Exception):
    """Another worker changed the same, so that the change has to be made again."""


class ControlChanges:
    """Makes changes that are computed from the copies of a worker.

    Args:
        store: The store.
        registry: The copies.
        max_accounts: How many accounts there may be beside the built-in one.
        note: Is called with sentences for people, once what they tell is kept.
    """

    def __init__(
        self, store: Store, registry: SharedRegistry, max_accounts: int, note: Callable[[str], object]
    ) -> None:
        self._store = store
        self._registry = registry
        self._max_accounts = max_accounts
        self._note = note
        self._notes: list[str] = []

    def note(self, text: str) -> None:
        """Tell people something about a change that is being made, if it is kept."""
        self._notes.append(text)

    async def change(self, names: Sequence[str], run: Callable[[], Awaitable[T]]) -> T:
        """Run a function that changes copies, and commit what it changed.

        If others came before, what it changed is undone, and it runs again on what the others made of it.

        Args:
            names: The maps that it may change: the registry, a map of an account, or both.
            run: The function. It may act on nothing but these copies.

        Raises:
            StoreUnavailableError: The change is not kept; or, if that ``is_uncertain``, it may be.
            StoreLostError: The store has to be opened again, and nothing is changed.
        """
        await self._registry.catch_up()
        for _ in range(_MOST_ATTEMPTS):
            with contextlib.suppress(_OvertakenError):
                return await self._attempt(names, run)
            await self._registry.catch_up()
        raise StoreUnavailableError("other processes changed the same again and again; try again")

    async def _attempt(self, names: Sequence[str], run: Callable[[], Awaitable[T]]) -> T:
        changes_registry = REGISTRY in names
        async with contextlib.AsyncExitStack() as held:
            if changes_registry:
                await held.enter_async_context(self._registry.lock)
                await self._registry.load()
            found = [self._registry.find(name) for name in names if name != REGISTRY]
            shared_map = next(iter(found), None)
            if shared_map is not None:
                await held.enter_async_context(shared_map.lock)
                if shared_map.is_gone:
                    raise _OvertakenError
                # An account that cannot be read can be deleted.
                with contextlib.suppress(*[StoreDataError] if changes_registry else []):
                    await shared_map.load()
                if shared_map.is_gone:
                    raise _OvertakenError
            elif changes_registry:
                await self._order_by_use()  # only a new account makes another one give way
            else:
                return await run()  # there is no such account, as the function will find out
            async with self._undone_unless_kept(shared_map, changes_registry=changes_registry):
                return await self._run(shared_map, run, changes_registry=changes_registry)

    async def _order_by_use(self) -> None:
        """Learn which account all workers together used least, if one has to make room for another."""
        if len(self._registry.copy.copies) > self._max_accounts:
            names = await self._store.least_used()
            self._registry.copy.order_by_use([name.removeprefix(ACCOUNT) for name in names])

    @contextlib.asynccontextmanager
    async def _undone_unless_kept(self, shared_map: SharedMap | None, *, changes_registry: bool) -> AsyncIterator[None]:
        registry = self._registry
        if changes_registry:
            registry.is_changing, self._notes = True, []
        try:
            yield
        except BaseException:
            # Whatever happened, a cancellation included: the copies are what the store had.
            if changes_registry:
                registry.copy.roll_back()
            if shared_map is not None and not shared_map.is_gone:
                shared_map.undo()
            raise
        finally:
            if changes_registry:
                registry.is_changing = False

    async def _run(self, shared_map: SharedMap | None, run: Callable[[], Awaitable[T]], *, changes_registry: bool) -> T:
        before = _Before(shared_map)
        result = await run()
        registry_changes = self._registry.copy.changes() if changes_registry else []
        created = [change.name for change in registry_changes if change.text is not None and _is_account(change)]
        deleted = [change.name for change in registry_changes if change.text is None and _is_account(change)]
        target = self._registry.find(created[0]) if created else shared_map
        if target is None:
            return result
        is_deleted = target.name in deleted
        changes = [] if is_deleted else list(target.copy.changes())
        clears = bool(created) or (not is_deleted and before.is_cleared)
        if not (changes or registry_changes or clears):
            return result
        if target.copy.is_lost and not is_deleted and Change(LOST, None) not in changes:
            raise lost_error()
        commit = Commit(
            self._registry.copy.version,
            target.name,
            target.copy.version,
            changes,
            registry_changes,
            deleted,
            clears_journal=clears,
            marks_used=not is_deleted,
        )
        outcome = await self._store.commit(commit)
        if isinstance(outcome, Stale):
            raise _OvertakenError
        if changes_registry:
            self._registry.copy.accept(registry_changes)
            self._registry.copy.version = outcome.registry
        if not is_deleted:
            target.copy.accept(changes)
            await self._settle(target, outcome.version, reads=clears)
        for text in self._notes:
            self._note(text)
        return result

    async def _settle(self, target: SharedMap, version: int, *, reads: bool) -> None:
        """Note the version of a copy that was committed; read what the store made of it, if its journal is new."""
        if not reads:
            target.copy.version = version
            return
        with contextlib.suppress(StoreUnavailableError, StoreLostError):  # then it is read when the store is back
            await target.load()


class _Before:
    """Tells if a function cleared the journal of a map, also by resetting its account."""

    def __init__(self, shared_map: SharedMap | None) -> None:
        self._copy = None if shared_map is None else shared_map.copy
        self._journal = None if self._copy is None else self._copy.journal
        self._resets = _resets(self._account)

    @property
    def is_cleared(self) -> bool:
        """True if it did."""
        is_other = self._copy is not None and self._copy.journal is not self._journal
        return is_other or _resets(self._account) != self._resets

    @property
    def _account(self) -> Account | None:
        return self._copy.account if isinstance(self._copy, AccountCopy) else None


def _resets(account: Account | None) -> int:
    return account.resets if account else 0


def _is_account(change: Change) -> bool:
    return change.name.startswith(ACCOUNT)
