"""Watching fixture folders: an edit is served at once, and so is a folder in the place of another."""

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
        said = ""
        while not stop.is_set():
            try:
                await self._watch_places(stop)
            # What watchfiles raises, since a look raises nothing: no watches are left, or a folder went just now.
            except (OSError, RuntimeError) as error:
                if str(error) != said and not isinstance(error, FileNotFoundError):
                    said = str(error)
                    self._logger.warning(
                        "fixtures cannot be watched, and are looked at each %g s: %s", _RETRY_SECONDS, error
                    )
                await asyncio.to_thread(self._look)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RETRY_SECONDS)

    async def _watch_places(self, stop: asyncio.Event) -> None:
        """Watch the folders until anything changes, be it where their paths lead: a watch is on a folder, not a path.

        Raises:
            OSError, RuntimeError: They cannot be watched.
        """
        # Not at the top: its import would be on the way to the first answer.
        from watchfiles import awatch

        # Before the watch is in place: what changes between the two is seen by the first look.
        places = _places(self._folders)
        watch = awatch(
            *(folder for folder in self._folders if folder in places),
            watch_filter=None,
            stop_event=stop,
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
        )
        looked = False
        async with aclosing(watch):
            async for changes in watch:
                if changes or not looked:
                    looked = True
                    await asyncio.to_thread(self._look)
                # A change may have been that a folder went, and a new one may have got its number.
                if changes or _places(self._folders) != places:
                    return

    def _look(self) -> None:
        try:
            seen = _snapshot(self._folders)
            if seen != self._seen:
                self._seen = seen
                self._on_change()
        except Exception:
            self._logger.exception("these fixtures could not be reloaded; the next edit is looked at again")


def _places(folders: list[Path]) -> dict[Path, tuple[int, int]]:
    """Which folders are there, each with its device and number on it."""
    result = {}
    for path in (path for folder in folders for path in (folder, folder / "campaigns")):
        with suppress(OSError):
            if path.is_dir():
                status = path.stat()
                result[path] = (status.st_dev, status.st_ino)
    return result


def _snapshot(folders: list[Path]) -> dict[Path, tuple[int, ...]]:
    """Each folder that is there; each fixture file with the times of its last changes, its size, and which file it is.

    Times are two, since leave to read a file changes the second only; and which file, since one that is moved into
    the place of another may be as old and as large.
    """
    result: dict[Path, tuple[int, ...]] = {folder: () for folder in folders if folder.is_dir()}
    for path in (path for folder in folders for path in fixture_files(folder)):
        with suppress(OSError):
            status = path.stat()
            result[path] = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    return result
