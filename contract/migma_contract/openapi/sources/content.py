"""The content of a source of a contract."""

from collections.abc import Callable
from typing import NamedTuple

MAX_CONTRACT_BYTES = 2 * 1024 * 1024
"""The largest document that is read; the vendor's has 8 KB."""


class SourceContent(NamedTuple):
    """The content of a source.

    Attributes:
        raw: Its bytes.
        name: Its name for messages.
        notices: Sentences for the user about where it is from.
        keep: Keeps a fetched document for later starts, if it can be used; returns further notices.
        hint: What to do if the document cannot be used; "" if that depends on the mistake alone.
    """

    raw: bytes
    name: str
    notices: tuple[str, ...] = ()
    keep: Callable[[], tuple[str, ...]] = tuple
    hint: str = ""
