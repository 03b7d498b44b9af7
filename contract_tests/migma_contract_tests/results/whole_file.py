"""Write a file completely, or not at all."""

import os
import stat
from pathlib import Path


def why_unwritable(path: Path) -> str:
    """Return why a file cannot be written, as far as can be seen before; "" if it can."""
    if path.is_dir():
        return "a folder"
    if not path.parent.is_dir():
        return f"no folder {path.parent}"
    return "" if os.access(path if path.exists() else path.parent, os.W_OK) else "no permission to write it"


def write_whole_file(path: Path, text: str) -> None:
    """Write a text to a file in UTF-8, completely or not at all, and leave no other file, whatever stops it.

    Raises:
        OSError: It cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    target = path.resolve()  # a symbolic link stays one
    is_there = target.exists()
    if is_there and not (target.is_file() and os.access(target.parent, os.W_OK)):
        target.write_bytes(data)  # a device or a pipe, or a file in a folder where no other can be made
        return
    temporary = target.with_name(f".migma-contract-{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as stream:
            stream.write(data)
        if is_there:
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
