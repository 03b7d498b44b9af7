"""SharedAnswers: requests that are answered from the copies of a worker, and committed to the store."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from migma_mock.engine.engine import Engine
from migma_mock.engine.subject import Subject
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.sharing import outage
from migma_mock.sharing.copies.shared_state import LostScriptError
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import Change, Commit, Committed, Stale
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreLostError, StoreUnavailableError
from migma_mock.sharing.store_link import StoreLink
from migma_mock.sharing.store_troubles import StoreTroubles

_MOST_ATTEMPTS = 1000
"""A request that was overtaken so often is refused."""

Ask = Callable[[Engine], Reply]
"""Asks the engine, which answers or records a request."""


class SharedAnswers:
    """Answers requests from the copies of a worker.

    What the engine claimed and recorded is committed to the store. If a copy was old, it is brought up to date, and the
    engine is asked again. A request that claims nothing needs no lock while it is committed, so that many are on their
    way at once.

    Args:
        store: The store.
        registry: The copies.
        link: Tells if the store can be used.
        troubles: Is told what the store refuses.
        engine: Returns the engine, which another contract replaces.
        remove_unused: Removes an account that the store has forgotten.
    """

    def __init__(
        self,
        store: Store,
        registry: SharedRegistry,
        link: StoreLink,
        troubles: StoreTroubles,
        *,
        engine: Callable[[], Engine],
        remove_unused: Callable[[SharedMap], Awaitable[object]],
    ) -> None:
        self._store = store
        self._registry = registry
        self._link = link
        self._troubles = troubles
        self._engine = engine
        self._remove_unused = remove_unused

    async def answer(self, request: Request, ask: Ask) -> Reply:
        """Return the reply of the engine once it is committed; without the store, that from a copy, or a refusal."""
        registry = self._registry
        for _ in range(_MOST_ATTEMPTS):
            await registry.settled()
            engine = self._engine()
            subject = engine.subject(request)
            shared_map = registry.map_of(subject.account)
            was_up = self._link.is_up
            try:
                reply = await self._attempt(request, ask, engine, subject, shared_map)
            except StoreUnavailableError as error:
                self._troubles.note_refusal(error)
                reply = await self._answer_without_store(request, ask, shared_map, was_up=was_up)
            if reply is not None:
                return reply
        return outage.overtaken(self._engine(), request)

    async def _attempt(
        self, request: Request, ask: Ask, engine: Engine, subject: Subject, shared_map: SharedMap
    ) -> Reply | None:
        """Return the reply of the engine if the store has committed it; None if the copies were old."""
        if not self._link.is_up:
            raise StoreUnavailableError(self._link.why)
        registry, known = self._registry, self._registry.copy.version
        try:
            if not shared_map.is_loaded:
                await self._reach(shared_map, None)
                return None
            async with shared_map.lock:
                if registry.is_changing or registry.copy.version != known or engine is not self._engine():
                    return None  # while it waited for the lock, its key may have become that of another account
                version, refusal = shared_map.copy.version, outage.lost if shared_map.copy.is_lost else None
                if not refusal:
                    try:
                        reply, committing = await self._ask(ask, engine, subject, shared_map)
                    except LostScriptError:
                        refusal = outage.lost_script
            if refusal:
                return refusal(engine, request) if await self._is_still(shared_map, version) else None
            outcome = await committing
            if isinstance(outcome, Committed):
                return reply
            await registry.reach(outcome.registry)
            await self._reach(shared_map, outcome.version)
        except StoreLostError:
            await self._link.reopen()
        return None

    async def _ask(
        self, ask: Ask, engine: Engine, subject: Subject, shared_map: SharedMap
    ) -> "tuple[Reply, asyncio.Future[Committed | Stale]]":
        """Ask the engine while the lock is held, and send what it did to the store.

        What it claimed is undone before others see it, unless the store has it.
        """
        copy = shared_map.copy
        if not copy.may_claim(subject.campaign_id, prefers=subject.prefers):
            return ask(engine), self._commit(shared_map)
        is_kept = False
        try:
            reply = ask(engine)
            changes = copy.claimed_changes()
            committing = self._commit(shared_map, changes)
            outcome = await committing
            if isinstance(outcome, Committed):
                is_kept = True
                copy.accept(changes)
                copy.version = outcome.version
        finally:
            if not is_kept:
                shared_map.undo()
        return reply, committing

    def _commit(self, shared_map: SharedMap, changes: Sequence[Change] = ()) -> "asyncio.Future[Committed | Stale]":
        copy, recorded = shared_map.copy, shared_map.copy.journal.take_outbox()
        commit = Commit(self._registry.copy.version, shared_map.name, copy.version, changes)
        if recorded is not None:
            commit.entry, commit.is_unexpected = recorded
        commit.marks_used = shared_map.marks_used()
        return self._store.commit(commit)

    async def _reach(self, shared_map: SharedMap, version: int | None) -> None:
        """Bring a copy up to date that was too old for a commit."""
        if not shared_map.is_gone and not await shared_map.reach(version):
            await self._remove_unused(shared_map)

    async def _is_still(self, shared_map: SharedMap, version: int) -> bool:
        """True if no other worker has changed an account since a version, as by resetting or deleting it."""
        await self._registry.catch_up()
        if not shared_map.is_gone:
            await shared_map.catch_up()
        return shared_map.copy.version == version and not shared_map.is_gone

    async def _answer_without_store(
        self, request: Request, ask: Ask, shared_map: SharedMap, *, was_up: bool
    ) -> Reply | None:
        """Return the reply from the last copy of an account that claims nothing, or 503 with the reason.

        None if the store can be used again.
        """
        async with shared_map.lock:  # what a control call has not committed yet is undone now
            if (self._link.is_up and not was_up) or self._registry.is_changing:
                return None
            engine = self._engine()
            subject = engine.subject(request)
            shared_map = self._registry.map_of(subject.account)
            obstacle = outage.obstacle(subject, shared_map, is_ready=self._link.is_ready)
            if obstacle:
                return outage.unreachable(engine, request, obstacle)
            reply = ask(engine)
            if shared_map.copy.journal.take_outbox() is not None:
                self._link.gaps.note(shared_map)
            return outage.from_copy(reply)
