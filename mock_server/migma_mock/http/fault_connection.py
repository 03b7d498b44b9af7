"""A connection taken over from uvicorn, for the faults that ASGI cannot express."""

import asyncio
import weakref
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from migma_mock.engine.date_header import is_dated, undated
from migma_mock.http.resets import let_close_reset, reset
from migma_mock.messages.reply import Reply
from migma_mock.messages.response_head import head_lines
from migma_mock.mock import Mock

_READING_SECONDS = 0.05
"""Time for a client to read part of a body before a reset; without it, Node reports no more than "closed"."""


class UvicornConnection:
    """The bytes below HTTP of one request, for what ASGI cannot express: wrong lengths, and connections that break."""

    def __init__(
        self,
        transport: asyncio.Transport,
        close: Callable[[], None],
        state: ServerState,
        cycle: RequestResponseCycle,
    ) -> None:
        self._transport = transport
        self._state = state
        # The protocol has the cycle, and the cycle has the scope that leads here: a strong reference back to either
        # would leave every request to the garbage collector, which runs only after hundreds of megabytes.
        self._close = weakref.WeakMethod(close)
        self._cycle: RequestResponseCycle = weakref.proxy(cycle)

    @property
    def is_gone(self) -> bool:
        """True if the client has disconnected."""
        return self._cycle.disconnected or self._transport.is_closing()

    def replace_date(self) -> None:
        """Leave out the server's Date, since the reply has its own."""
        self._cycle.default_headers = undated(self._cycle.default_headers)

    async def deliver(self, reply: Reply, body: bytes, mock: Mock) -> None:
        """Write status line and headers exactly as the reply has them, then the body, and end the connection."""
        # uvicorn treats the client as disconnected: it neither writes nor logs an error.
        self._cycle.disconnected = True
        self._cycle.keep_alive = False
        kind = reply.delivery.kind
        if reply.delivery.sends_head:
            self._transport.write(head(reply, self._state))
        for chunk in reply.delivery.schedule(body):
            self._transport.write(chunk.data)
        if kind == "reset-mid-body":
            await mock.waiting.wait(_READING_SECONDS)
        if kind in ("reset", "reset-mid-body"):
            if self._transport.get_extra_info("sslcontext"):
                reset(self._transport)  # closing would announce an orderly end in TLS
                return
            # What was written goes first, since it fits the socket's buffer.
            let_close_reset(self._transport)
        close = self._close()
        if close is not None:  # it is None when the connection is gone
            close()


def head(reply: Reply, state: ServerState) -> bytes:
    """Return status line and headers as bytes, with the headers that the server adds."""
    added = undated(state.default_headers) if is_dated(reply) else state.default_headers
    return head_lines(reply.status, (*added, *reply.headers)) + b"\r\n"
