"""A connection taken over from uvicorn, for the faults that ASGI cannot express."""

import socket
import struct
import sys
import weakref

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from migma_mock.messages.reply import Reply
from migma_mock.messages.response_head import head_lines

_LINGER_NOT = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing sends RST instead of FIN. Winsock's struct has other integers."""


class UvicornConnection:
    """The bytes below HTTP of one request, for what ASGI cannot express: wrong lengths, and connections that break."""

    def __init__(self, protocol: HttpToolsProtocol, cycle: RequestResponseCycle) -> None:
        # The cycle has the scope that leads here: a strong reference back would leave every request to the
        # garbage collector, which runs only after hundreds of megabytes.
        self._protocol: HttpToolsProtocol = weakref.proxy(protocol)
        self._cycle: RequestResponseCycle = weakref.proxy(cycle)
        self._transport = protocol.transport

    def take(self) -> None:
        """Make uvicorn treat the client as disconnected, so that it neither writes nor logs an error."""
        self._cycle.disconnected = True
        self._cycle.keep_alive = False

    def write_head(self, reply: Reply) -> None:
        """Write status line and headers exactly as the reply has them, however wrong they are."""
        self._transport.write(head(reply, self._protocol))

    def write(self, data: bytes) -> None:
        """Write bytes of a body."""
        self._transport.write(data)

    def close(self) -> None:
        """Close it in order (FIN), after everything that was written."""
        self._transport.close()

    def reset(self) -> None:
        """Reset it (RST); what was written goes first, since it fits the socket's buffer."""
        if self._transport.is_closing():
            return
        connected: socket.socket | None = self._transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self._transport.close()


def head(reply: Reply, protocol: HttpToolsProtocol) -> bytes:
    """Return status line and headers as bytes, with the headers that the server adds."""
    return head_lines(reply.status, (*protocol.server_state.default_headers, *reply.headers)) + b"\r\n"
