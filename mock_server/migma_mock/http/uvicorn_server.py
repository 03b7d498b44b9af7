"""uvicorn's server with a ready callback, quiet logs and signals that end it in order."""

import asyncio
import logging
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, cast

import uvicorn

from migma_contract.errors import MigmaError
from migma_contract.quiet_logs import SERVER_LOGGERS, quiet
from migma_mock.http.asgi import FrontDoor
from migma_mock.http.forked_child import kept_from_children
from migma_mock.http.resets import reset

if TYPE_CHECKING:
    from migma_mock.http.tls_listener import TlsListener

_GRACE_SECONDS = 1

_LAST_GOOD = (b"x-mock-fixtures", b"last-good")
"""The header of all answers while an edit of the fixtures is invalid and the previous set is served."""

_CLOSE = (b"connection", b"close")
"""The header of all answers while the server drains; uvicorn closes each connection after it."""

_logger = logging.getLogger("migma_mock")


class UvicornServer(uvicorn.Server):
    """uvicorn's server with a callback when it listens; it ends without raising the signal that ended it.

    Args:
        app: What it serves.
        tls: Has the certificate; None for plain HTTP.

    Attributes:
        on_ready: Called when it listens.
        failure: Why the mock cannot run, which ended the server.
        obeys_signals: False for a worker, whose parent process passes signals on by :meth:`handle_exit`.
        unready: What ``on_ready`` raised, which ended the server.
    """

    # A class keeps the function when tools such as freezegun replace it in all modules.
    _real_time = staticmethod(time.monotonic)

    def __init__(self, app: FrontDoor, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                ws="none",
                lifespan="on",
                # Loggers of the whole process stay as they are; the access log is off in the protocol and in serve().
                log_config=None,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._app = app
        self._mock = app.mock
        self._tls = tls
        self._tls_listeners: list[TlsListener] = []
        self.on_ready: Callable[[], object] = lambda: None
        self.obeys_signals = True
        self.unready: OSError | None = None
        self._drain_ends = 0.0

    @property
    def failure(self) -> MigmaError | None:
        return self._app.failure

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        if isinstance(loop, asyncio.BaseEventLoop):
            # In time that a test has frozen no timer would end, and the server could not stop. uvloop does not look.
            loop.time = self._real_time  # type: ignore[method-assign]
        # Requests that a client aborted are no news, and uvicorn's own access log has paths with keys.
        with quiet(SERVER_LOGGERS), kept_from_children(lambda: self._filenos(sockets or ())):
            await super().serve(sockets)

    def _filenos(self, listening: Iterable[socket.socket]) -> Iterator[int]:
        transports = (getattr(connection, "transport", None) for connection in self.server_state.connections)
        connected = (transport.get_extra_info("socket") for transport in transports if transport is not None)
        waiting = (each for listener in self._tls_listeners for each in listener.connections)
        every = (*listening, *connected, *waiting)
        yield from (each.fileno() for each in every if each is not None and each.fileno() >= 0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # With the mock's protocol, or, if that does not work with this uvicorn, with uvicorn's.
        try:
            # Imported here, since an unknown uvicorn may lack what they import from it.
            from migma_mock.http.protocol import MockProtocol
            from migma_mock.http.self_check import find_incompatibility

            protocol = MockProtocol
            if self._mock.settings.fast_path and self._mock.shared is None:
                from migma_mock.http.fast_path import FastPathProtocol

                protocol = FastPathProtocol
            reason = await find_incompatibility(protocol, self._mock)
        except ImportError as error:
            reason = str(error)
        if reason:
            _logger.warning(
                "uvicorn %s is not supported (%s): the mock runs without bounds on requests and without connection "
                "faults. Install an earlier uvicorn.",
                uvicorn.__version__,
                reason,
            )
        else:
            self.config.http_protocol_class = partial(protocol, mock=self._mock)  # type: ignore[assignment]
        if self._tls is None:
            await super().startup(sockets)
        else:
            await super().startup([])
            self._tls_listeners = self._listen_with_tls(self._tls, sockets or ())
            self.servers = cast("list[asyncio.Server]", self._tls_listeners)  # they have what uvicorn uses of them

    def _listen_with_tls(self, context: ssl.SSLContext, sockets: Iterable[socket.socket]) -> "list[TlsListener]":
        from migma_mock.http.tls_listener import TlsListener

        # As uvicorn does it.
        create: Callable[..., asyncio.Protocol] = self.config.http_protocol_class
        protocol = partial(create, config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        return [TlsListener(each, context, protocol, self._mock, self.server_state) for each in sockets]

    async def on_tick(self, counter: int) -> bool:
        ends = await super().on_tick(counter)
        # Ten times a second and among the headers that all answers have anyway, so that it costs no request anything.
        date = self._mock.engine.date
        date.renew(time.time())
        headers = [date.header]
        if self._mock.fixture_errors:
            headers.append(_LAST_GOOD)
        if self._mock.draining:
            headers.append(_CLOSE)
        if self.server_state.default_headers != headers:
            self.server_state.default_headers = headers
        return ends or self._is_drained()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End; after SIGTERM, answer for the seconds of ``--drain`` before that. A second signal ends them."""
        if self._mock.draining:
            self.should_exit = self.force_exit = True
        elif sig == signal.SIGTERM and self._mock.settings.drain and not self.should_exit:
            self._drain_ends = self._real_time() + self._mock.settings.drain
            self._mock.draining = True
        else:
            super().handle_exit(sig, frame)

    def _is_drained(self) -> bool:
        return 0 < self._drain_ends <= self._real_time()

    async def main_loop(self) -> None:
        if self._app.failure:
            return
        try:
            self.on_ready()
        except OSError as error:
            # Kept until uvicorn has shut down: an exception that passes through it ends the lifespan, which it logs.
            self.unready = error
        else:
            await super().main_loop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._mock.waiting.close()
        self._mock.engine.date.stop()
        await super().shutdown(sockets)
        # There are some if a second Ctrl-C ended the wait for them.
        for connection in tuple(self.server_state.connections):
            reset(connection.transport)
        if self.force_exit:
            await self.lifespan.shutdown()  # uvicorn would let it fail, and log that

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self.obeys_signals:
            yield
            return
        with super().capture_signals():
            yield
            self._captured_signals.clear()  # uvicorn would raise them again
