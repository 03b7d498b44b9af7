"""Write the log in a thread of its own: a reader that stops reading never stops the server."""

import io
import select
import threading
from collections import deque
from collections.abc import Callable
from typing import TextIO

from migma_contract.safe_output import OutputFilter

MAX_WAITING = 1024 * 1024
"""Characters that wait to be written; what exceeds them is dropped and counted."""

_WHOLE = 4096
"""Bytes that Linux writes to a pipe at once: several workers may have the same pipe, and their lines stay whole."""

_STOP_SECONDS = 1.0
"""Time for the lines that still wait when the mock stops."""


class LogWriter(io.TextIOBase):
    """A text stream that never blocks: it hands lines to a thread, which writes them to another stream in their order.

    That stream may block for as long as it likes, as a pipe that nobody reads does. Lines for which there is no room
    are dropped, and one line in their place says how many. The thread does not keep the process alive.

    Args:
        stream: Where the lines go.
        describe_lost: Returns the line in place of so many dropped ones; "" for none.

    Attributes:
        stream: The same.
    """

    def __init__(self, stream: TextIO, describe_lost: Callable[[int], str] | None = None) -> None:
        self.stream = stream
        self._describe_lost = describe_lost or describe_gap
        self._texts: deque[str] = deque()
        self._waiting = 0
        # Lines that came while there was no room, and lines that could not be written: after and before the texts.
        self._dropped = self._failed = 0
        self._is_writing = False
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    def write(self, text: str, /) -> int:
        """Hand over a text; it ends with a line break, unless its line continues with the next one."""
        with self._changed:
            # After the first dropped line, all are dropped until the others are written: one gap and not many.
            if self._dropped or (self._waiting and self._waiting + len(text) > MAX_WAITING):
                self._dropped += text.count("\n")
                return len(text)
            self._texts.append(text)
            self._waiting += len(text)
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="migma-mock-log", daemon=True)
                self._thread.start()
        return len(text)

    def isatty(self) -> bool:
        """True if the lines go to a terminal."""
        return not self.stream.closed and self.stream.isatty()

    def drain(self) -> None:
        """Wait until everything is written, but not longer than a second."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._texts or self._dropped or self._is_writing), _STOP_SECONDS)

    def _run(self) -> None:
        write, make_safe = _unbuffered(self.stream), OutputFilter(keep_colors=self.isatty())
        while True:
            lost, text = self._next()
            is_written = write(make_safe(self._describe_lost(lost) + text))
            with self._changed:
                self._is_writing = False
                self._waiting -= len(text)
                self._failed += 0 if is_written else lost + text.count("\n")
                self._changed.notify_all()

    def _next(self) -> tuple[int, str]:
        """Wait for the next text; return the number of lines that are missing before it, and the text."""
        with self._changed:
            self._changed.wait_for(lambda: self._texts or self._dropped)
            self._is_writing = True
            lost, self._failed = self._failed, 0
            if self._texts:
                return lost, self._texts.popleft()
            lost, self._dropped = lost + self._dropped, 0
            return lost, ""


def describe_gap(lost: int) -> str:
    """Return the line that tells how many are missing in its place; "" for none."""
    lines = "1 line of the log is" if lost == 1 else f"{lost:,} lines of the log are"
    return f"{lines} missing here: the log was not read, or could not be written.\n" if lost else ""


def _unbuffered(stream: TextIO) -> Callable[[str], bool]:
    """Return a function that writes a text to the file below a stream; it returns False if that is not possible.

    It takes no lock: a thread that waits within a buffered stream keeps its lock, which Python needs to end.
    """
    try:
        raw = open(stream.fileno(), "wb", buffering=0, closefd=False)  # noqa: SIM115  # open to the end
    except (AttributeError, OSError, ValueError):  # a stream in memory, or one that is closed
        return lambda text: _write_text(stream, text)
    return lambda text: _write_bytes(raw, text.encode(stream.encoding or "utf-8", "backslashreplace"))


def _write_text(stream: TextIO, text: str) -> bool:
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        return False
    return True


def _write_bytes(raw: io.FileIO, data: bytes) -> bool:
    left = memoryview(data)
    try:
        while left:
            written = raw.write(left[: _whole_lines(data, len(data) - len(left))])
            if written is None:
                # Another program that has the same pipe made it non-blocking.
                select.select([], [raw], [])
            else:
                left = left[written:]
    except (OSError, ValueError):
        return False
    return True


def _whole_lines(data: bytes, start: int) -> int:
    """Return how many bytes after a place to write at once: as many whole lines as fit, or a part of a longer line."""
    if len(data) - start <= _WHOLE:
        return len(data) - start
    end = data.rfind(b"\n", start, start + _WHOLE) + 1
    return end - start if end else _WHOLE
