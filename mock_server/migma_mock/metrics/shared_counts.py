"""SharedCounts: the counts of all workers together, which each adds to the store."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from migma_mock.metrics.counts import Counts, Totals
from migma_mock.sharing.store.store_errors import StoreUnavailableError

_EVERY_SECONDS = 1.0


class CountStore(Protocol):
    """The part of the store that keeps counts."""

    async def add_counts(self, counts: Mapping[str, float]) -> None:
        """Add numbers to the counts of all workers: all of them, or none."""

    async def counts(self) -> dict[str, float]:
        """Return the counts of all workers."""


class SharedCounts:
    """Adds what a worker counts to the store, once a second and before it is read, and reads what all have added.

    Nothing is added twice. If the connection is lost while numbers are on their way, they are taken for added, so such
    a failure and the death of a worker each lose at most the counts of the last second. While the store is down,
    numbers wait.

    Args:
        counts: The counts of this worker.
        store: The store that the workers share; None for one process alone.
    """

    def __init__(self, counts: Counts, store: CountStore | None) -> None:
        self._counts = counts
        self._store = store
        self._added: Totals = {}
        self._adding = asyncio.Lock()

    async def totals(self) -> Totals:
        """Return the counts of all workers.

        Raises:
            StoreUnavailableError: The store cannot be reached.
        """
        if self._store is None:
            return self._counts.totals()
        await self._add_new(self._store)
        return await self._store.counts()

    async def _add_new(self, store: CountStore) -> None:
        """Add what was counted since the last time."""
        async with self._adding:
            before, totals = self._added, self._counts.totals()
            new = {name: number - before.get(name, 0.0) for name, number in totals.items()}
            new = {name: number for name, number in new.items() if number}
            if not new:
                return
            # Before the command is on its way: a task that is cancelled meanwhile cannot know if it was applied.
            self._added = totals
            try:
                await store.add_counts(new)
            except StoreUnavailableError as error:
                if not error.is_uncertain:
                    self._added = before
                raise

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Add once a second within this block, and once more at its end."""
        if self._store is None:
            yield
            return
        task = asyncio.create_task(self._add_again_and_again(self._store))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            with contextlib.suppress(StoreUnavailableError):
                await self._add_new(self._store)

    async def _add_again_and_again(self, store: CountStore) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            with contextlib.suppress(StoreUnavailableError):
                await self._add_new(store)
