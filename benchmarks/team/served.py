"""A mock as a process, perhaps in a network namespace: from its command to its ready line, and its end."""

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from benchmarks import machine
from benchmarks.team.control import Control

TOKEN = "control-token-of-the-proof"  # noqa: S105  # of a mock that lives for minutes
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0


class ServeError(Exception):
    """A mock did not start, or ended too early."""


class Served:
    """``migma-mock serve``, from its ready line on; used as a context manager, it is stopped at the end.

    Args:
        options: Options of the command.
        prefix: A command that runs it, as ``("ip", "netns", "exec", "one")`` does.
        host: The address that it listens on.
        port: The port; 0 for a free one.

    Raises:
        ServeError: It is not ready after a minute, or ended before; with what it said.

    Attributes:
        address: Host and port.
        pid: Of its first process.
        start_seconds: From its command to its ready line.
    """

    def __init__(
        self, *options: str, prefix: Sequence[str] = (), host: str = "127.0.0.1", port: int = 0, quiet: bool = True
    ) -> None:
        command = [*prefix, sys.executable, "-m", "migma_mock", "serve", "--host", host, "--port", str(port), *options]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed by stop()
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [*command, "--quiet"] if quiet else command,
            cwd=Path(__file__).parents[2],
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        line = self._first_line()
        self.start_seconds = time.perf_counter() - began
        if not line.startswith("ready "):
            self._process.kill()
            said = f"it said {line!r} and {self.log()!r}"
            self.stop()
            raise ServeError(f"{' '.join(command)}: not ready; {said}")
        self.pid = self._process.pid
        self.address = (host, int(line.split()[1].rpartition(":")[2].rstrip("/")))

    def _first_line(self) -> str:
        """Return the first line that it prints; "" if it ends before, or takes too long."""
        output = self._process.stdout
        if output is None or not select.select([output], [], [], _START_SECONDS)[0]:
            return ""
        return output.readline().decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def control(self, timeout: float = 60.0) -> Control:
        """Return its control API."""
        return Control(self.address, TOKEN, timeout)

    def log(self) -> str:
        """Return what it said on standard error."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def workers(self) -> list[int]:
        """Return the ids of its child processes."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(child) for child in path.read_text(encoding="ascii").split()]

    def resident_mb(self) -> float:
        """Return the resident memory of all its processes."""
        return machine.resident_mb(self.pid)

    def stop(self) -> None:
        """End it, by force if it does not end in a minute."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()


def _environment() -> dict[str, str]:
    """Return the surrounding one without what would change a mock."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MIGMA_", "COVERAGE"))}
    return kept | {"MIGMA_MOCK_CONTROL_TOKEN": TOKEN}
