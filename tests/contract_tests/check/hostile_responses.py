"""Whole responses that were made to take long, or much memory: bodies, headers, codings and chunks."""

import gzip
import zlib
from collections.abc import Callable

from tests.contract_tests.check.hostile_bodies import around, hostile_bodies, members, text

Hostile = Callable[[int, int], bytes]
"""Returns the bytes of a response, from its status line on, for a status and a size of about as many bytes."""

_JSON = b"Content-Type: application/json\r\n"
_CHUNKED = _JSON + b"Transfer-Encoding: chunked\r\n"
_MAX_HEAD = 90_000
"""Bytes of headers; h11 reads 100 KiB at most."""


def _head(status: int, fields: bytes) -> bytes:
    return b"HTTP/1.1 %d Some\r\n%b\r\n" % (status, fields)


def _plain(make: Callable[[int], bytes], kind: bytes = _JSON) -> Hostile:
    def response(status: int, size: int) -> bytes:
        body = make(size)
        return _head(status, b"%bContent-Length: %d\r\n" % (kind, len(body))) + body

    return response


def _packed(coding: str, pack: Callable[[int], bytes]) -> Hostile:
    return _plain(pack, _JSON + b"Content-Encoding: %b\r\n" % coding.encode())


def _fields(make: Callable[[int], bytes], body: bytes = b"{}") -> Hostile:
    """A response with as many header fields as fit."""

    def response(status: int, size: int) -> bytes:
        lines, length, number = [], 0, 0
        while length < min(size, _MAX_HEAD):
            lines.append(make(number) + b"\r\n")
            length += len(lines[-1])
            number += 1
        kept = b"".join(lines[:-1] or lines)
        return _head(status, _JSON + b"Content-Length: %d\r\n" % len(body) + kept) + body

    return response


def _field(name: bytes, part: bytes) -> Hostile:
    """A response with one long header field."""
    return lambda status, size: _fields(lambda n: name + b": " + part * (min(size, _MAX_HEAD) // len(part) - 2))(
        status, 1
    )


def _chunks(size_line: bytes, data: bytes) -> Hostile:
    chunk = size_line + b"\r\n" + data + b"\r\n"
    return lambda status, size: _head(status, _CHUNKED) + chunk * (size // len(chunk)) + b"0\r\n\r\n"


def _bomb(size: int) -> bytes:
    engine = zlib.compressobj(wbits=31)
    return b"".join(engine.compress(bytes(2**20)) for _ in range(50)) + engine.flush()


def hostile_responses(key: str) -> dict[str, Hostile]:
    """Return each response by name."""
    bodies = hostile_bodies(key) | more_bodies(key)
    return {
        **{name: _plain(make) for name, make in bodies.items()},
        "gzip of many members": _packed("gzip", lambda size: gzip.compress(bodies["many members"](size), 1)),
        "gzip of duplicate keys": _packed("gzip", lambda size: gzip.compress(bodies["duplicate keys"](size), 1)),
        "HTML as HTML": _plain(bodies["HTML"], b"Content-Type: text/html\r\n"),
        "gzip bomb": _packed("gzip", _bomb),
        "gzip within gzip": _packed("gzip, gzip", lambda size: gzip.compress(gzip.compress(b" " * size))),
        "many gzip members": _packed("gzip", lambda size: gzip.compress(b"{}") * (size // 22)),
        "brotli": _packed("br", lambda size: b"\x8b" * size),
        "many codings": _packed(", ".join(["gzip"] * 5000), lambda size: b"x" * size),
        "noise as deflate": _packed("deflate", lambda size: b"\xff\x00" * (size // 2)),
        "tiny chunks": _chunks(b"1", b" "),
        "chunks with long extensions": _chunks(b"1;" + b"e" * 4000, b" "),
        "chunks with many zeros": _chunks(b"0" * 15 + b"1", b"x"),
        "many odd headers": _fields(lambda n: b"x-%x: 1" % n),
        "headers that look like others": _fields(lambda n: b"retry-afte-%x: 1" % n),
        "many cookies": _fields(lambda n: b"set-cookie: %b%d=1" % (key.encode(), n)),
        "the key in many headers": _fields(lambda n: b"x-%d: %b" % (n, key.encode())),
        "a long Location": _field(b"location", b"https://a/%2e/"),
        "a long Retry-After": _field(b"retry-after", b"9"),
        "a long Date": _field(b"date", b"9"),
        "a long WWW-Authenticate": _field(b"www-authenticate", b'Bearer a="b", '),
        "a long Link": _field(b"link", b'<a>; rel="b", '),
        "a long Warning": _field(b"warning", b'299 - "a" '),
        "a long Content-Type": _field(b"content-type", b";a=b"),
        "a long Cache-Control": _field(b"cache-control", b"a, "),
        "a header beyond ASCII": _field(b"x-a", b"\xff\x80"),
    }


def more_bodies(key: str) -> dict[str, Callable[[int], bytes]]:
    """Return further bodies by name, as functions of their size."""

    def escaped(plain: str) -> str:
        return "".join(f"%{ord(one):02x}" for one in plain)

    return {
        "distinct duplicate keys": members(lambda n: f'"a{n // 2:x}":1'),
        "two members, many times": members(lambda n: f'"a{n % 2}":1'),
        "numbers beyond all ranges in a list": around('{"success":true,"data":[', lambda _: "1e400", "]}"),
        "halves of surrogate pairs in a list": around('{"success":true,"data":[', lambda _: '"\\ud800"', "]}"),
        "lists in a list": around('{"success":true,"data":[', lambda _: "[]", "]}"),
        "objects in a list": around('{"success":true,"data":[', lambda _: "{}", "]}"),
        "objects with a field in a list": around('{"success":true,"data":[', lambda n: f'{{"a{n % 7}":0}}', "]}"),
        "a list of short texts": around("[", lambda _: '""', "]"),
        "a list of numbers": around("[", lambda _: "0", "]"),
        "numbers of 400 digits": members(lambda n: f'"a{n}":{"9" * 400}'),
        "decimals of many digits": members(lambda n: f'"a{n}":0.{"9" * 900}'),
        "fields of the contract elsewhere": members(lambda n: f'"o{n}":{{"totalSent":"x","openRate":[]}}'),
        "envelopes within each other": members(lambda n: f'"o{n}":{{"success":false,"error":"{n}","code":[]}}'),
        "near names": members(lambda n: f'"uniqueOpen{chr(97 + n % 26)}{n:x}":"x"'),
        "names with odd letters": members(lambda n: f'"оpenRate\u200b{n:x}":0'),
        "names with escapes": members(lambda n: f'"\\u006f\\u0070{n:x}":0'),
        "strings of controls": text("\\u0000"),
        "strings of bidirectional marks": text("\u202e"),
        "strings of emoji": text("\U0001f4c8"),
        "strings of halves": text("\\ud800"),
        "strings of quotes": text('\\"'),
        "strings of markup": text("<&>"),
        "strings of commands": text("##vso[a]::error::"),
        "strings of digits": text("0123456789"),
        "nearly the key": text(f"{key[:-1]}!"),
        "keys in percent escapes": text(escaped(key)),
        "keys in percent escapes of percent escapes": text(escaped(key).replace("%", "%25")),
        "the beginning of all keys": text("mgma_sk_live_"),
        "beginnings of beginnings": text("sk_live_ "),
        "pieces of the key, one letter apart": text("".join(f"{key[n : n + 5]}-" for n in range(13, len(key) - 5))),
        "HTML with many titles": lambda size: b"<title> " * (size // 8),
        "HTML that quotes the envelope": lambda size: b'<html>{"success":true,"data"' * (size // 28),
        "an error message, many times": around(
            '{"success":false,"errors":[', lambda n: '{"error":"no","message":"no"}', "]}"
        ),
        "a long error message": lambda size: b'{"success":false,"error":"' + b"e " * (size // 2) + b'"}',
        "an error message of escapes": lambda size: b'{"success":false,"error":"' + b"\\u001b[1m" * (size // 9) + b'"}',
        "line breaks": lambda size: b"\n" * size + b"{",
        "JSON after JSON": lambda size: b"{}" * (size // 2),
        "binary": lambda size: bytes(range(256)) * (size // 256),
        "UTF-16": lambda size: ("{" + "a" * (size // 2) + "}").encode("utf-16"),
        "a list of lists, 63 deep": lambda size: b"[" + b",".join([b"[" * 60 + b"]" * 60] * (size // 121)) + b"]",
        "members with empty names": members(lambda n: '"":0'),
        "stats within stats": members(lambda n: f'"o{n}":{{"totalSent":1,"stats":{{"totalSent":{{}}}}}}'),
    }
