"""LoopExecutor: changes from any thread, one after the other, where requests are answered."""

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_SECONDS = 1.0
"""How often who waits for a turn looks whether there is still a loop."""


class LoopExecutor:
    """Runs changes on the event loop that answers requests, so that no request sees half of one.

    Attributes:
        loop: That loop; None while there is none.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._changing = threading.RLock()

    def attach(self) -> None:
        """Take the running loop for the one that answers requests."""
        self.loop, self._thread = asyncio.get_running_loop(), threading.get_ident()

    def detach(self) -> None:
        """Requests are answered no longer."""
        self.loop = None

    def run(self, change: Callable[[], T]) -> T:
        """Run a change, and return what it returns.

        Called from another thread than the loop's, it waits for its turn; with no loop it runs in the caller's
        thread, one change at a time.
        """
        loop = self.loop
        if loop is None or not loop.is_running() or threading.get_ident() == self._thread:
            with self._changing:
                return change()
        result: concurrent.futures.Future[T] = concurrent.futures.Future()
        with contextlib.suppress(RuntimeError):  # closed a moment ago
            loop.call_soon_threadsafe(_settle, result, change)
        while not concurrent.futures.wait([result], _LOOK_SECONDS).done:
            # A loop that has stopped with the change still in its queue will never come to it.
            if not loop.is_running() and result.cancel():
                return self.run(change)
        return result.result()


def _settle(result: "concurrent.futures.Future[T]", change: Callable[[], T]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(change())
    except Exception as error:  # noqa: BLE001  # raised again where the change was asked for
        result.set_exception(error)
