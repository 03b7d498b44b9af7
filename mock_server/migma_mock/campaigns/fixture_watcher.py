"""FixtureWatcher: reloads fixtures and contract after an edit, or after a folder was replaced by another."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from migma_mock.campaigns.fixture_folder import fixture_files

_LOOK_SECONDS = 0.2
_LOOKS_TAKE_AT_MOST = 1 / 20
"""The part of the time in which looks may keep the processor busy: after a slow one the pause is longer."""


class FixtureWatcher:
    """Calls ``on_change`` in a worker thread after a fixture file or a folder changed; an error in it is logged.

    It also watches single files in ``files``, such as the contract's.

    It looks at the files several times a second, which works on every file system, also on one that is mounted from
    another machine. Changes since its creation count, also those before :meth:`start`: create it before the fixtures
    are read.
    """

    def __init__(self, folders: list[Path], on_change: Callable[[], object], files: Sequence[Path] = ()) -> None:
        self._folders = folders
        self._files = files
        self._on_change = on_change
        # None if the files changed while they were read, so that it is unknown which state was read.
        self._snapshot: dict[Path, tuple[int, ...]] | None = self._look()
        self._pause = _LOOK_SECONDS
        self._stop: asyncio.Event | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start watching, on the running event loop."""
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._watch(self._stop))

    async def stop(self) -> None:
        """Stop watching, and return when its thread has ended."""
        if self._stop and self._task:
            self._stop.set()
            await self._task
            self._stop = self._task = None

    async def _watch(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.to_thread(self._check)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._pause)

    def _check(self) -> None:
        started = time.monotonic()
        snapshot = self._look()
        self._pause = max(_LOOK_SECONDS, (time.monotonic() - started) / _LOOKS_TAKE_AT_MOST)
        if snapshot == self._snapshot:
            return
        self._snapshot = snapshot
        try:
            self._on_change()
        except Exception:
            logging.getLogger("migma_mock").exception("reloading the fixtures failed; the next edit is tried again")
        if self._look() != snapshot:
            self._snapshot = None

    def _look(self) -> dict[Path, tuple[int, ...]]:
        """Return each folder that exists, and each file with its stamp; a broken link has one too, since it may go."""
        result: dict[Path, tuple[int, ...]] = {folder: () for folder in self._folders if folder.is_dir()}
        for path in (*self._files, *(path for folder in self._folders for path in fixture_files(folder))):
            result[path] = stamp_of(path)
        return result


def stamp_of(path: Path) -> tuple[int, ...]:
    """Return the times of change of a file, its size and its inode; () if it cannot be found.

    Both times are needed, since a change of permissions alters only the second; and the inode, since a file that
    replaces another may be as old and as large.
    """
    with suppress(OSError, ValueError):
        status = path.stat()
        return (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return ()
