"""HAProxy in front of several mocks: it asks each whether it is ready, and sends it requests as long as it is."""

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

# Only a connection that could not be opened is tried elsewhere: a request that was sent may have counted.
_CONFIGURATION = """
global
    maxconn 4096
defaults
    mode http
    timeout connect 1s
    timeout client 120s
    timeout server 120s
    timeout check 1s
    retries 3
    retry-on conn-failure
    option redispatch 1
frontend all
    bind {host}:{port}
    default_backend mocks
backend mocks
    balance roundrobin
    option httpchk GET /__mock__/ready
    http-check expect status 200
    default-server check inter 200ms fall 1 rise 2 on-marked-down shutdown-sessions
"""


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
        servers = "".join(f"    server mock{number} {h}:{p}\n" for number, (h, p) in enumerate(mocks, start=1))
        file.write_text(_CONFIGURATION.format(host=host, port=self.address[1]) + servers, encoding="utf-8")
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
