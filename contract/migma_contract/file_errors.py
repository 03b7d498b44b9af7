"""Describe why a file cannot be read or written, in plain words."""

import errno

_REASONS = {
    errno.ELOOP: "a symbolic link that leads to itself",
    errno.ENAMETOOLONG: "a name that is too long for a file",
    errno.ENOTDIR: "a path below a file, which is no folder",
    errno.EISDIR: "a folder",
}

FILE_ERRORS = (OSError, ValueError)
"""Errors of functions that open a file; ValueError if the name contains a zero byte."""


def why_unusable(error: OSError | ValueError) -> str:
    """Return why a file cannot be read or written."""
    if isinstance(error, OSError):
        return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
    return "a name that no file can have"
