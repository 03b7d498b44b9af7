"""uvicorn's HTTP protocol that ends the connection of a client which does not read its responses."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from migma_mock.http import bounds
from migma_mock.http.resets import reset


class WritingProtocol(HttpToolsProtocol):
    """One connection, which is reset if its client does not read in time.

    That is while more waits for the client than may wait, and at the end, when anything waits: closing alone would wait
    for it for ever.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # uvicorn turns its own on as soon as any handler is installed, as pytest does for each phase of a test.
        self.access_log = False
        self._reading_deadline: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline."""
        self._stop_reading_deadline()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Let responses wait until the client has read some; start its deadline."""
        super().pause_writing()
        self._start_reading_deadline()

    def resume_writing(self) -> None:
        """Let responses go on."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_reading_deadline()

    def close_when_read(self) -> None:
        """Close the connection once the client has read what waits for it, or when its time is over."""
        self.transport.close()
        self._start_reading_deadline()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which no other request came."""
        super().timeout_keep_alive_handler()
        self._start_reading_deadline()

    def _start_reading_deadline(self) -> None:
        if self._reading_deadline is None:
            self._reading_deadline = self.loop.call_later(bounds.READ_SECONDS, reset, self.transport)

    def _stop_reading_deadline(self) -> None:
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()
            self._reading_deadline = None
