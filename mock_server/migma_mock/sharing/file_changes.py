"""FileChanges: fixture files or a contract that changed, and what that changes in the accounts."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import TypeVar

from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import Change
from migma_mock.sharing.store.store_errors import StoreLostError, StoreUnavailableError

T = TypeVar("T")

_PAUSE_SECONDS = 0.5
"""Seconds until a change is tried again that the store could not take."""


class FileChanges:
    """Puts changed files in place, and commits what that changes in the accounts.

    A campaign that was put gives way to its file when that changes, and a script that changed starts again. Each worker
    reads the files itself; what gave way in one must not come back from the store.

    Args:
        registry: The copies of the worker.
    """

    def __init__(self, registry: SharedRegistry) -> None:
        self._registry = registry
        self._loop: asyncio.AbstractEventLoop | None = None
        self._keeping: set[asyncio.Task[None]] = set()

    @property
    def is_keeping(self) -> bool:
        """True until the store has all that changed."""
        return bool(self._keeping)

    def start(self) -> None:
        """Take the running event loop as the one that answers requests."""
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Try no longer what the store could not take so far."""
        self._loop = None
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    def run(self, put_in_place: Callable[[], T]) -> T:
        """Put files in place while no request or control call has a change that is not committed; from any thread.

        Args:
            put_in_place: Does so, on the event loop if requests are answered.
        """
        if self._loop is None:
            return put_in_place()
        return asyncio.run_coroutine_threadsafe(self._run(put_in_place), self._loop).result()

    async def _run(self, put_in_place: Callable[[], T]) -> T:
        maps = [*self._registry]
        async with AsyncExitStack() as held:
            for each in maps:
                await held.enter_async_context(each.lock)
            result = put_in_place()
            changed = [(each, each.copy.changes()) for each in maps if not each.is_gone]
        for each, changes in changed:
            if changes:
                task = asyncio.create_task(self._keep(each, changes))
                self._keeping.add(task)
                task.add_done_callback(self._keeping.discard)
        return result

    async def _keep(self, shared_map: SharedMap, changes: Sequence[Change]) -> None:
        """Commit changes, however often others change the same or the store is down."""
        while not shared_map.is_gone:
            try:
                await self._registry.catch_up()
                if await shared_map.keep(self._registry.copy.version, changes):
                    return
            except (StoreUnavailableError, StoreLostError):
                await asyncio.sleep(_PAUSE_SECONDS)
