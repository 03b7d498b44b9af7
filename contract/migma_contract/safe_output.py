"""The last filter of what both commands print: no command of a CI system, and no character that controls a terminal.

Text of servers, files, settings and arguments ends in messages of many kinds, some of which libraries write. All of
them pass through here. Reports in a format for programs are bytes that have their own escapes (:func:`write_bytes`).
"""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

from migma_contract.ci_commands import LONGEST, without_commands
from migma_contract.colors import wants_color
from migma_contract.safe_text import block

_STYLE = r"(\x1b\[(?:[0-4]|[39][0-7])?(?:;(?:[0-4]|[39][0-7]))*m)"
"""The colours and weights that these commands use, where colours are wanted."""


class OutputFilter:
    """Makes text safe that comes in pieces, of which each continues the line of the one before it.

    Args:
        keep_colors: Keep colours, which commands themselves print where they are wanted.
    """

    def __init__(self, *, keep_colors: bool = False) -> None:
        self._keep_colors = keep_colors
        self._line = ""  # the end of what was printed after the last line break

    def __call__(self, text: str) -> str:
        """Return the next piece."""
        before = self._line
        whole = without_commands(before + self._visible(text))
        self._line = _end_of_line(whole)
        return whole[len(before) :]

    def _visible(self, text: str) -> str:
        if not self._keep_colors:
            return block(text)
        pieces = re.split(_STYLE, text)
        return "".join(piece if index % 2 else block(piece) for index, piece in enumerate(pieces))


def printable(text: str) -> str:
    """Return a text of whole lines as it can be printed."""
    return OutputFilter()(text)


def _end_of_line(text: str) -> str:
    """Return as much of an unfinished line as matters for the next piece: its end, and if it is blank before that.

    Colours do not matter: runners remove them.
    """
    line = text[text.rfind("\n") + 1 :]
    line = re.sub(_STYLE, "", line) if "\x1b" in line else line
    content = line.lstrip()
    if len(content) > LONGEST:
        return f"…{content[-LONGEST:]}"
    return content if len(content) == len(line) else f" {content}"


class SafeStream(io.TextIOBase):
    """A text stream that filters what is written to another one. It has no ``buffer``, which would go round it.

    Attributes:
        stream: The other one.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self._filter = OutputFilter(keep_colors=wants_color(stream))

    def write(self, text: str, /) -> int:
        """Write a text, made safe."""
        self.stream.write(self._filter(text))
        return len(text)

    def flush(self) -> None:
        """Flush the other stream."""
        self.stream.flush()

    def isatty(self) -> bool:
        """True if the other stream is a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the other stream."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """True if the other stream is open."""
        return self.stream.writable()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only
        """The encoding of the other stream."""
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # read-only
        """The other stream's treatment of characters that it cannot encode."""
        return self.stream.errors


@contextmanager
def safe_streams() -> Iterator[None]:
    """Filter standard output and standard error within this block."""
    with redirect_stdout(SafeStream(sys.stdout)), redirect_stderr(SafeStream(sys.stderr)):
        yield


def unfiltered(stream: TextIO) -> TextIO:
    """Return the stream below a filter: for a line of progress on a terminal, which moves the cursor."""
    return stream.stream if isinstance(stream, SafeStream) else stream


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output, unfiltered: they are harmless, or commands on purpose."""
    sys.stdout.flush()
    unfiltered(sys.stdout).buffer.write(data)
