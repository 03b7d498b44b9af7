"""FixtureWatcher: reloads the fixtures after an edit, or after a folder was replaced by another."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path

from migma_mock.campaigns.fixtures import fixture_files

_DEBOUNCE_MS = 50
_STEP_MS = 20
_WAKE_MS = 200
_RETRY_SECONDS = 1.0


class FixtureWatcher:
    """Calls ``on_change`` in a worker thread after anything in the folders changed; an error in it is logged.

    Changes since its creation count, also those before :meth:`start`: create it before the fixtures are read.
    """

    def __init__(self, folders: list[Path], on_change: Callable[[], object]) -> None:
        self._folders = folders
        self._on_change = on_change
        self._snapshot = _snapshot(folders)
        self._logger = logging.getLogger("migma_mock")
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
        reported = ""
        while not stop.is_set():
            try:
                await self._watch_folders(stop)
            # watchfiles raises these if no watches are left, or if a folder was just removed.
            except (OSError, RuntimeError) as error:
                if str(error) != reported and not isinstance(error, FileNotFoundError):
                    reported = str(error)
                    self._logger.warning(
                        "fixtures cannot be watched, so they are checked every %g s: %s", _RETRY_SECONDS, error
                    )
                await asyncio.to_thread(self._check)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)

    async def _watch_folders(self, stop: asyncio.Event) -> None:
        """Watch the folders until anything changes, including which folder a path leads to.

        Raises:
            OSError, RuntimeError: They cannot be watched.
        """
        # Imported late, since the import would delay the first response.
        from watchfiles import awatch

        # Read before the watch starts; the first check finds what changes between the two.
        inodes = _folder_inodes(self._folders)
        watch = awatch(
            *(folder for folder in self._folders if folder in inodes),
            watch_filter=None,
            stop_event=stop,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
        )
        is_checked = False
        async with aclosing(watch):
            async for changes in watch:
                if changes or not is_checked:
                    is_checked = True
                    await asyncio.to_thread(self._check)
                # A folder may have been removed, and a new one may have got the same inode.
                if changes or _folder_inodes(self._folders) != inodes:
                    return

    def _check(self) -> None:
        try:
            snapshot = _snapshot(self._folders)
            if snapshot != self._snapshot:
                self._snapshot = snapshot
                self._on_change()
        except Exception:
            self._logger.exception("reloading the fixtures failed; the next edit is tried again")


def _folder_inodes(folders: list[Path]) -> dict[Path, tuple[int, int]]:
    """Return the device and the inode of each folder that exists."""
    result = {}
    for path in (path for folder in folders for path in (folder, folder / "campaigns")):
        with suppress(OSError):
            if path.is_dir():
                status = path.stat()
                result[path] = (status.st_dev, status.st_ino)
    return result


def _snapshot(folders: list[Path]) -> dict[Path, tuple[int, ...]]:
    """Return each folder that exists, and each fixture file with its times of change, its size and its inode.

    Both times are needed, since a change of permissions alters only the second; and the inode, since a file that
    replaces another may be as old and as large.
    """
    result: dict[Path, tuple[int, ...]] = {folder: () for folder in folders if folder.is_dir()}
    for path in (path for folder in folders for path in fixture_files(folder)):
        with suppress(OSError):
            status = path.stat()
            result[path] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return result
