"""The access log: one readable line per request, written in batches.

uvicorn's log formats and writes each line separately, which halves the throughput.
"""

import asyncio
import contextlib
import sys
import time
from typing import TextIO

from migma_contract.redaction import mask

_FLUSH_SECONDS = 0.05
_FLUSH_LINES = 256
_PATH_SHOWN = 200


class AccessLog:
    """Writes lines to a stream (by default standard error), at most 50 ms later."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._lines: list[str] = []
        self._second = 0
        self._clock = ""

    def request(self, method: str, raw_path: bytes, status: int, matched_by: str, seconds: float) -> None:
        """Log one answered request: time, method, path, status, what matched it, and how long the mock took.

        The path has no query, headers are left out, and whatever looks like a key is masked.
        """
        now = int(time.time())
        if now != self._second:
            self._second, self._clock = now, time.strftime("%H:%M:%S", time.localtime(now))
        path = raw_path[:_PATH_SHOWN].decode("ascii", "backslashreplace")
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)
        what = mask(f"{method} {path} {status} {matched_by}")
        self._lines.append(f"{self._clock} {what} {seconds * 1000:.2f} ms\n")
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()

    def note(self, text: str) -> None:
        """Log any other event."""
        self._lines.append(f"{time.strftime('%H:%M:%S')} {text}\n")
        self.flush()

    def flush(self) -> None:
        """Write the buffered lines."""
        lines, self._lines = self._lines, []
        # The reader of the log may be gone; the mock keeps running.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write("".join(lines))
            self._stream.flush()
