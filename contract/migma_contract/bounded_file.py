"""Read a file that a user names, within bounds of size and time, whatever it is."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

PIPE_SECONDS = 60.0
"""Seconds that the other program may take to write everything into a pipe."""

_CHUNK = 1024 * 1024
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_file(path: Path, limit: int, *, pipes: bool = True, seconds: float = PIPE_SECONDS) -> bytes:
    """Return the content of a file; it never waits for a device or for the other end of a pipe without end.

    Args:
        path: A regular file, or a pipe, as ``<(…)`` of a shell makes one.
        limit: The most bytes that it may have, also if it grows while it is read.
        pipes: False to refuse pipes.
        seconds: How long the content of a pipe may take.

    Raises:
        OSError: It cannot be read, is of another kind, or has more bytes; with the reason in its ``strerror``.
        ValueError: No file can have this name.
    """
    _require_kind(path.stat().st_mode, pipes=pipes)  # opening a device may do something
    descriptor = os.open(path, _FLAGS)
    try:
        # Again, since it may have been replaced.
        is_pipe = _require_kind(os.fstat(descriptor).st_mode, pipes=pipes)
        content = bytearray()
        for chunk in _chunks_of_pipe(descriptor, seconds) if is_pipe else _chunks_of_file(descriptor):
            content += chunk
            if len(content) > limit:
                raise OSError(errno.EFBIG, f"more than {describe_bytes(limit)}")
        return bytes(content)
    finally:
        os.close(descriptor)


def describe_bytes(number: int) -> str:
    """Return a number of bytes as people write it: ``256 KiB``, ``8 MiB``; the bytes themselves if it is not round."""
    for unit, size in (("MiB", 1024 * 1024), ("KiB", 1024)):
        if number >= size and number % size == 0:
            return f"{number // size} {unit}"
    return f"{number} bytes"


def _require_kind(mode: int, *, pipes: bool) -> bool:
    """Return True for a pipe and False for a regular file; refuse anything else."""
    if stat.S_ISREG(mode):
        return False
    if stat.S_ISFIFO(mode) and pipes:
        return True
    kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
    raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL, kind)


def _chunks_of_file(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, _CHUNK):
        yield chunk


def _chunks_of_pipe(descriptor: int, seconds: float) -> Iterator[bytes]:
    import select  # a library of its own, which no regular file needs

    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    deadline = time.monotonic() + seconds
    while ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:  # another reader was quicker
            continue
        if not chunk:
            return
        yield chunk
        if time.monotonic() > deadline:
            break
    raise OSError(errno.ETIMEDOUT, f"a pipe that was not closed by its writer within {seconds:g} s")
