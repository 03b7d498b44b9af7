"""TlsListener: accepts the connections of a socket that speaks TLS, with bounds that an event loop's server lacks."""

import asyncio
import socket
import ssl
from collections.abc import Callable

from uvicorn.server import ServerState

from migma_mock.http import bounds
from migma_mock.http.fault_connection import head
from migma_mock.mock import Mock

_DISTRUST = ("UNKNOWN_CA", "CERTIFICATE_UNKNOWN", "BAD_CERTIFICATE")
"""Ends of the reasons that clients give which do not trust the certificate."""

_PAUSE_SECONDS = 0.1
_CHUNK = 65_536
_PLAIN_HTTP = "plain HTTP on a port for HTTPS"


class TlsListener:
    """Accepts connections, and gives each to a protocol after its TLS handshake; in place of an asyncio.Server.

    A handshake takes at most :data:`bounds.HANDSHAKE_SECONDS`; of more than :data:`bounds.MAX_HANDSHAKES` at once the
    oldest ends. A client that speaks plain HTTP is told so.

    Args:
        listening: The socket that listens.
        context: Has the certificate.
        protocol: Creates the protocol of a connection.
        mock: Logs what went wrong.
        state: Has the headers that the server adds to each response.
    """

    def __init__(
        self,
        listening: socket.socket,
        context: ssl.SSLContext,
        protocol: Callable[[], asyncio.Protocol],
        mock: Mock,
        state: ServerState,
    ) -> None:
        self._listening = listening
        self._context = context
        self._protocol = protocol
        self._mock = mock
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._handshakes: dict[asyncio.Task[bool], socket.socket] = {}
        listening.settimeout(0)
        self._accepting = self._loop.create_task(self._accept())

    @property
    def connections(self) -> list[socket.socket]:
        """The connections whose handshakes are not finished."""
        return list(self._handshakes.values())

    def close(self) -> None:
        """Stop accepting, and end the handshakes."""
        for task in (self._accepting, *self._handshakes):
            task.cancel()

    async def wait_closed(self) -> None:
        """Return when nothing is pending any more."""
        await asyncio.wait((self._accepting, *self._handshakes))

    async def _accept(self) -> None:
        while True:
            try:
                connection, _ = await self._loop.sock_accept(self._listening)
            except OSError:  # the client has gone, or too many files are open
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            if len(self._handshakes) >= bounds.MAX_HANDSHAKES:
                next(iter(self._handshakes)).cancel()
            task = self._loop.create_task(self._establish(connection))
            self._handshakes[task] = connection
            task.add_done_callback(self._finish)
            await asyncio.sleep(0)  # handshakes go on while many connections wait to be accepted

    def _finish(self, task: asyncio.Task[bool]) -> None:
        """Close a connection that no protocol has; here, since a task may be cancelled before it begins."""
        connection = self._handshakes.pop(task)
        if task.cancelled() or not task.result():
            connection.close()

    async def _establish(self, connection: socket.socket) -> bool:
        """Give a connection to a protocol; False if it cannot have one."""
        try:
            async with asyncio.timeout(bounds.HANDSHAKE_SECONDS):
                first = await self._peek(connection)
                if first == bounds.TLS_HANDSHAKE:
                    await self._loop.connect_accepted_socket(
                        self._protocol, connection, ssl=self._context, ssl_shutdown_timeout=bounds.READ_SECONDS
                    )
                    return True
                if first:
                    await self._refuse(connection)
        except ssl.SSLError as error:
            self._note_failure(error)
        except OSError:  # the client has gone, or its time is over
            pass
        return False

    async def _peek(self, connection: socket.socket) -> bytes:
        """Return the first byte that a client sends, which stays to be read; b"" if it disconnected."""
        readable = asyncio.Event()
        try:
            self._loop.add_reader(connection, readable.set)
        except NotImplementedError:  # Windows' loop cannot wait without reading; there, plain HTTP just fails
            return bounds.TLS_HANDSHAKE
        try:
            await readable.wait()
        finally:
            self._loop.remove_reader(connection)
        return connection.recv(1, socket.MSG_PEEK)

    async def _refuse(self, connection: socket.socket) -> None:
        """Answer a client that speaks plain HTTP; read what it sent, or closing would reset the connection."""
        status, message = bounds.REFUSALS["HTTPS_REQUIRED"]
        reply = self._mock.engine.static_replies.refusal(status, "HTTPS_REQUIRED", message)
        self._mock.counts.add(status, _PLAIN_HTTP, 0)
        if self._mock.log:
            self._mock.log.request("-", b"-", status, _PLAIN_HTTP, 0)
        await self._loop.sock_sendall(connection, head(reply, self._state) + reply.body)
        connection.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(bounds.LINGER_SECONDS):
            while await self._loop.sock_recv(connection, _CHUNK):
                pass

    def _note_failure(self, error: ssl.SSLError) -> None:
        reason = error.reason or "the client broke it off"
        hint = ""
        if reason.endswith(_DISTRUST):
            hint = f"; the client has to trust {self._mock.ca_file or 'the certificate (--tls-cert)'}"
        if self._mock.log:
            self._mock.log.note(f"- - TLS handshake failed: {reason.replace('_', ' ').lower()}{hint}")
