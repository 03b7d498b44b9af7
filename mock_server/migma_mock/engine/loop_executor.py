"""Run changes from any thread on the event loop that answers requests, one after the other."""

import asyncio
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Callable
from typing import TypeVar

from migma_contract.errors import ServerError
from migma_contract.fork_lock import ForkLock

T = TypeVar("T")

_FORKED = (
    "The mock server runs in the process that this one was forked from, and only that one can use its handles. Give "
    "the URL and the key to this process, or start a mock server here."
)

_LOOK_SECONDS = 1.0
"""Seconds between two checks of a waiting caller that the loop is still running."""


class LoopExecutor:
    """Runs changes of state on the event loop that answers requests, so that no request sees half of a change.

    A test thread that calls ``mock.fail(503)`` is the usual caller.

    Attributes:
        loop: That loop; None while no server runs.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._thread = self._process = 0
        self._changing = ForkLock()

    def attach(self) -> None:
        """Take the running loop as the one that answers requests."""
        self.loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._process = os.getpid()

    def detach(self) -> None:
        """Run changes in the caller's thread from now on, since the loop ends."""
        self.loop = None

    def require_process(self) -> None:
        """Raise unless this is the process of the loop, or there is no loop.

        Raises:
            ServerError: This process was forked while the loop ran; here are copies of it and of the state, which no
                request will ever change.
        """
        __tracebackhide__ = True  # the call in the test is what pytest has to show
        if self.loop is not None and self._process != os.getpid():
            raise ServerError(_FORKED)

    def run(self, change: Callable[[], T]) -> T:
        """Run a change and return its result.

        From another thread it waits until the loop has run the change; without a loop the change runs in the
        caller's thread, one at a time.

        Raises:
            ServerError: This process was forked while the loop ran.
        """
        self.require_process()
        loop = self.loop
        if loop is None or not loop.is_running() or threading.get_ident() == self._thread:
            with self._changing.held():
                return change()
        result: concurrent.futures.Future[T] = concurrent.futures.Future()
        with contextlib.suppress(RuntimeError):  # the loop was closed a moment ago
            loop.call_soon_threadsafe(_settle, result, change)
        while not concurrent.futures.wait([result], _LOOK_SECONDS).done:
            # A loop that stopped with the change still in its queue never runs it.
            if not loop.is_running() and result.cancel():
                return self.run(change)
        return result.result()


def _settle(result: "concurrent.futures.Future[T]", change: Callable[[], T]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(change())
    except Exception as error:  # noqa: BLE001  # raised again in the caller's thread
        result.set_exception(error)
