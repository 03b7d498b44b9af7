"""SharedAccounts: the accounts that several workers share, as one worker uses them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from migma_mock.accounts.kept import Kept
from migma_mock.accounts.registry import Accounts
from migma_mock.engine.engine import Engine
from migma_mock.event_log import Note
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.sharing import outage
from migma_mock.sharing.control_changes import ControlChanges
from migma_mock.sharing.copies.account_copy import AccountCopy
from migma_mock.sharing.copies.registry_copy import RegistryCopy
from migma_mock.sharing.file_changes import FileChanges
from migma_mock.sharing.follower import Follower
from migma_mock.sharing.shared_answers import SharedAnswers
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import REGISTRY
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreLostError, StoreUnavailableError
from migma_mock.sharing.store.store_url import StoreUrl
from migma_mock.sharing.store_link import StoreLink
from migma_mock.sharing.store_troubles import StoreTroubles
from migma_mock.waiting import Waiting

T = TypeVar("T")


class SharedAccounts:
    """The accounts that several workers share, as one worker uses them.

    Each worker has a copy of the accounts. A request is answered from the copy, and what it changed is committed to the
    store: if the copy was old, it is brought up to date, and the request is answered again. So a change that was
    acknowledged is seen by every worker at its next request, and no fault, script step or place in a rate limit is
    claimed twice.

    Args:
        url: Where the store is.
        accounts: The accounts, of which there is only the built-in one.
        engine: Returns the engine, which another contract replaces.
        waiting: The requests that are answered late.
        serving_digest: Returns what tells what the worker serves from what others do.
        note: Is called with sentences for people.
        journal_size: How many entries each journal keeps.
        max_accounts: How many accounts there may be beside the built-in one.

    Attributes:
        store: The store.
        note_if_kept: Tells people a sentence about a control call that is being made, once the store has its change.
        file_changes: Puts changed files in place.
    """

    def __init__(
        self,
        url: StoreUrl,
        accounts: Accounts,
        engine: Callable[[], Engine],
        waiting: Waiting,
        *,
        serving_digest: Callable[[], str],
        note: Note,
        journal_size: int,
        max_accounts: int,
    ) -> None:
        connection = StoreConnection(url)
        self.store = Store(connection, journal_size)
        self._engine = engine
        self._registry = SharedRegistry(self.store, RegistryCopy(accounts))
        self._link = StoreLink(connection, self.store, self._registry, serving_digest, note)
        self._control_changes = ControlChanges(self.store, self._registry, max_accounts, note)
        self._troubles = StoreTroubles(self.store, self._registry, note)
        self._answers = SharedAnswers(
            self.store, self._registry, self._link, self._troubles, engine=engine, remove_unused=self._remove_unused
        )
        self._follower = Follower(self.store, self._registry, waiting, self._link, self._troubles)
        self._recording: set[asyncio.Task[Reply]] = set()
        self.note_if_kept = self._control_changes.note
        self.file_changes = FileChanges(self._registry)

    @property
    def is_ready(self) -> bool:
        """True once the store was opened: before that, nothing can be answered."""
        return self._link.is_ready

    @property
    def is_up(self) -> bool:
        """True while the store can be used."""
        return self._link.is_up

    @property
    def why(self) -> str:
        """The reason while the store cannot be used, as a sentence without a full stop."""
        return self._link.why

    @property
    def refusal(self) -> str:
        """The reason while the store can be read and takes no changes, as such a sentence."""
        return self._troubles.refusal

    @property
    def lost(self) -> str:
        """The accounts that are lost since the store lost its data, as such a sentence; empty for none."""
        return self._troubles.lost

    async def open(self) -> None:
        """Open the store, on the running event loop.

        Raises:
            StoreUnavailableError: It cannot be reached.
            StoreFormatError: Its data is of another release of the mock.
        """
        self._registry.renew_locks()
        await self._link.open()
        self._follower.start()
        self.file_changes.start()

    async def close(self) -> None:
        """Close the connection to the store, once it has the requests that came before."""
        await self.file_changes.stop()
        await self._follower.stop()
        if self._recording:
            await asyncio.wait(self._recording)
        await self._registry.send_amendments()
        await self._link.close()

    async def answer(self, request: Request, *, has_connection: bool = True) -> Reply:
        """Return the reply of :meth:`Engine.answer`, once the store has what it claimed and recorded."""
        return await self._answers.answer(request, lambda engine: engine.answer(request, has_connection=has_connection))

    async def record(self, request: Request, reply: Reply, seconds: float = 0, shown: Reply | None = None) -> Reply:
        """Return the reply of :meth:`Engine.record`, once the store has what it recorded."""
        return await self._answers.answer(request, lambda engine: engine.record(request, reply, seconds, shown))

    def record_soon(self, request: Request, reply: Reply) -> Reply:
        """Return the reply of :meth:`Engine.record`, and record it without waiting for the store."""
        engine = self._engine()
        sent = engine.record(request, reply)
        self._registry.map_of(engine.subject(request).account).copy.journal.take_outbox()
        task = asyncio.ensure_future(self.record(request, reply))
        self._recording.add(task)
        task.add_done_callback(self._recording.discard)
        return sent

    async def bring_up_to_date(self, names: Sequence[str]) -> None:
        """Bring the copies of some maps and their journals up to date; of all maps if no name is given.

        Raises:
            StoreUnavailableError: The store cannot be reached, or has lost the state of the account.
        """
        await self._using_store(lambda: self._follower.look([name for name in names if name != REGISTRY]))
        for each in [self._registry.find(name) for name in names]:
            if each is not None and each.copy.is_lost and REGISTRY not in names:
                raise outage.lost_error()

    async def kept(self) -> Kept:
        """Return how much the accounts of all workers keep.

        Raises:
            StoreUnavailableError: The store cannot be reached.
        """

        async def count() -> Kept:
            await self._registry.catch_up()
            return await self.store.kept([copy.map for copy in self._registry.copy.copies.values()])

        return await self._using_store(count)

    def following(self, names: Sequence[str], *, is_on: bool = True) -> AbstractContextManager[None]:
        """Keep the same copies up to date in a ``with`` block, many times a second."""
        return self._follower.following(names, is_on=is_on)

    async def change(self, names: Sequence[str], run: Callable[[], Awaitable[T]]) -> T:
        """Run a function that changes some copies, and return its result once the store has the change.

        Args:
            names: The maps that it may change: the registry, one of an account, or both.
            run: The function. It may act on nothing but these copies, since it runs again if other workers came before.

        Raises:
            StoreUnavailableError: The change is not kept; or, if that ``is_uncertain``, it may be.
        """
        return await self._using_store(lambda: self._control_changes.change(names, run))

    async def _using_store(self, use: Callable[[], Awaitable[T]]) -> T:
        if not self.is_up:
            raise StoreUnavailableError(self.why)
        try:
            try:
                return await use()
            except StoreLostError:
                await self._link.reopen()
                return await use()
        except StoreUnavailableError as error:
            self._troubles.note_refusal(error)
            raise

    async def _remove_unused(self, shared_map: SharedMap) -> None:
        """Remove an account that the store has forgotten, since it was not used for a long time."""
        copy = shared_map.copy
        if not isinstance(copy, AccountCopy) or copy.account.is_built_in:
            return
        accounts, account_id = self._registry.copy.accounts, copy.account.id

        async def delete() -> None:
            if not shared_map.is_gone:
                accounts.delete(account_id)

        await self._control_changes.change([REGISTRY, shared_map.name], delete)
