"""Request: one request as the engine gets it."""

from typing import NamedTuple

FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""Headers that tell where the body of a request ends."""


class Request(NamedTuple):
    """One request as the engine gets it.

    Attributes:
        method: In capitals.
        path: Percent-encoded, without the query.
        headers: With names in lower case.
        query: Percent-encoded, without the ``?``; it is recorded only.
    """

    method: str
    path: bytes
    headers: list[tuple[bytes, bytes]]
    query: bytes = b""

    def __repr__(self) -> str:
        return f"<{self.method} request>"  # the rest may hold the key, and pytest shows local variables
