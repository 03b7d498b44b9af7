"""Decode Content-Encoding up to a limit: a small body may expand to gigabytes."""

import zlib

MAX_CODINGS = 2


class DecodingError(Exception):
    """The body cannot be decoded; ``partial`` is the part that can."""

    def __init__(self, reason: str, partial: bytes = b"") -> None:
        super().__init__(reason)
        self.partial = partial


class ExpandsTooFarError(DecodingError):
    """The decoded body exceeds the limit."""


def decode(body: bytes, content_encoding: str, limit: int) -> bytes:
    """Return the decoded body (``gzip``, ``deflate``; RFC 9110, section 8.4).

    Args:
        body: As received.
        content_encoding: The header's value; ``""`` for none.
        limit: The most bytes to return.

    Raises:
        DecodingError: Another coding, too many codings, or invalid data.
        ExpandsTooFarError: More than ``limit`` bytes.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    if not codings or not body:
        return body
    if len(codings) > MAX_CODINGS:
        raise DecodingError(f"{len(codings)} content codings on top of each other")
    for coding in reversed(codings):
        body = _decode_one(coding, body, limit)
    return body


def _decode_one(coding: str, body: bytes, limit: int) -> bytes:
    if coding in ("gzip", "x-gzip"):
        return _gzip(body, limit)
    if coding == "deflate":
        # RFC 9110 means zlib's format; some servers send the bare stream, and clients accept both.
        is_zlib = len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] * 256 + body[1]) % 31 == 0
        return _inflate(body, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, limit, coding)[0]
    raise DecodingError(f"the content coding {coding!r}, which was not requested")


def _gzip(body: bytes, limit: int) -> bytes:
    """Decode one or several gzip members; ignore what follows them, as clients do."""
    decoded, rest = _inflate(body, zlib.MAX_WBITS | 16, limit, "gzip")
    while rest.startswith(b"\x1f\x8b"):
        member, rest = _inflate(rest, zlib.MAX_WBITS | 16, limit - len(decoded), "gzip")
        decoded += member
    return decoded


def _inflate(body: bytes, window: int, limit: int, coding: str) -> tuple[bytes, bytes]:
    engine = zlib.decompressobj(window)
    try:
        decoded = engine.decompress(body, limit + 1)
    except zlib.error as error:
        raise DecodingError(f"invalid {coding} data ({error})") from None
    if len(decoded) > limit:
        raise ExpandsTooFarError(f"{coding} data that expands to more than {limit} bytes", decoded[:limit])
    if not engine.eof:
        raise DecodingError(f"{coding} data that ends early", decoded)
    return decoded, engine.unused_data
