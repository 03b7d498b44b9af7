"""Decide which streams get colours, and which can move the cursor, by the conventions of other commands."""

import os
from typing import Protocol


class _Stream(Protocol):
    def isatty(self) -> bool: ...


def wants_color(stream: _Stream) -> bool:
    """True if a stream gets colours: if it is a terminal, unless the environment says otherwise.

    The first of these that applies decides, as in Python: ``NO_COLOR`` (https://no-color.org) forbids colours,
    ``FORCE_COLOR`` (https://force-color.org) wants them everywhere, and ``TERM=dumb`` is a terminal without any.
    Variables that are empty do not count.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return moves_cursor(stream)


def moves_cursor(stream: _Stream) -> bool:
    """True if a stream is a terminal that can replace a line, as progress does."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"
