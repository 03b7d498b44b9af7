"""The access log: one readable line per request, written in batches.

uvicorn's log formats and writes each line separately, which halves the throughput.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import TextIO

from migma_contract.redaction import mask
from migma_mock.event_log import no_account
from migma_mock.http.log_writer import LogWriter

_BATCH_SECONDS = 0.05
_BATCH_LINES = 256

PATH_SHOWN = 200
"""Bytes of a path that the log shows."""


class AccessLog:
    """Writes lines to a stream, usually at most 50 ms later.

    Args:
        stream: None for standard error.
        redact: Removes secrets from all lines that are written together.
        writer: Writes them without blocking; None for one that writes to the stream.

    Attributes:
        writer: The same.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        redact: Callable[[str], str] = mask,
        writer: LogWriter | None = None,
    ) -> None:
        self._redact = redact
        self.writer = writer or LogWriter(stream or sys.stderr)
        self._lines: list[str] = []
        self._second = 0
        self._clock = ""

    def request(
        self,
        method: str,
        raw_path: bytes,
        status: int | str,
        matched_by: str,
        seconds: float,
        *,
        account: Callable[[], str] = no_account,  # noqa: ARG002  # a line has no room for it
    ) -> None:
        """Log one request: time, method, path, status, what matched it, and how long the mock took.

        In place of the status of a response that was not complete it has what the client got. The path has no query,
        and headers are left out.
        """
        now = int(time.time())
        if now != self._second:
            self._second, self._clock = now, time.strftime("%H:%M:%S", time.localtime(now))
        path = raw_path[:PATH_SHOWN].decode("ascii", "backslashreplace")
        self._add(f"{self._clock} {method} {path} {status} {matched_by} {seconds * 1000:.2f} ms\n")

    def note(self, text: str, *, is_warning: bool = False) -> None:  # noqa: ARG002  # people see it from the text
        """Log any other event."""
        self._lines.append(f"{time.strftime('%H:%M:%S')} {text}\n")
        self._write()

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Within this block, write what is printed on standard error to the log."""
        with redirect_stderr(self.writer):
            yield

    def flush(self) -> None:
        """Write what is left; return when it is written, or after a second if nobody reads it."""
        self._write()
        self.writer.drain()

    def _add(self, line: str) -> None:
        """Write a line with others that come soon."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_BATCH_SECONDS, self._write)
        self._lines.append(line)
        if len(self._lines) >= _BATCH_LINES:
            self._write()

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self.writer.write(self._redact("".join(lines)))
