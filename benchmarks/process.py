"""A server as a process of its own, from its command to its first 200."""

import contextlib
import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 120.0
_STOP_SECONDS = 5.0


class StartError(Exception):
    """A server ended, or took too long, before it answered with 200."""


@dataclass(frozen=True)
class Process:
    """A server that runs.

    Attributes:
        start_seconds: From its command to its first 200.
    """

    pid: int
    port: int
    start_seconds: float

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Status and body of one request over a connection of its own; status 0 where there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            try:
                connection.request(method, path, body, dict(headers or {}))
                response = connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException):
                return 0, b""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], folder: Path, *, port: int, path: str, headers: Mapping[str, str]) -> Iterator[Process]:
    """Start a server, and give it when it answers ``path`` with 200; stop it at the end.

    Raises:
        StartError: It did not come so far; with what it said.
    """
    request = "".join([f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n", *(f"{n}: {v}\r\n" for n, v in headers.items())])
    log = folder / "log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=_environment(), stdout=output, stderr=output)
    try:
        while not _answers(port, f"{request}Connection: close\r\n\r\n".encode()):
            if process.poll() is not None or time.perf_counter() - began > _START_SECONDS:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise StartError(f"No 200 from {' '.join(command)} ({process.poll()}):\n{said}")
            time.sleep(0.002)
        yield Process(process.pid, port, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int, request: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """The surrounding one without what would change a server, and with this checkout importable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MIGMA_", "PYTHON", "COVERAGE"))}
    return kept | {"PYTHONPATH": str(Path(__file__).parent.parent), "NO_UPDATE_NOTIFIER": "1", "CI": "1"}
