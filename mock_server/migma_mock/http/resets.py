"""End a connection with a reset: some clients take a response that is cut off by an orderly close for a whole one."""

import asyncio
import socket
import struct
import sys
from contextlib import suppress

_LINGER_NOT = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing sends RST instead of FIN. Winsock's struct has other integers."""


def let_close_reset(transport: asyncio.Transport) -> None:
    """Let closing send RST instead of FIN, unless the connection is closed already."""
    # All of these come from the socket of a connection that has just ended.
    with suppress(OSError, RuntimeError, ValueError):
        connected: socket.socket | None = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)


def reset(transport: asyncio.Transport) -> None:
    """End a connection at once; whatever is not sent yet is lost."""
    let_close_reset(transport)
    transport.abort()
