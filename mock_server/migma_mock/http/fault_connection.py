"""A connection of uvicorn's, taken over from it for the faults that ASGI cannot express."""

import asyncio
import socket
import struct
import sys
import weakref

from migma_mock.http.uvicorn_internals import RequestResponseCycle, UvicornProtocol
from migma_mock.messages.reply import Reply
from migma_mock.messages.response_head import head_lines

_LINGER_NOT = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing sends RST instead of FIN. Winsock's struct has other integers."""


class UvicornConnection:
    """The transport of one request (:class:`migma_mock.messages.asgi.Connection`); ``lost`` is set when it is gone."""

    def __init__(self, protocol: UvicornProtocol, cycle: RequestResponseCycle, lost: asyncio.Event) -> None:
        # The cycle has the scope that leads here: a strong reference back would leave every request to the
        # garbage collector, which lets hundreds of megabytes pile up before it looks.
        self._protocol: UvicornProtocol = weakref.proxy(protocol)
        self._cycle: RequestResponseCycle = weakref.proxy(cycle)
        self._transport = protocol.transport
        self._lost = lost

    async def gone(self) -> None:
        """Return when the client has left. uvicorn tells that only to the last of several pipelined requests."""
        # After a pipelined request uvicorn reads no further, and who does not read does not see the end.
        self._protocol.flow.resume_reading()
        await self._lost.wait()

    def take(self) -> None:
        """Have uvicorn believe that the client left, so that it neither writes nor complains."""
        self._cycle.disconnected = True
        self._cycle.keep_alive = False

    def write_head(self, reply: Reply) -> None:
        """Status line and headers, as the reply has them, however wrong they are."""
        self._transport.write(head(reply, self._protocol))

    def write(self, data: bytes) -> None:
        """Bytes of a body."""
        self._transport.write(data)

    def close(self) -> None:
        """End it in order (FIN), after all that was written."""
        self._transport.close()

    def reset(self) -> None:
        """Break it (RST). What was written goes first: it is little, and fits the socket's buffer."""
        if self._transport.is_closing():
            return
        connected: socket.socket | None = self._transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.close()

    def abort(self) -> None:
        """Break it at once, and drop what was not sent yet."""
        self._transport.abort()


def head(reply: Reply, protocol: UvicornProtocol) -> bytes:
    """Status line and headers as bytes, with the headers that the server adds by itself."""
    return head_lines(reply.status, (*protocol.server_state.default_headers, *reply.headers)) + b"\r\n"
