"""SharedRegistry: the registry of all accounts as a worker uses it, and the maps of its accounts."""

import asyncio
from collections.abc import Iterator

from migma_mock.accounts.account import Account
from migma_mock.sharing.copies.registry_copy import RegistryCopy
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.store.commit import ACCOUNT, REGISTRY, UNKNOWN_KEY
from migma_mock.sharing.store.parts import UnreadablePartError
from migma_mock.sharing.store.store import Store


class SharedRegistry:
    """The registry of all accounts as a worker uses it.

    Args:
        store: The store.
        copy: The accounts and their keys in this worker.

    Attributes:
        copy: The same.
        lock: Is held while the copy is loaded or changed.
        is_changing: True while the copy has changes that are not committed yet; requests wait for the lock then.
        unknown_key: The map of the requests without a known key.
    """

    def __init__(self, store: Store, copy: RegistryCopy) -> None:
        self.copy = copy
        self.lock = asyncio.Lock()
        self.is_changing = False
        self._loading = asyncio.Lock()
        self.unknown_key = SharedMap(store, copy.unknown_key, self._loading)
        self._store = store
        self._maps: dict[str, SharedMap] = {}

    def map_of(self, account: Account | None) -> SharedMap:
        """Return the map of an account, or of the requests without one."""
        if account is None:
            return self.unknown_key
        known = self._maps.get(account.id)
        if known is None or known.copy is not self.copy.copies[account.id]:
            known = self._maps[account.id] = SharedMap(self._store, self.copy.copies[account.id], self._loading)
        return known

    def find(self, name: str) -> SharedMap | None:
        """Return the map with a name; None if there is no such account."""
        if name == UNKNOWN_KEY:
            return self.unknown_key
        copy = self.copy.copies.get(name.removeprefix(ACCOUNT))
        return None if copy is None else self.map_of(copy.account)

    def __iter__(self) -> Iterator[SharedMap]:
        """Return all maps, that of the requests without a known key at last."""
        yield from [self.map_of(copy.account) for copy in self.copy.copies.values()]
        yield self.unknown_key

    def renew_locks(self) -> None:
        """Forget who held the locks, on another event loop."""
        self.lock, self._loading, self.is_changing = asyncio.Lock(), asyncio.Lock(), False
        for each in self:
            each.renew_locks(self._loading)

    async def send_amendments(self) -> None:
        """Wait until the store has the amendments of journals that were made."""
        await asyncio.gather(*(each.send_amendments() for each in self))

    def forget(self) -> None:
        """Trust no copy any more, since the store is another one."""
        self.copy.version = 0
        for each in self:
            each.forget()

    async def load(self) -> None:
        """Take what the store has, while the lock is held.

        Raises:
            StoreUnavailableError, StoreLostError: The copy stays as it is.
            StoreDataError: No mock wrote what the store has; it is read again the next time.
        """
        changes = await self._store.changes(REGISTRY, self.copy.version)
        if changes.version == self.copy.version:
            return
        try:
            self.copy.load(changes.changes, is_whole=changes.is_whole)
        except UnreadablePartError:
            raise self._store.unreadable(REGISTRY) from None
        self.copy.version = changes.version
        for account_id in self._maps.keys() - self.copy.copies.keys():
            del self._maps[account_id]

    async def catch_up(self) -> None:
        """Take what the store has now."""
        async with self.lock:
            await self.load()

    async def reach(self, version: int) -> None:
        """Take what the store had at a version, or has now."""
        async with self.lock:
            if self.copy.version < version:  # else another request has brought it up to date meanwhile
                await self.load()

    async def settled(self) -> None:
        """Return when the copy has no changes that are not committed yet."""
        while self.is_changing:
            async with self.lock:
                pass
