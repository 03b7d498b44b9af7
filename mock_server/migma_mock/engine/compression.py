"""Compress a reply with gzip if its request accepts that (RFC 9110, sections 8.4, 12.5.3 and 12.5.5)."""

import gzip
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from migma_mock.messages.reply import Reply

_LEVEL = 6
_CACHED_BYTES = 16_384
_QUALITY = re.compile(rb"q=(0(\.[0-9]{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)


def compressed(reply: Reply, request_headers: Iterable[tuple[bytes, bytes]]) -> Reply:
    """Return a reply as it is sent to a client: with a compressed body if the client accepts one.

    A wrong Content-Length stays wrong by as many bytes, and a body that is cut off lacks at least its last byte. A
    reply without a body, or with an encoding of its own, is not changed.
    """
    if not reply.body or any(name == b"content-encoding" for name, _ in reply.headers):
        return reply
    # Caches must know, whatever this client gets.
    varying = reply.with_headers((b"vary", b"Accept-Encoding"))
    accepted = b",".join(value for name, value in request_headers if name == b"accept-encoding")
    if not accepts_gzip(accepted):
        return varying
    make = _small_body if len(reply.body) <= _CACHED_BYTES else _gzip
    body = make(reply.body)
    headers = tuple((name, _changed(name, value, len(body) - len(reply.body))) for name, value in varying.headers)
    sent = reply.delivery.sent
    delivery = reply.delivery if sent is None else replace(reply.delivery, sent=min(sent, len(body) - 1))
    return replace(reply, headers=(*headers, (b"content-encoding", b"gzip")), body=body, delivery=delivery)


def accepts_gzip(accepted: bytes) -> bool:
    """True if an Accept-Encoding, with its q-values, names gzip or ``*``, and does not prefer ``identity``."""
    qualities: dict[bytes, float] = {}
    for part in accepted.lower().split(b","):
        coding, _, parameter = part.partition(b";")
        quality = _quality(parameter.strip())
        qualities.setdefault(coding.strip(), quality)
    wanted = qualities.get(b"gzip", qualities.get(b"x-gzip", qualities.get(b"*", 0.0)))
    return 0 < wanted >= qualities.get(b"identity", 0.0)


def _quality(parameter: bytes) -> float:
    if not parameter:
        return 1.0
    found = _QUALITY.fullmatch(parameter)
    return float(found[1]) if found else 0.0  # an invalid one is no consent


def _changed(name: bytes, value: bytes, added: int) -> bytes:
    """Return the value of a header of the compressed reply, whose body has ``added`` bytes more."""
    if name == b"content-length":
        return str(max(0, int(value) + added)).encode()
    # Its body has other bytes than the uncompressed one, so a strong validator cannot be the same.
    return b"W/" + value if name == b"etag" and value.startswith(b'"') else value


def _gzip(body: bytes) -> bytes:
    # Without a time, so that the same body gives the same bytes.
    return gzip.compress(body, _LEVEL, mtime=0)


_small_body = lru_cache(256)(_gzip)
