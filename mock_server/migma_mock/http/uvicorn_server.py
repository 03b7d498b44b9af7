"""uvicorn's server with a ready callback, quiet logs and signals that end it in order; sockets that listen."""

import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from migma_contract.errors import PortInUseError, ServerError
from migma_mock.http.asgi import MockApp

_BACKLOG = 2048


_GRACE_SECONDS = 1


_LAST_GOOD = (b"x-mock-fixtures", b"last-good")
"""What answers carry while an edit of the fixtures is broken, and the set before it is served."""


_is_ours: ContextVar[bool] = ContextVar("_is_ours", default=False)
"""Whether what runs is a mock's server: its tasks and connections inherit it, and no other server's do."""


def _only_errors_of_ours(record: logging.LogRecord) -> bool:
    """Lets through what other servers in this process log, and of ours, errors.

    Requests that the client broke off and the like are no news. uvicorn has one logger for all servers.
    """
    return record.levelno >= logging.ERROR or not _is_ours.get()


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it listens, and ends without raising the signal that ended it."""

    def __init__(self, config: uvicorn.Config, app: MockApp) -> None:
        super().__init__(config)
        self._app = app
        self.on_ready: Callable[[], object] = lambda: None
        self.unready: OSError | None = None
        logging.getLogger("uvicorn.error").addFilter(_only_errors_of_ours)

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        _is_ours.set(True)
        await super().serve(sockets)

    async def on_tick(self, counter: int) -> bool:
        ends = await super().on_tick(counter)
        # Ten times a second, and with the headers that all answers have anyway, so that no request pays for it.
        if bool(self._app.fixture_errors) is not (_LAST_GOOD in self.config.encoded_headers):
            self.config.encoded_headers = [_LAST_GOOD] if self._app.fixture_errors else []
            await super().on_tick(0)
        return ends

    async def main_loop(self) -> None:
        try:
            self.on_ready()
        except OSError as error:
            # Kept until uvicorn has shut down: what passes through it breaks off the lifespan, which it logs.
            self.unready = error
        else:
            await super().main_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def base_url(host: str, port: int) -> str:
    """Where a server that listens there is reached on this machine."""
    # Listening on every address, it is reached on this machine through loopback.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one.

    Raises:
        PortInUseError: Another process listens there.
        ServerError: Nobody can listen there.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        why = error.strerror if isinstance(error, socket.gaierror) else "no name of a host"
        raise ServerError(f"There is no address {host!r} to listen on: {why}.") from error
    listener = socket.socket(family, kind, protocol)
    if sys.platform != "win32":  # there, it would let two processes have the same port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} on {host} is in use by another process."
            raise PortInUseError(f"{message} Choose another: --port N, or --port 0 for a free one.") from error
        raise ServerError(f"Cannot listen on {host} port {port}: {error.strerror}.") from error
    return listener
