"""MockServer: the mock on a real socket, in a thread of its own or in the main thread."""

import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import uvicorn

from migma_contract.errors import ServerError
from migma_mock.campaigns.fixtures import ProgressHook
from migma_mock.http.asgi import MockApp
from migma_mock.http.protocol import MockProtocol
from migma_mock.http.uvicorn_server import _GRACE_SECONDS, _Server, base_url, listen
from migma_mock.settings import Settings
from migma_mock.testing.mock_handle import BuiltIn

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
        options: Some of :class:`migma_mock.settings.Settings`, by name.

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
        progress_hook: ProgressHook = iter,
        **options: object,
    ) -> None:
        app = app or MockApp(settings or Settings.read(port=port, **options), progress_hook=progress_hook)
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
