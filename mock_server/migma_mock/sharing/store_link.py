"""StoreLink: opens the store after each connection to it, restores what it lost, and reports what it missed."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import NamedTuple

from migma_contract.errors import MigmaError
from migma_mock.event_log import Note
from migma_mock.sharing.gap_reports import GapReports
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import Change
from migma_mock.sharing.store.connection import REPLY_SECONDS, StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import (
    StoreDataError,
    StoreFormatError,
    StoreLostError,
    StoreUnavailableError,
    as_sentence,
)

_START_SECONDS = 10.0
"""Seconds that a worker waits for the store when it starts."""

_PAUSE_SECONDS = 0.5
"""Seconds between two attempts to open a store that is connected."""


_OTHER_REPLIES = (
    "another process serves other fixtures or another contract, or has other settings for its replies, or did before: "
    "give all of them the same --fixtures, --contract and settings"
)


class _Restorable(NamedTuple):
    """A map as this worker had it when the store lost its data.

    Attributes:
        shared_map: The map.
        parts: Its parts.
        version: The version of the copy.
        recorded: How many requests the worker had read from its journal.
        unrecorded: How many requests the store did not get to know of.
    """

    shared_map: SharedMap
    parts: list[Change]
    version: int
    recorded: int
    unrecorded: int


class StoreLink:
    """Keeps a worker and the store together.

    Args:
        connection: The connection to the store.
        store: The store.
        registry: The copies of the worker.
        serving_digest: Returns what tells what the worker serves from what others do.
        note: Is called with sentences for people.

    Attributes:
        is_ready: True once the store was opened for the first time.
        is_up: True while the store can be used.
        why: The reason while it cannot, as a sentence without a full stop.
        gaps: Tells the store what it missed.
    """

    def __init__(
        self,
        connection: StoreConnection,
        store: Store,
        registry: SharedRegistry,
        serving_digest: Callable[[], str],
        note: Note,
    ) -> None:
        self.is_ready = self.is_up = False
        self.why = f"{connection.why}; the lifespan of the application, which opens it, has not begun"
        self._connection = connection
        self._store = store
        self._registry = registry
        self.gaps = GapReports(store, registry, lambda: self.is_up)
        self._serving_digest = serving_digest
        self._note = note
        self._epoch: str | None = None
        # Warnings that people know.
        self._told = {""}
        self._restorable: list[_Restorable] = []
        self._opening: asyncio.Task[None] | None = None
        self._decided = asyncio.Event()
        self._failure: MigmaError | None = None

    async def open(self) -> None:
        """Connect to the store, and open it now and after each loss of the connection.

        Raises:
            StoreUnavailableError: It cannot be reached in the time that a start may take; or it is a mistake that
                waiting does not heal, such as a wrong password.
            StoreFormatError: Its data is of another release of the mock.
        """
        self._decided.clear()
        self._connection.on_change = self._on_change
        try:
            await self._connection.open()
        except StoreUnavailableError as error:
            self.why = error.why
            if error.is_mistake:
                await self.close()
                raise StoreUnavailableError(as_sentence(error.why)) from None
            self._note(f"waiting for the store, at most {_START_SECONDS:g} s: {error.why}", is_warning=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                await self._decided.wait()
        if not self.is_up:
            failure = self._failure or StoreUnavailableError(as_sentence(self.why))
            await self.close()
            raise failure

    async def close(self) -> None:
        """Close the connection."""
        self._connection.on_change = lambda _is_up: None
        self.is_up, self.why = False, "this process is about to end"
        await self._stop_opening()
        await self._connection.close()
        await self.gaps.stop()

    async def reopen(self) -> None:
        """Open the store again, since it lost its data.

        Raises:
            StoreUnavailableError: It is down meanwhile.
        """
        if self.is_up:
            self.is_up, self.why = False, "the store was restarted or emptied, and is being opened again"
            self._note(self.why, is_warning=True)
        if self._opening is None:
            self._opening = asyncio.create_task(self._open_until_it_is())
        await asyncio.wait({self._opening}, timeout=REPLY_SECONDS)
        if not self.is_up:
            raise StoreUnavailableError(self.why)

    def _on_change(self, is_connected: bool) -> None:  # noqa: FBT001  # as the connection calls it
        if is_connected:
            self._opening = asyncio.create_task(self._open_until_it_is())
            return
        if self.is_up:
            self._note(
                f"{as_sentence(self._connection.why)} Accounts without faults, rate limits and scripts are answered "
                "from the last copy; requests to others, and calls of the control API, get 503.",
                is_warning=True,
            )
        self.is_up, self.why = False, self._connection.why
        if self._opening:
            self._opening.cancel()
            self._opening = None

    async def _stop_opening(self) -> None:
        opening, self._opening = self._opening, None
        if opening:
            opening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await opening

    async def _open_until_it_is(self) -> None:
        noted = ""
        while True:
            try:
                await self._open_once()
            except (StoreUnavailableError, StoreLostError, StoreFormatError) as error:
                self.why = str(error)
                if self.is_ready and noted != self.why:
                    noted = self.why
                    self._note(noted, is_warning=True)
                if isinstance(error, StoreFormatError):
                    self._failure = error
                    self._decided.set()  # a start fails; later, another release has begun to use the store
                elif isinstance(error, StoreUnavailableError) and error.is_mistake:
                    self._failure = StoreUnavailableError(as_sentence(error.why))
                    self._decided.set()
            else:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        was_ready, self._opening = self.is_ready, None
        self.is_up = self.is_ready = True
        self.why = ""
        self.gaps.start()  # of those that came during the last report
        self._decided.set()
        if was_ready:
            self._note("the store can be used again")

    async def _open_once(self) -> None:
        registry, digest = self._registry, self._serving_digest()
        async with registry.lock:
            opened = await self._store.open(self._epoch, digest, registry.copy.parts())
            if opened.is_lost:
                # Kept until all are restored, since the connection may be lost again before.
                self._restorable += [_restorable(each) for each in registry if each.is_loaded]
                registry.forget()
            await registry.load()
        self._epoch = opened.epoch
        while self._restorable:
            await self._restore(self._restorable[-1])
            self._restorable.pop()
        with contextlib.suppress(StoreDataError):  # others can be used
            await registry.map_of(registry.copy.accounts.built_in).catch_up()  # that of the keys that most clients have
        warnings = {opened.warning, "" if opened.serving_digest in ("", digest) else _OTHER_REPLIES}
        for warning in sorted(warnings - self._told):
            self._note(warning, is_warning=True)
        self._told |= warnings
        await self.gaps.report()

    async def _restore(self, restorable: _Restorable) -> None:
        shared_map = restorable.shared_map
        if shared_map.is_gone:
            return  # the worker that opened the store before did not know the account
        gap = max(1, restorable.recorded + restorable.unrecorded)  # nobody knows how many other workers recorded
        is_restored = await self._store.restore(shared_map.name, restorable.parts, restorable.version, gap)
        if is_restored:
            shared_map.unrecorded -= restorable.unrecorded


def _restorable(shared_map: SharedMap) -> _Restorable:
    """Return a map for a store that lost it."""
    copy = shared_map.copy
    return _Restorable(shared_map, copy.parts_to_restore(), copy.version, copy.journal.recorded, shared_map.unrecorded)
