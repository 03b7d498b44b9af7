"""Request: what the engine sees of a request."""

from typing import NamedTuple


class Request(NamedTuple):
    """What the engine sees of a request: method in capitals, percent-encoded path without the query, headers."""

    method: str
    path: bytes
    headers: list[tuple[bytes, bytes]]
