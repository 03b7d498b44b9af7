"""Write a file completely, or not at all, and never through a link: the one place where this project writes files."""

import errno
import os
import re
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from migma_contract.file_errors import FILE_ERRORS, why_unusable

_STREAM = re.compile(r"/dev/std(?P<name>in|out|err)|/(?:dev|proc/self)/fd/(?P<number>[0-9]{1,9})")
STDOUT = 1
"""Number of standard output."""
_NUMBERS = {"in": 0, "out": STDOUT, "err": 2}
READER_SECONDS = 60.0
"""Seconds that a named pipe may have no reader."""

_PAUSE = 0.05
_LINK = "a symbolic link; name the file that it leads to"
_PLANTED = "a file of another user in a folder where all may write; choose another folder"


def stream_number(path: Path) -> int | None:
    """Return the number of the open stream that a path names, such as ``/dev/stdout`` and ``/dev/fd/63``, or None.

    Shells put the latter in place of ``>(command)``. Both are links for the system; what they name is open already, so
    nobody else can lead them elsewhere.
    """
    match = _STREAM.fullmatch(str(path))
    if not match:
        return None
    return int(match["number"]) if match["number"] else _NUMBERS[match["name"]]


def why_unwritable(path: Path) -> str:
    """Return why a file cannot be written, as far as can be seen before; "" if it can.

    A new file is tried, since nothing else shows that none can be made in a folder such as ``/proc``.
    """
    try:
        if (number := stream_number(path)) is not None:
            os.fstat(number)
            return ""
        with suppress(FileNotFoundError):
            path.stat()  # names a link to itself, and a name that is too long
        if path.is_symlink():
            return _LINK
        if path.is_dir():
            return "a folder"
        if not path.parent.is_dir():
            return f"no folder {path.parent}"
        if _is_planted(path):
            return _PLANTED
        if path.exists() and not os.access(path, os.W_OK):
            return "no permission to write it"
        if not _is_special(path):
            _try_to_create(path)
    except FILE_ERRORS as error:
        return why_unusable(error)
    return ""


def write_whole_file(path: Path, text: str) -> None:
    """Write a text to a file in UTF-8, completely or not at all, and leave no other file, whatever stops it.

    The text goes to a new file of an unpredictable name, which then takes the place of the old one. So a link with the
    name of the file is never followed, other names of the old file keep its content, and its permissions stay. A
    device, a pipe and an open stream are written as they are.

    Raises:
        OSError: It cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    if (number := stream_number(path)) is not None:
        _write_special(os.dup(number), data)
        return
    if path.is_symlink():
        raise OSError(errno.EEXIST, _LINK)
    if _is_planted(path):
        raise PermissionError(errno.EPERM, _PLANTED)
    if _is_special(path):
        _write_special(_open_special(path), data)
        return
    old = path.stat() if path.exists() else None
    temporary = _beside(path)
    try:
        # Readable for nobody else until it has the permissions of the old file; a new file has those of the umask.
        with open(temporary, "xb", opener=_opener(0o600 if old else 0o666)) as stream:
            stream.write(data)
            if old and os.name == "posix":
                _take_over(old, stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _is_planted(path: Path) -> bool:
    """Return True for a file or a pipe that another user put into a folder such as ``/tmp``.

    It would keep its owner, who could read and change what is written. Linux has the same rule (protected_regular).
    """
    if os.name != "posix" or not path.exists():
        return False
    folder = path.parent.stat()
    is_shared = folder.st_mode & stat.S_ISVTX and folder.st_mode & stat.S_IWOTH
    return bool(is_shared) and path.stat().st_uid not in (os.geteuid(), folder.st_uid)


def _is_special(path: Path) -> bool:
    """Return True for a device or a pipe, which no file can take the place of."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _write_special(number: int, data: bytes) -> None:
    with open(number, "wb") as stream:
        stream.write(data)


def _open_special(path: Path) -> int:
    flags = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    number = _open_pipe(path, flags) if stat.S_ISFIFO(path.stat().st_mode) else os.open(path, flags)
    if stat.S_ISREG(os.fstat(number).st_mode):  # put there a moment ago
        os.close(number)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    return number


def _open_pipe(path: Path, flags: int) -> int:
    """Open a named pipe once something reads it; without a reader, opening it would never end."""
    end = time.monotonic() + READER_SECONDS
    while True:
        try:
            number = os.open(path, flags | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        else:
            os.set_blocking(number, True)
            return number
        if time.monotonic() >= end:
            raise TimeoutError(errno.ETIMEDOUT, f"nothing read the pipe within {READER_SECONDS:g} s")
        time.sleep(_PAUSE)


def _take_over(old: os.stat_result, number: int) -> None:
    """Give a new file the owner of an old one, as far as this user may, and its permissions."""
    with suppress(PermissionError):
        os.fchown(number, old.st_uid, old.st_gid)
    os.fchmod(number, stat.S_IMODE(old.st_mode) & 0o777)


def _try_to_create(path: Path) -> None:
    """Create and remove an empty file in the folder of a file."""
    temporary = _beside(path)
    try:
        temporary.open("xb").close()
    finally:
        temporary.unlink(missing_ok=True)


def _opener(mode: int) -> Callable[[str, int], int]:
    return lambda name, flags: os.open(name, flags, mode)


def _beside(path: Path) -> Path:
    return path.with_name(f".migma-{os.urandom(8).hex()}")
