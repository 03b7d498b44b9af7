"""Write a file completely, or not at all."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from migma_contract.file_errors import FILE_ERRORS, why_unusable


def resolved(path: Path) -> Path:
    """Return the file that a path leads to, through symbolic links; the path itself if they lead nowhere."""
    return Path(os.path.realpath(path))  # Path.resolve raises RuntimeError for a link to itself


def why_unwritable(path: Path) -> str:
    """Return why a file cannot be written, as far as can be seen before; "" if it can.

    A new file is tried, since nothing else shows that none can be made in a folder such as ``/proc``.
    """
    try:
        target = resolved(path)
        if target.is_dir():
            return "a folder"
        with suppress(FileNotFoundError):
            target.stat()
        if not target.parent.is_dir():
            return f"no folder {target.parent if path.is_symlink() else path.parent}"
        is_there = target.exists()
        if not os.access(target if is_there else target.parent, os.W_OK):
            return "no permission to write it"
        if not is_there:
            _try_to_create(target)
    except FILE_ERRORS as error:
        return why_unusable(error)
    return ""


def write_whole_file(path: Path, text: str) -> None:
    """Write a text to a file in UTF-8, completely or not at all, and leave no other file, whatever stops it.

    Raises:
        OSError: It cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    target = resolved(path)  # a symbolic link stays one
    is_there = target.exists()
    if is_there and not (target.is_file() and os.access(target.parent, os.W_OK)):
        target.write_bytes(data)  # a device or a pipe, or a file in a folder where no other can be made
        return
    temporary = _beside(target)
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        if is_there:
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _try_to_create(target: Path) -> None:
    """Create and remove an empty file in the folder of a file."""
    temporary = _beside(target)
    try:
        temporary.open("xb").close()
    finally:
        temporary.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".migma-contract-{os.urandom(8).hex()}")
