"""Waiting: the requests that are answered late, which a server lets go when it is about to stop."""

import asyncio
import contextlib

from migma_mock.messages.hold import Hold


class Waiting:
    """The requests that wait on one event loop.

    Attributes:
        is_closing: True once the server is about to stop; no request waits any more then.
    """

    def __init__(self) -> None:
        self.is_closing = False
        self._released: set[asyncio.Event] = set()

    def __len__(self) -> int:
        return len(self._released)

    async def wait(self, seconds: float, hold: Hold | None = None) -> None:
        """Wait some seconds, or until the server is about to stop, or a hold lets its requests go."""
        if self.is_closing or (hold is not None and hold.is_over):
            return
        released, loop = asyncio.Event(), asyncio.get_running_loop()

        def let_go() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed a moment ago
                loop.call_soon_threadsafe(released.set)

        self._released.add(released)
        try:
            with contextlib.nullcontext() if hold is None else hold.calls(let_go), contextlib.suppress(TimeoutError):
                await asyncio.wait_for(released.wait(), seconds)
        finally:
            self._released.discard(released)

    def open(self) -> None:
        """Let requests wait, since a server runs."""
        self.is_closing = False

    def close(self) -> None:
        """Release all requests, since the server is about to stop; call it on the event loop."""
        self.is_closing = True
        for released in self._released:
            released.set()
