"""Write the ready line to standard output without waiting for whoever reads it."""

import select
from typing import TextIO

from migma_mock.http.log_writer import LogWriter


def write_ready_line(line: str, stream: TextIO) -> None:
    """Write a line at once if there is room for it; else a thread writes it as soon as there is.

    A pipe that is full since nobody reads it must not keep the mock from answering.

    Raises:
        OSError: Whoever reads the stream has closed it.
    """
    if not stream.writable():  # a service may be started without standard output
        return
    if not _has_room(stream):
        LogWriter(stream).write(line)
        return
    stream.write(line)
    stream.flush()


def _has_room(stream: TextIO) -> bool:
    """True if a write of some bytes does not block; also where that cannot be told, as of pipes on Windows."""
    try:
        return bool(select.select([], [stream.fileno()], [], 0)[1])
    except (OSError, ValueError):  # also a stream in memory
        return True
