"""The status line and the headers of a response as bytes."""

import re
from collections.abc import Iterable
from http import HTTPStatus

PHRASES = {status.value: status.phrase for status in HTTPStatus}
"""The reason phrases of the registered statuses."""

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
"""Names and values of headers (RFC 9110, 5.1 and 5.5)."""


def head_lines(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the status line and the header lines, without the empty line that ends them."""
    lines = [b"%s: %s\r\n" % header for header in headers]
    return b"".join([f"HTTP/1.1 {status} {PHRASES.get(status, '')}\r\n".encode(), *lines])


def are_valid(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """True if all names and values are allowed in HTTP; a line break in a value would start another header."""
    return all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in headers)
