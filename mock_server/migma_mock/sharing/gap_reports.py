"""GapReports: tells the store how many requests a worker answered without it."""

import asyncio
import contextlib
from collections.abc import Callable

from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import Stale
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreDataError, StoreLostError, StoreUnavailableError

_PAUSE_SECONDS = 0.5
"""Seconds after a report that the store refused."""


class GapReports:
    """Tells the store how many requests a worker answered without it, so that journals say what they lack.

    Rather told twice than never: a commit whose outcome is uncertain is told too.

    Args:
        store: The store.
        registry: The copies of the worker, which count such requests.
        is_up: Returns True while the store can be used.
    """

    def __init__(self, store: Store, registry: SharedRegistry, is_up: Callable[[], bool]) -> None:
        self._store = store
        self._registry = registry
        self._is_up = is_up
        self._reporting: asyncio.Task[None] | None = None
        self._has_news = False

    def note(self, shared_map: SharedMap) -> None:
        """Note that a request was answered without the store, which is told so as soon as it can be used."""
        shared_map.unrecorded += 1
        if self._is_up():
            self.start()

    def start(self) -> None:
        """Report at once, but once for all requests that come meanwhile."""
        self._has_news = True
        if self._reporting is None or self._reporting.done():
            self._reporting = asyncio.create_task(self._report_news())

    async def stop(self) -> None:
        """Wait for the end of a report."""
        if self._reporting:
            await self._reporting

    async def report(self) -> None:
        """Report the gaps of all accounts; one of which the store has something that no mock wrote is passed over.

        Raises:
            StoreUnavailableError, StoreLostError: The store could not be told everything.
        """
        await asyncio.gather(*(self._report_one(each) for each in self._registry if each.unrecorded))

    async def _report_news(self) -> None:
        while self._has_news and self._is_up():
            self._has_news = False
            try:
                await self.report()
            except (StoreUnavailableError, StoreLostError):
                await asyncio.sleep(_PAUSE_SECONDS)  # a store that refuses this refuses every request

    async def _report_one(self, shared_map: SharedMap) -> None:
        with contextlib.suppress(StoreDataError):
            while shared_map.unrecorded and not shared_map.is_gone and not shared_map.is_unreadable:
                await self._try_to_report(shared_map)

    async def _try_to_report(self, shared_map: SharedMap) -> None:
        registry = self._registry
        reported, shared_map.unrecorded = shared_map.unrecorded, 0
        is_told = False
        try:
            outcome = await self._store.commit(shared_map.commit_of_gap(registry.copy.version, reported))
            is_told = not isinstance(outcome, Stale)
        finally:
            if not is_told:
                shared_map.unrecorded += reported
        if not is_told:
            await registry.catch_up()
            await shared_map.catch_up()
