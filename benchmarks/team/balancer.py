"""HAProxy in front of several mocks, configured as in deploy/: it asks each whether it is ready."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from benchmarks.process import free_port

_START_SECONDS = 30.0

_SHIPPED = Path(__file__).parents[2] / "deploy" / "haproxy.cfg"


class BalancerError(Exception):
    """HAProxy is not installed, or did not start."""


class Balancer:
    """HAProxy, from its start on; used as a context manager, it is ended at the end.

    Args:
        host: The address that it listens on.
        mocks: Host and port of each mock.

    Raises:
        BalancerError: It is not installed, or does not start.

    Attributes:
        address: Host and port.
    """

    def __init__(self, host: str, mocks: Sequence[tuple[str, int]]) -> None:
        program = shutil.which("haproxy")
        if program is None:
            raise BalancerError("HAProxy is not installed. On Debian and Ubuntu: apt install haproxy")
        self.address = (host, free_port())
        self._folder = Path(tempfile.mkdtemp(prefix="migma-balancer-"))
        file = self._folder / "haproxy.cfg"
        file.write_text(_configuration(self.address, mocks), encoding="utf-8")
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen([program, "-db", "-f", str(file)], stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BalancerError((self._folder / "log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _listens(self) -> bool:
        try:
            socket.create_connection(self.address, timeout=1).close()
        except OSError:
            return False
        return True


def _configuration(address: tuple[str, int], mocks: Sequence[tuple[str, int]]) -> str:
    """Return the configuration of deploy/, with other addresses."""
    lines = _SHIPPED.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.lstrip().startswith(("server ", "bind "))]
    frontend = kept.index("frontend clients") + 1
    kept.insert(frontend, f"    bind {address[0]}:{address[1]}")
    servers = [f"    server mock-{number} {host}:{port}" for number, (host, port) in enumerate(mocks, start=1)]
    return "\n".join([*kept, *servers]) + "\n"
