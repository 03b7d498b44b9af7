"""Watching fixture folders: an edit is served at once."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from mock_server.fixtures import fixture_files

_DEBOUNCE_MS = 50
_STEP_MS = 20
_FIRST_LOOK_MS = 200


class Watcher:
    """Calls ``on_change``, in a worker thread, after anything in the folders changed; an error in it is logged.

    What changed between its making and the moment when the watch is in place counts too: make it
    before the fixtures are read.
    """

    def __init__(self, folders: list[Path], on_change: Callable[[], object]) -> None:
        self._folders = folders
        self._on_change = on_change
        self._seen = _snapshot(folders)
        self._logger = logging.getLogger("migma_mock")
        self._stop: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch, on the running event loop."""
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._watch(self._stop))

    async def stop(self) -> None:
        """Stop watching; returns when the thread behind it is gone."""
        if self._stop and self._task:
            self._stop.set()
            await self._task
            self._stop = self._task = None

    async def _watch(self, stop: asyncio.Event) -> None:
        # Not at the top: its import would be on the way to the first answer.
        from watchfiles import awatch

        watch = awatch(
            *self._folders,
            stop_event=stop,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_FIRST_LOOK_MS,
            yield_on_timeout=True,
        )
        looked = False
        try:
            async for changes in watch:
                if changes or not looked:
                    looked = True
                    await asyncio.to_thread(self._look)
        # What watchfiles raises, since a look raises nothing: no watches are left, or a folder went away.
        except (OSError, RuntimeError) as error:
            self._logger.warning("fixtures are no longer reloaded: %s", error)

    def _look(self) -> None:
        try:
            seen = _snapshot(self._folders)
            if seen != self._seen:
                self._seen = seen
                self._on_change()
        except Exception:
            self._logger.exception("these fixtures could not be reloaded; the next edit is looked at again")


def _snapshot(folders: list[Path]) -> dict[Path, tuple[int, int, int]]:
    """Each fixture file with the time of its last change, its size, and which file it is.

    The last, since a file that is moved into the place of another may be as old and as large.
    """
    result = {}
    for path in (path for folder in folders for path in fixture_files(folder)):
        try:
            status = path.stat()
        except OSError:
            continue
        result[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return result
