"""The mock as a process of its own: started, listened to, and ended by a signal."""

import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path


class MockProcess:
    """``python -m migma_mock serve`` with what it said."""

    def __init__(self, *arguments, **environment):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "migma_mock", "serve", "--port", "0", *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.out = self.url = ""
        self._err = b""

    def wait_until_ready(self):
        """Return when it said that it is."""
        self.out = self.process.stdout.readline().decode()
        assert self.out.startswith("ready http://"), self.process.communicate()[1].decode()
        self.url = self.out.split()[1]

    def err_with(self, text):
        """Standard error so far, read until the text is in it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ)
            deadline = time.monotonic() + 10
            while text.encode() not in self._err:
                assert selector.select(deadline - time.monotonic()), f"no {text!r} in {self._err!r}"
                self._err += os.read(self.process.stderr.fileno(), 65536)
        return self._err.decode()

    def end(self, number=signal.SIGTERM):
        """Send a signal; seconds until the end, exit code, standard output and error in full."""
        started = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        seconds = time.monotonic() - started
        return seconds, self.process.returncode, self.out + out.decode(), (self._err + err).decode()

    def resident_kib(self):
        """Resident memory (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
