"""The log as JSON, one object a line (``--log-format json``): requests, notes, and all else on standard error."""

import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime
from typing import TextIO, cast

from migma_contract.ci_commands import in_json, without_commands
from migma_contract.redaction import mask
from migma_contract.timestamps import format_rfc3339
from migma_mock.event_log import no_account
from migma_mock.http.access_log import PATH_SHOWN, AccessLog
from migma_mock.http.log_writer import LogWriter, describe_gap

_encode = json.JSONEncoder(separators=(",", ":")).encode


def json_line(level: str, event: str, **fields: object) -> str:
    """Return an event as one line: a JSON object in ASCII, which no program that reads lines can misread.

    Args:
        level: ``info``, ``warning`` or ``error``.
        event: The kind of event, such as ``request``.
        fields: What else is told; None for what there is not.
    """
    found = {"time": format_rfc3339(datetime.now(UTC), "milliseconds"), "level": level, "event": event, **fields}
    shown = {name: value for name, value in found.items() if value is not None} | {"pid": os.getpid()}
    return without_commands(f"{_encode(shown)}\n", in_json)


class JsonStream(io.TextIOBase):
    """A text stream that writes each text as an event to another stream; a text goes on until its line ends.

    Args:
        stream: The other stream.
        level: The level of the events.
        redact: Removes secrets.

    Attributes:
        stream: The same.
    """

    def __init__(self, stream: TextIO, level: str, redact: Callable[[str], str] = mask) -> None:
        self.stream = stream
        self._level = level
        self._redact = redact
        self._text = ""

    def write(self, text: str, /) -> int:
        """Write a text. One with several lines, such as a traceback, is one event if it comes at once."""
        self._text += text
        if self._text.endswith("\n"):
            message, self._text = self._text.strip("\n"), ""
            if message:
                self.stream.write(json_line(self._level, "message", message=self._redact(message)))
        return len(text)

    def flush(self) -> None:
        """Flush the other stream."""
        self.stream.flush()

    def fileno(self) -> int:
        """Return the descriptor of the other stream."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """True if the other stream is open."""
        return self.stream.writable()


class JsonLog(AccessLog):
    """Writes each event as a JSON object, usually at most 50 ms later.

    Args:
        stream: None for standard error.
        redact: Removes secrets from each text before it becomes JSON, whose escapes would hide them.
    """

    def __init__(self, stream: TextIO | None = None, redact: Callable[[str], str] = mask) -> None:
        target = stream or sys.stderr
        target = target.stream if isinstance(target, JsonStream) else target
        super().__init__(redact=redact, writer=LogWriter(target, _gap_line))

    def request(
        self,
        method: str,
        raw_path: bytes,
        status: int | str,
        matched_by: str,
        seconds: float,
        *,
        account: Callable[[], str] = no_account,
    ) -> None:
        """Log one request; a response that was not complete has ``failure`` in place of a status."""
        end = {"status": status} if isinstance(status, int) else {"failure": status}
        line = json_line(
            "info",
            "request",
            method=method,
            path=self._redact(raw_path[:PATH_SHOWN].decode("ascii", "backslashreplace")),
            **end,
            matched_by=self._redact(matched_by),
            milliseconds=round(seconds * 1000, 3),
            account=account() or None,
        )
        self._add(line)

    def note(self, text: str, *, is_warning: bool = False) -> None:
        """Log any other event."""
        self.event("warning" if is_warning else "info", "note", message=self._redact(text))

    def event(self, level: str, event: str, **fields: object) -> None:
        """Log an event as it is; secrets are not removed."""
        self._lines.append(json_line(level, event, **fields))
        self._write()

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Within this block, log what libraries log, and what is printed on standard error."""
        handler = _LogHandler(self, self._redact)
        root = logging.getLogger()
        root.addHandler(handler)
        logging.captureWarnings(capture=True)
        try:
            with redirect_stderr(JsonStream(cast("TextIO", self.writer), "warning", self._redact)):
                yield
        finally:
            logging.captureWarnings(capture=False)
            root.removeHandler(handler)

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            self.writer.write("".join(lines))


class _LogHandler(logging.Handler):
    """Logs what loggers of libraries get, from any thread; a traceback is part of its event."""

    def __init__(self, log: JsonLog, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._log = log
        self._redact = redact
        self._exceptions = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record."""
        exception = self._exceptions.formatException(record.exc_info) if record.exc_info else None
        line = json_line(
            _level_of(record),
            "log",
            logger=record.name,
            message=self._redact(record.getMessage()),
            exception=exception and self._redact(exception),
        )
        self._log.writer.write(line)


def _level_of(record: logging.LogRecord) -> str:
    """Return the nearest of the three levels: libraries have more of them."""
    if record.levelno >= logging.ERROR:
        return "error"
    return "warning" if record.levelno >= logging.WARNING else "info"


def _gap_line(lost: int) -> str:
    return json_line("warning", "gap", message=describe_gap(lost).strip(), lines=lost) if lost else ""
