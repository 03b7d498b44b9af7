"""Follower: keeps the copies up to date that somebody watches or waits for, many times a second."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from migma_mock.sharing.commit import REGISTRY
from migma_mock.sharing.replies import Head
from migma_mock.sharing.shared_map import SharedMap
from migma_mock.sharing.shared_registry import SharedRegistry
from migma_mock.sharing.store import Store
from migma_mock.sharing.store_errors import StoreLostError, StoreUnavailableError
from migma_mock.waiting import Waiting

_LOOK_SECONDS = 0.05

_ALL = ""
"""Stands for all maps among the names that are followed."""


class Follower:
    """Looks twenty times a second for changes that other workers made, while somebody waits for them.

    These are event streams, verifications that wait, and requests that are held until their fault is disarmed. While
    there are none, it does nothing.

    Args:
        store: The store.
        registry: The copies of this worker.
        waiting: The requests that are answered late.
    """

    def __init__(self, store: Store, registry: SharedRegistry, waiting: Waiting) -> None:
        self._store = store
        self._registry = registry
        self._waiting = waiting
        self._followed: Counter[str] = Counter()
        # What was seen of each map, so that one without changes costs no more than a look.
        self._seen: dict[str, tuple[SharedMap, Head]] = {}
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

    async def look(self, names: Iterable[str] = ()) -> None:
        """Bring some maps, or all, up to date with their journals.

        Raises:
            StoreUnavailableError, StoreLostError: The store cannot be used.
        """
        await self._registry.catch_up()
        maps = [*map(self._registry.find, names)] or [*self._registry]
        existing = [each for each in maps if each is not None]
        heads = await self._store.heads([each.name for each in existing])
        fresh = [(each, head) for each, head in zip(existing, heads, strict=True) if not self._has_seen(each, head)]
        await asyncio.gather(*(each.catch_up_with_journal() for each, _ in fresh))
        self._seen |= {each.name: (each, head) for each, head in fresh}

    def _has_seen(self, shared_map: SharedMap, head: Head) -> bool:
        return shared_map.is_loaded and self._seen.get(shared_map.name) == (shared_map, head)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            wanted = self._wanted()
            if wanted is not None:
                with contextlib.suppress(StoreUnavailableError, StoreLostError):
                    await self.look(wanted)

    def _wanted(self) -> list[str] | None:
        """Return the names of the maps to look at; an empty list for all, None for none."""
        if self._followed[_ALL]:
            return []
        names = {name for name in self._followed if name != REGISTRY}
        if len(self._waiting):
            names |= {each.name for each in self._registry if each.is_holding}
        return sorted(names) or None
