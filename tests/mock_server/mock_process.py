"""The mock as a process of its own: start it, read what it prints, end it with a signal."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class MockProcess:
    """``migma-mock serve`` on a free port, with what it printed so far."""

    def __init__(self, *arguments, cwd=None, stderr=subprocess.PIPE, start_new_session=False, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migma_mock", "serve", "--port", "0", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=start_new_session,
        )
        self.out = self.url = ""
        self._err = b""

    def wait_until_ready(self):
        """Return after the ready line."""
        self.out = self.process.stdout.readline().decode()
        assert self.out.startswith("ready http"), self.process.communicate()[1].decode()
        self.url = self.out.split()[1]

    def err_with(self, text):
        """Return standard error so far, read until it contains the text."""
        while text.encode() not in self._err:
            chunk = os.read(self.process.stderr.fileno(), 65536)
            assert chunk, f"no {text!r} in {self._err!r}"
            self._err += chunk
        return self._err.decode()

    def end(self, number=signal.SIGTERM):
        """Send a signal; return seconds until the end, exit code, standard output and standard error."""
        started = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate()
        seconds = time.monotonic() - started
        return seconds, self.process.returncode, self.out + out.decode(), (self._err + (err or b"")).decode()

    def resident_kib(self):
        """Return the resident memory (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
