"""SharedMap: one map of the store as a worker uses it: its copy, who may change the copy, and what it must report."""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from migma_mock.sharing.copies.account_copy import AccountCopy
from migma_mock.sharing.copies.unknown_key_copy import UnknownKeyCopy
from migma_mock.sharing.store.commit import Change, Commit, Stale
from migma_mock.sharing.store.parts import UnreadablePartError
from migma_mock.sharing.store.replies import Changes, Head
from migma_mock.sharing.store.store import PAGE, Store
from migma_mock.sharing.store.store_errors import StoreDataError, StoreLostError, StoreUnavailableError

_USE_SECONDS = 1.0
"""Seconds after which a map that is used is marked again, so that it is kept and makes room for no other account."""


class SharedMap:
    """One map of the store as a worker uses it: an account's, or that of the requests without a known key.

    Args:
        store: The store.
        copy: The copy of the map in this worker.
        loading: Is held while records of a journal are loaded, which takes long: one page of all journals at a time.

    Attributes:
        name: The name of the map.
        copy: The same copy.
        lock: Is held while the copy has changes that are not committed yet.
        is_loaded: True once the copy is one of the store, so that it can be used while the store is down.
        is_unreadable: True if the store has something in the map that no mock wrote; the copy cannot be used then.
        unrecorded: How many requests this worker answered that the store does not know of.
        seen: What the store had when the journal was read the last time; None before that.
    """

    def __init__(self, store: Store, copy: AccountCopy | UnknownKeyCopy, loading: asyncio.Lock) -> None:
        self.name = copy.map
        self.copy = copy
        self.lock = asyncio.Lock()
        self.is_loaded = self.is_unreadable = False
        self.unrecorded = 0
        self.seen: Head | None = None
        self._store = store
        # How often the store began anew: what was read before means nothing then.
        self._life = 0
        self._reading = asyncio.Lock()
        self._loading = loading
        self._used_at = -_USE_SECONDS
        self._amending: set[asyncio.Task[None]] = set()
        copy.journal.on_amend = self._amend

    @property
    def is_holding(self) -> bool:
        """True if a request of its account waits until it is let go."""
        return isinstance(self.copy, AccountCopy) and self.copy.is_holding

    @property
    def is_gone(self) -> bool:
        """True if its account was deleted."""
        return isinstance(self.copy, AccountCopy) and self.copy.account.is_deleted

    def marks_used(self) -> bool:
        """True once a second: the next commit marks the map as used."""
        now = time.monotonic()
        if now - self._used_at < _USE_SECONDS:
            return False
        self._used_at = now
        return True

    def undo(self) -> None:
        """Undo what was not committed."""
        self.copy.journal.take_outbox()
        self.copy.roll_back()

    def forget(self) -> None:
        """Trust the copy no more: the store may have gone back to an earlier state, or lost everything."""
        self.is_loaded, self.seen = False, None
        self._life += 1
        self.copy.version = 0
        self.copy.journal.forget()

    async def load(self) -> bool:
        """Take what the store has, while the lock is held; False if it has nothing of the map any more, or it is gone.

        Raises:
            StoreUnavailableError, StoreLostError: The copy stays as it is.
            StoreDataError: It cannot be used, until the store has something else.
        """
        changes = await self._changes()
        life = self._life
        await self.copy.prepare(changes.changes)
        if self._life != life:  # what was read is of a store that lost it
            return await self.load()
        if self.is_gone:  # the registry was read meanwhile
            return False
        try:
            self.copy.load(changes.changes, is_whole=changes.is_whole)
        except UnreadablePartError:
            self._distrust()
            raise self._store.unreadable(self.name) from None
        finally:
            self.copy.version = changes.version  # also if nobody can read it: the account can be deleted
        self.is_loaded, self.is_unreadable = True, False
        self.copy.journal.unrecorded = changes.gap
        return changes.exists

    async def _changes(self) -> Changes:
        """Return what the store has beyond the copy."""
        try:
            return await self._store.changes(self.name, self.copy.version if self.is_loaded else 0)
        except StoreDataError:
            self._distrust()
            raise self._store.unreadable(self.name) from None

    def _distrust(self) -> None:
        self.is_loaded, self.is_unreadable = False, True

    async def catch_up(self) -> bool:
        """Take what the store has now; False as for :meth:`load`. It waits for the lock only if there is anything."""
        if self.is_loaded:
            changes = await self._changes()
            if changes.version == self.copy.version:
                self.copy.journal.unrecorded = changes.gap
                return changes.exists
        async with self.lock:
            return await self.load()

    async def reach(self, version: int | None) -> bool:
        """Take what the store has, unless the copy has it meanwhile through another request; False as for :meth:`load`.

        Args:
            version: The version that the store has at least; 0 if it has no parts of the map. None if a copy of any age
                will do.
        """
        async with self.lock:
            known = self.copy.version
            if self.is_loaded and (version is None or version == known or 0 < version < known):
                return True
            return await self.load()

    async def keep(self, registry: int, changes: Sequence[Change]) -> bool:
        """Commit changes that this worker makes whatever the store has; False if others came before."""
        async with self.lock:
            await self.load()
            outcome = await self._store.commit(Commit(registry, self.name, self.copy.version, changes))
            if isinstance(outcome, Stale):
                return False
            await self.load()
            return True

    async def catch_up_with_journal(self) -> bool:
        """Do the same, and read the requests that the journal has since the last time."""
        async with self._reading:
            while True:
                journal = self.copy.journal
                # The journal first: if it was cleared in between, the parts tell so.
                page = await self._store.journal(self.name, journal.position)
                exists = await self.catch_up()
                async with self._loading:
                    if self.copy.journal is not journal:
                        continue
                    journal.load(page)
                    await asyncio.sleep(0)  # other requests come before the next page, of whatever journal
                if len(page.records) < PAGE:
                    return exists

    async def send_amendments(self) -> None:
        """Wait until the store has the amendments that were made."""
        if self._amending:
            await asyncio.wait(self._amending)

    def renew_locks(self, loading: asyncio.Lock) -> None:
        """Forget who held the locks, on another event loop."""
        self.lock, self._reading, self._loading = asyncio.Lock(), asyncio.Lock(), loading

    def _amend(self, record: bytes) -> None:
        task = asyncio.get_running_loop().create_task(self._send_amendment(record))
        self._amending.add(task)
        task.add_done_callback(self._amending.discard)

    async def _send_amendment(self, record: bytes) -> None:
        # If the store is down, nothing is lost but the time at which the reply was sent.
        with contextlib.suppress(StoreUnavailableError, StoreLostError):
            await self._store.amend(self.name, record)

    def commit_of_gap(self, registry: int, unrecorded: int) -> Commit:
        """Return the commit that tells the store how many requests it does not know of."""
        return Commit(registry, self.name, self.copy.version, unrecorded=unrecorded)
