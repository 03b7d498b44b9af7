"""Decode Content-Encoding up to a limit: a small body may expand to gigabytes."""

import zlib

MAX_CODINGS = 2
_PIECE = 4096  # bytes; zlib copies the rest of what it is given at the end of each gzip member


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
        return bytes(_inflate(memoryview(body), zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS, limit, coding)[0])
    raise DecodingError(f"the content coding {coding!r}, which was not requested")


def _gzip(body: bytes, limit: int) -> bytes:
    """Decode one or several gzip members; ignore what follows them, as clients do."""
    rest = memoryview(body)
    decoded, end = _inflate(rest, zlib.MAX_WBITS | 16, limit, "gzip")
    while bytes(rest[end : end + 2]) == b"\x1f\x8b":
        rest = rest[end:]
        member, end = _inflate(rest, zlib.MAX_WBITS | 16, limit - len(decoded), "gzip")
        decoded += member
    return bytes(decoded)


def _inflate(body: memoryview, window: int, limit: int, coding: str) -> tuple[bytearray, int]:
    """Return the decoded data and where it ends in the body."""
    engine = zlib.decompressobj(window)
    decoded, at = bytearray(), 0
    try:
        while at < len(body) and not engine.eof and len(decoded) <= limit:
            piece = body[at : at + _PIECE]
            decoded += engine.decompress(piece, limit + 1 - len(decoded))
            at += len(piece) - len(engine.unused_data)
    except zlib.error as error:
        raise DecodingError(f"invalid {coding} data ({error})") from None
    if len(decoded) > limit:
        raise ExpandsTooFarError(f"{coding} data that expands to more than {limit} bytes", bytes(decoded[:limit]))
    if not engine.eof:
        raise DecodingError(f"{coding} data that ends early", bytes(decoded))
    return decoded, at
