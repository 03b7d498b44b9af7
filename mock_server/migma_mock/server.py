"""MockServer: the mock on a real socket, served from a thread of its own or from the main thread."""

import os
import socket
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, Unpack

from migma_contract.errors import ArgumentError, Problem, ServerError
from migma_contract.loopback import is_loopback
from migma_contract.redaction import Secret
from migma_mock.campaigns.fixtures import ProgressHook
from migma_mock.http.asgi import FrontDoor
from migma_mock.http.certificate import certificate_of, remove_file, write_authority
from migma_mock.http.green_threads import require_real_threads
from migma_mock.http.listening import base_url, bind, listen, share_port
from migma_mock.http.uvicorn_server import UvicornServer
from migma_mock.mock import Mock
from migma_mock.option_names import options_named
from migma_mock.setting_arguments import ServerArguments
from migma_mock.settings import LOOPBACK, Settings, hide_secrets
from migma_mock.testing.account_handle import MigmaMock
from migma_mock.testing.arguments import HIDDEN, argument_error

__tracebackhide__ = HIDDEN

_START_SECONDS = 30.0
_OTHER = "Create another one."


class MockServer(MigmaMock):
    """The mock on a socket, and the MigmaMock of its built-in account; as a context manager it is ready when entered.

    It takes its port when it is created, so its URL is known before it starts; until then connections are refused.

    ::

        with MockServer() as mock:
            response = httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers)

    Args:
        port: 0, and also the default here, takes a free one.
        mock: A mock that exists already, with its settings, port included; or else
        settings: All settings, port included; or else
        progress_hook: Wraps the list of fixture files while they are read, to show the progress.
        options: Some of :class:`migma_mock.settings.Settings`, by name. Without ``host`` it listens on loopback; the
            variables MIGMA_MOCK_HOST, MIGMA_MOCK_UPSTREAM and MIGMA_MOCK_RECORD are for ``migma-mock serve``.

    Attributes:
        mock: The mock that it serves.
        settings: The settings of the mock.

    Raises:
        InputError: The contract, the fixtures, the certificate or the options cannot be used.
        MissingExtraError: A certificate is to be created (``tls=True``), and the extra [tls] is not installed.
        PortInUseError: Something listens on the address already.
        ServerError: It is not possible to listen on the address, or the server did not become ready.
    """

    def __init__(
        self,
        port: int | None = None,
        *,
        mock: Mock | None = None,
        settings: Settings | None = None,
        progress_hook: ProgressHook = iter,
        **options: Unpack[ServerArguments],
    ) -> None:
        given: Any = hide_secrets(options if port is None else {"port": port, **options})
        del options
        if mock is None:
            given = given if settings else {"host": LOOPBACK, "port": 0, **given}
            mock = Mock(settings, progress_hook=progress_hook, **given)
        elif not isinstance(mock, Mock):
            raise argument_error("MockServer(mock)", "a Mock", mock)
        elif settings or given:
            named = ", ".join([*(["settings"] if settings else []), *given])
            hint = "A mock has its settings already: give them to Mock(…)."
            raise ArgumentError([Problem("MockServer(mock)", "", "a mock alone", f"one with {named}")], hint)
        self.mock = mock
        self.settings = mock.settings
        self._socket = bind(self.settings.host, self.settings.port)
        self._address: tuple[str, int] = self._socket.getsockname()[:2]
        weakref.finalize(self, self._socket.close)
        mock.engine.cors.listen_at(self._address[0])
        mock.control_access.listen_at(self._address[0])
        mock.accounts.redactor.know([Secret(mock.control_access.token or "")])
        super().__init__(mock, base_url=base_url(*self._address, tls=self.settings.uses_tls))
        with options_named(mock.name_of_option):
            certificate = certificate_of(self.settings, self._address[0])
        self._temporary_file: weakref.finalize[Any, MockServer] | None = None
        if certificate and certificate.authority:
            mock.ca_file = write_authority(certificate.authority, self.settings.tls_ca)
            if self.settings.tls_ca is None:
                self._temporary_file = weakref.finalize(self, remove_file, mock.ca_file, os.getpid())
        self._server = UvicornServer(FrontDoor(mock), certificate and certificate.context)
        self._thread: threading.Thread | None = None
        self._process = os.getpid()

    @property
    def is_reachable_by_others(self) -> bool:
        """True unless the socket is bound to an address of this machine only, whatever name the option ``host`` has."""
        return not is_loopback(self._address[0])

    def listen(self, number: int = 1) -> list[socket.socket]:
        """Accept connections, which wait for :meth:`run` in this process or in those that are forked from it.

        Args:
            number: The number of processes; each gets one of the sockets that are returned.

        Raises:
            PortInUseError: Another process has begun to listen on the port.
            ServerError: It is not possible to listen so often.
        """
        sockets = share_port(self._socket, number)
        for each in sockets:
            listen(each)
        return sockets

    def run(
        self, on_ready: Callable[[], object], *, listening: socket.socket | None = None, obeys_signals: bool = True
    ) -> None:
        """Serve in this thread until SIGTERM or Ctrl-C; requests in progress are finished first.

        Args:
            on_ready: Called on the event loop when it answers.
            listening: One of the sockets of :meth:`listen`; None for the only one.
            obeys_signals: False if :meth:`handle_signal` is called in place of signals.

        Raises:
            MigmaError: The mock cannot run with the state of its accounts.
            OSError: What ``on_ready`` raised, which ended the server.
            PortInUseError: Another process has begun to listen on the port.
        """
        self._server.on_ready = on_ready
        self._server.obeys_signals = obeys_signals
        self._server.run(sockets=[listening or self.listen()[0]])
        failure = self._server.unready or self._server.failure
        if failure:
            raise failure

    def handle_signal(self, number: int) -> None:
        """End the server of :meth:`run`, as a signal to its process would."""
        self._server.handle_exit(number, None)

    def start(self) -> None:
        """Serve in a thread; return when the server answers.

        Raises:
            ServerError: It is running, or was stopped before, or did not become ready; or this process was forked
                since it was created, or has no real threads.
        """
        require_real_threads()
        if self._process != os.getpid():
            raise ServerError(f"This mock server belongs to the process that this one was forked from. {_OTHER}")
        if self._socket.fileno() < 0:
            raise ServerError(f"This mock server was stopped and has given its port back. {_OTHER}")
        if self._thread:
            raise ServerError(f"This mock server is already running at {self.base_url}. Use it, or create another one.")
        listen(self._socket)
        decided = threading.Event()
        self._server.on_ready = decided.set
        self._thread = threading.Thread(target=self._serve, args=(decided,), name="migma-mock", daemon=True)
        self._thread.start()
        if not decided.wait(_START_SECONDS):
            self._server.should_exit = True
            raise ServerError(f"The mock server at {self.base_url} was not ready after {_START_SECONDS:g} s.")
        if self._server.failure:
            raise self._server.failure
        if not self._server.started:
            raise ServerError(f"The mock server at {self.base_url} ended before it was ready; its log says why.")

    def _serve(self, over: threading.Event) -> None:
        try:
            # uvicorn raises it when the start fails, after logging the reason.
            with suppress(SystemExit):
                self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            over.set()

    def stop(self) -> None:
        """Stop the server that :meth:`start` started; requests in progress are finished first."""
        if self._thread:
            self._server.should_exit = True
            self._thread.join()
            self._thread = None
        self._socket.close()
        if self._temporary_file:
            self._temporary_file()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        unused = self._unused_at_end(error)
        self.stop()
        if unused:
            raise AssertionError(unused)
