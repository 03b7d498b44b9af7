"""Run ``migma-mock serve``: in this process, or in workers that share its socket and a store."""

import asyncio
import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from migma_contract.errors import PortInUseError, Problem, SettingsError
from migma_contract.redaction import Secret
from migma_mock.cli.banner import ca_lines, print_banner, token_lines
from migma_mock.cli.json_start import log_start
from migma_mock.cli.progress import progress
from migma_mock.cli.ready_line import write_ready_line
from migma_mock.cli.worker_process import LIFE_SECONDS, READY
from migma_mock.http.access_log import AccessLog
from migma_mock.http.json_log import JsonLog, JsonStream
from migma_mock.memory import parse_size
from migma_mock.server import MockServer
from migma_mock.settings import Settings, unknown_variables
from migma_mock.state_url import is_embedded, is_shared

if TYPE_CHECKING:
    from migma_mock.sharing.store.embedded_store import EmbeddedStore

_COLLECTED_AFTER = (10_000, 20, 20)
"""Thresholds of Python's garbage collector. A full collection holds up all requests for some 30 ms."""

_COUNTED = "counts of faults, script steps and rate limits"


def serve_until_told(settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C; return the exit code.

    Raises:
        MigmaError: The mock cannot run with these settings.
        OSError: The ready line cannot be written.
    """
    if settings.log_format == "json":
        # Until the end of the process: an error that ends the command is told after this function.
        sys.stderr = JsonStream(sys.stderr, "error")
    require_workers(settings)
    with _embedded_store(settings) as (shared, store):
        server = _create(shared)
        log = _print_start(server)
        gc.freeze()  # what was made until now lasts as long as the server
        gc.set_threshold(*_COLLECTED_AFTER)

        def print_ready() -> None:
            log.writer.drain()  # on a terminal, the ready line comes after the banner
            write_ready_line(f"ready {server.base_url}\n", sys.stdout)

        try:
            if settings.workers > 1 or store:
                return _run_workers(server, log, store, print_ready)
            with log.collecting():
                server.run(on_ready=print_ready)
            return 0
        finally:
            log.flush()
            server.stop()


def require_workers(settings: Settings) -> None:
    """Check that the settings let several workers give the same answers.

    Raises:
        SettingsError: They do not.
    """
    number = settings.workers
    if number == 1 and not is_embedded(settings.state):
        return
    if not hasattr(os, "fork"):
        raise SettingsError([Problem("--workers", "", "1 on this system, without --state embedded", str(number))])
    if number > 1 and settings.control and not is_shared(settings.state):
        raise SettingsError(
            [Problem("--workers", "", "1, or a --state that the workers share", f"{number} and --state memory")],
            "Add --state embedded, or the URL of a store. With --no-control several workers may do without it: each "
            f"has its own journal and its own {_COUNTED}.",
        )


@contextlib.contextmanager
def _embedded_store(settings: Settings) -> Iterator[tuple[Settings, "EmbeddedStore | None"]]:
    """Start the embedded store if it is asked for; yield settings that name its socket, and the store; stop it then.

    It runs before anything else is made, so that its folder goes with the command whenever that is killed.
    """
    if not is_embedded(settings.state):
        yield settings, None
        return
    # Imported here, since it needs what Windows does not have.
    from migma_mock.sharing.store.embedded_store import EmbeddedStore

    store = EmbeddedStore(parse_size(settings.max_memory))
    try:
        store.start()
        yield settings.model_copy(update={"state": Secret(store.url)}), store
    finally:
        store.stop()


def _create(settings: Settings) -> MockServer:
    progress_hook = iter if settings.quiet else partial(progress, label="Reading fixtures")
    try:
        return MockServer(settings=settings, progress_hook=progress_hook)
    except PortInUseError as error:
        from migma_mock.cli.port_owner import port_in_use

        raise port_in_use(settings.host, settings.port) from error


def _new_log(server: MockServer) -> AccessLog:
    form = JsonLog if server.settings.log_format == "json" else AccessLog
    return form(redact=server.mock.accounts.redactor.text)


def _print_start(server: MockServer) -> AccessLog:
    """Print what people have to know at the start; return the log of this process.

    Banner, errors of the server and warnings go the same way as the log: nothing but its thread waits for a reader.
    """
    log = _new_log(server)
    notes = [*server.mock.start_notes, *_worker_notes(server.settings), *unknown_variables()]
    if isinstance(log, JsonLog):
        log_start(server, notes, log)
    elif server.settings.quiet:
        log.writer.write("".join(f"migma-mock: {sentence}\n" for sentence in unknown_variables()))
        lines = [*ca_lines(server.mock.ca_file), *token_lines(server.mock.control_access)]
        log.writer.write("".join(f"{line}\n" for line in lines))
    else:
        print_banner(server, notes, log.writer)
    _show_events(server, log)
    return log


def _show_events(server: MockServer, log: AccessLog) -> None:
    """Show requests and notes in the log of this process; with ``--quiet``, warnings only."""
    server.mock.log = None if server.settings.quiet else log
    server.mock.warning_log = log


def _worker_notes(settings: Settings) -> list[str]:
    if settings.workers == 1 or is_shared(settings.state):
        return []
    return [f"{settings.workers} workers without a shared --state: each has its own journal and its own {_COUNTED}."]


def _run_workers(
    server: MockServer, log: AccessLog, store: "EmbeddedStore | None", on_ready: Callable[[], object]
) -> int:
    from migma_mock.cli.workers import Workers

    settings = server.settings
    if settings.control:
        # What each worker would import for its first own page: once, and in memory that all of them share.
        importlib.import_module("migma_mock.http.application")
    sockets = server.listen(settings.workers)

    def work(channel: socket.socket, index: int, is_restart: bool) -> None:  # noqa: FBT001 - called by Workers alone
        for each in set(sockets) - {sockets[index]}:
            each.close()
        _work(server, channel, sockets[index], is_restart=is_restart)

    def stop_listening() -> None:
        for each in sockets:
            each.close()

    workers = Workers(
        settings.workers,
        work,
        partial(log.note, is_warning=True),
        drain=settings.drain,
        store=store,
        stop_listening=stop_listening,
    )
    return workers.run(on_ready)


def _work(server: MockServer, channel: socket.socket, listening: socket.socket, *, is_restart: bool) -> None:
    """Answer requests in a worker, until the command says so or ends."""
    server.mock.log = server.mock.warning_log = None  # those of the command
    if is_restart and server.settings.reload:
        server.mock.reload()  # files may have changed since the command read them, as the other workers have said
    log = _new_log(server)  # a thread of the command, which is not in this process, writes the other one
    _show_events(server, log)

    def obey() -> None:
        numbers = channel.recv(64)
        if not numbers:  # the command is gone
            asyncio.get_running_loop().remove_reader(channel)
        for number in numbers or [signal.SIGINT]:
            server.handle_signal(number)

    def on_ready() -> None:
        asyncio.get_running_loop().add_reader(channel, obey)
        show_life()

    def show_life() -> None:
        with contextlib.suppress(OSError):  # the command is gone, or has been paused for so long that no more fits
            channel.send(READY, socket.MSG_DONTWAIT)
        asyncio.get_running_loop().call_later(LIFE_SECONDS, show_life)

    try:
        with log.collecting():
            server.run(on_ready, listening=listening, obeys_signals=False)
    finally:
        log.flush()
