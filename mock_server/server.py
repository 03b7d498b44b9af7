"""MockServer: the mock on a real socket, in a thread of its own or in the main thread."""

import errno
import logging
import signal
import socket
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from mock_server.app import MockApp
from mock_server.built_in import BuiltIn
from mock_server.errors import PortInUseError, ServerError
from mock_server.fixtures import Track
from mock_server.protocol import MockProtocol
from mock_server.settings import Settings

_BACKLOG = 2048
_GRACE_SECONDS = 1
_START_SECONDS = 30.0


class MockServer(BuiltIn):
    """The mock on a socket, and the handle of its built-in account; a context manager that is ready when entered.

    It has its port, and so its URL, from when it is made. One that is never started gives the port back when it goes.

    ::

        with MockServer() as mock:
            response = httpx.get(mock.stats_url(mock.example_id), headers=mock.headers)

    Args:
        port: 0, the default here, takes a free one.
        app: One that is there already, with its settings; or else
        settings: All settings; or else
        track: Passes fixture files through while they are read, showing how far they are.
        options: Some of :class:`mock_server.settings.Settings`, by name.

    Raises:
        InputError: The contract, the fixtures or the options cannot be used.
        PortInUseError: Something listens on the address already.
        ServerError: The address cannot be listened on, or the server did not become ready.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        app: MockApp | None = None,
        settings: Settings | None = None,
        track: Track = iter,
        **options: object,
    ) -> None:
        app = app or MockApp(settings or Settings.read(port=port, **options), track=track)
        self.settings = app.settings
        self._socket = listen(self.settings.host, self.settings.port)
        weakref.finalize(self, self._socket.close)
        super().__init__(app, base_url(*self._socket.getsockname()[:2]))
        config = uvicorn.Config(
            app,
            http=MockProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        self._server = _Server(config, app)
        self._thread: threading.Thread | None = None

    def run(self, on_ready: Callable[[], object]) -> None:
        """Serve in this thread until SIGTERM or Ctrl-C; what is in flight is finished first.

        Raises:
            OSError: What ``on_ready`` raised, which ended the server.
        """
        self._server.on_ready = on_ready
        self._server.run(sockets=[self._socket])
        if self._server.unready:
            raise self._server.unready

    def start(self) -> None:
        """Serve in a thread; returns when the server answers.

        Raises:
            ServerError: It runs already, or was stopped before, or did not become ready.
        """
        if self._socket.fileno() < 0:
            raise ServerError("This mock was stopped, and its port is free again. Make another one.")
        if self._thread:
            raise ServerError(f"This mock runs already, at {self.base_url}. Use it, or make another one.")
        decided = threading.Event()
        self._server.on_ready = decided.set
        self._thread = threading.Thread(target=self._serve, args=(decided,), name="migma-mock", daemon=True)
        self._thread.start()
        if not decided.wait(_START_SECONDS):
            self._server.should_exit = True
            raise ServerError(f"The mock at {self.base_url} was not ready after {_START_SECONDS:g} s.")
        if not self._server.started:
            raise ServerError(f"The mock at {self.base_url} ended before it was ready; its log says why.")

    def _serve(self, over: threading.Event) -> None:
        try:
            # What uvicorn makes of a start that fails; it has logged why.
            with suppress(SystemExit):
                self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            over.set()

    def stop(self) -> None:
        """Stop the server that :meth:`start` started; what is in flight is finished first."""
        if self._thread:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


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
