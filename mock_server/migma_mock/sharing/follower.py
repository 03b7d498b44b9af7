"""Follower: keeps the copies of a worker up to date: those that somebody waits for at once, all others soon."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Awaitable, Iterator, Sequence
from typing import cast

from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store.commit import REGISTRY
from migma_mock.sharing.store.replies import Head
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreDataError, StoreLostError, StoreUnavailableError
from migma_mock.sharing.store_link import StoreLink
from migma_mock.sharing.store_troubles import StoreTroubles
from migma_mock.waiting import Waiting

_LOOK_SECONDS = 0.05
_LOOKS_FOR_COPIES = 20
"""Each so many looks, all copies are brought up to date, since they are what is left while the store is down."""

_AT_ONCE = 50
"""Maps that are looked at with one write to the store; between two such groups, other requests are answered."""

_ALL = ""
"""Stands for all maps among the names that are followed."""


class Follower:
    """Looks for changes that other workers made.

    It looks twenty times a second for those that somebody waits for: event streams, verifications that wait, and
    requests that are held until their fault is disarmed; once a second for all others, without their journals.

    Args:
        store: The store.
        registry: The copies of this worker.
        waiting: The requests that are answered late.
        link: Is told if the store lost its data.
        troubles: Looks as well.
    """

    def __init__(
        self, store: Store, registry: SharedRegistry, waiting: Waiting, link: StoreLink, troubles: StoreTroubles
    ) -> None:
        self._store = store
        self._registry = registry
        self._waiting = waiting
        self._link = link
        self._troubles = troubles
        self._followed: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start looking, on the running event loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Look no more."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    @contextlib.contextmanager
    def following(self, names: Sequence[str], *, is_on: bool = True) -> Iterator[None]:
        """Keep some maps up to date, or all if no name is given."""
        followed = (names or [_ALL]) if is_on else []
        self._followed.update(followed)
        try:
            yield
        finally:
            self._followed.subtract(followed)
            self._followed += Counter()  # drops those that nobody follows any more

    async def look(self, names: Sequence[str] = ()) -> None:
        """Bring some maps, or all, up to date with their journals.

        Raises:
            StoreUnavailableError, StoreLostError: The store cannot be used.
            StoreDataError: One of the names cannot be read. If all maps are looked at, such a one is passed over.
        """
        await self._registry.catch_up()
        found = [*map(self._registry.find, names)] if names else [*self._registry]
        for maps in _in_groups([each for each in found if each is not None]):
            heads = await self._store.heads(each.name for each in maps)
            fresh = [(each, head) for each, head in zip(maps, heads, strict=True) if each.seen != head]
            failures = await _done([each.catch_up_with_journal() for each, _ in fresh])
            for (each, head), failure in zip(fresh, failures, strict=True):
                if failure is None:
                    each.seen = head
                elif names:
                    raise failure

    async def _renew_copies(self) -> None:
        await self._registry.catch_up()
        for maps in _in_groups([*self._registry]):
            heads = await self._store.heads(each.name for each in maps)
            old = [each for each, head in zip(maps, heads, strict=True) if not _is_current(each, head)]
            await _done([each.catch_up() for each in old])
        await self._troubles.look()
        await self._link.gaps.report()  # at last, since a store that is full refuses it

    async def _run(self) -> None:
        for number in itertools.count():
            with contextlib.suppress(StoreUnavailableError):  # then the next look may succeed
                try:
                    await self._look_once(renews_copies=number % _LOOKS_FOR_COPIES == 0)
                except StoreLostError:
                    await self._link.reopen()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _look_once(self, *, renews_copies: bool) -> None:
        wanted = self._wanted()
        if wanted is not None:
            await self.look(wanted)
        if renews_copies:
            await self._renew_copies()

    def _wanted(self) -> list[str] | None:
        """Return the names of the maps to look at; an empty list for all, None for none."""
        if self._followed[_ALL]:
            return []
        names = {name for name in self._followed if name != REGISTRY}
        if len(self._waiting):
            names |= {each.name for each in self._registry if each.is_holding}
        return sorted(names) or None


async def _done(calls: Sequence[Awaitable[object]]) -> list[StoreDataError | None]:
    """Wait for calls about one map each; return which of the maps cannot be read, as the others can go on."""
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    failures = [outcome if isinstance(outcome, BaseException) else None for outcome in outcomes]
    for failure in failures:
        if failure is not None and not isinstance(failure, StoreDataError):
            raise failure
    return cast("list[StoreDataError | None]", failures)


def _is_current(shared_map: SharedMap, head: Head) -> bool:
    return shared_map.is_loaded and shared_map.copy.version == head.version


def _in_groups(maps: list[SharedMap]) -> Iterator[list[SharedMap]]:
    return (maps[start : start + _AT_ONCE] for start in range(0, len(maps), _AT_ONCE))
