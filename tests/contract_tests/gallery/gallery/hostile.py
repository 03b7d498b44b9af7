"""Responses that a check has to survive: many defects, deep or huge values, odd headers, a key in other spellings."""

import base64
import gzip
import json
from collections.abc import Callable
from urllib.parse import quote

from gallery.api import KEY, Change
from gallery.changes import both, data, envelope, header, kind, text
from gallery.variant import Variant, additive, conforming, drift


def _with_members(members: str) -> Change:
    """Add members to the stats as JSON text, since ``json.dumps`` cannot write all of them."""
    return text(lambda body: body.replace(b'"totalSent"', f'{members}, "totalSent"'.encode(), 1))


def _many(member: Callable[[int], str], count: int = 3000) -> Change:
    return _with_members(", ".join(member(number) for number in range(count)))


def _nested(levels: int) -> str:
    return f'"deep": {"[" * levels}{"]" * levels}'


def _echo(name: str, description: str, spell: Callable[[str], str]) -> Variant:
    change = envelope(lambda body: {**body, "metadata": {"echo": spell(KEY)}})
    return drift(name, description, change, "key-echoed", "warning", category="auth")


DRIFTED = (
    drift(
        "many-nan",
        "`data` has 3,000 new fields with NaN",
        _many(lambda number: f'"n{number}": NaN'),
        "body-not-a-number",
        category="structural",
    ),
    drift(
        "many-half-pairs",
        "`data` has 3,000 new fields with halves of surrogate pairs in their names",
        _many(lambda number: f'"n{number}\\ud83d": 1'),
        "body-not-utf8",
        "warning",
        category="structural",
    ),
    drift(
        "many-duplicates",
        "`data` has 3,000 new fields twice each",
        _many(lambda number: f'"n{number // 2}": 1', 6000),
        "body-duplicate-key",
        "warning",
        category="structural",
    ),
    drift(
        "number-beyond-doubles",
        "a new field has the number 1e999999",
        _with_members('"cost": 1e999999'),
        "body-not-a-number",
        category="structural",
    ),
    drift(
        "number-of-10000-digits",
        "a new field has a number with 10,000 digits",
        _with_members(f'"cost": {"9" * 10_000}'),
        "body-not-a-number",
        category="structural",
    ),
    _echo(
        "key-base64url",
        "`metadata` repeats the key in base64url",
        lambda key: base64.urlsafe_b64encode(key.encode()).decode(),
    ),
    _echo("key-reversed-case", "`metadata` repeats the key in other case", str.swapcase),
    _echo(
        "key-percent-twice",
        "`metadata` repeats the key, percent-encoded twice",
        lambda key: quote("".join(f"%{ord(char):02X}" for char in key)),
    ),
    _echo(
        "key-json-in-json",
        "`metadata` repeats the key in JSON within JSON",
        lambda key: json.dumps({"key": "".join(f"\\u{ord(char):04x}" for char in key)}),
    ),
    _echo(
        "key-hex-groups", "`metadata` repeats the key in hexadecimal, in groups", lambda key: key.encode().hex(" ", 2)
    ),
)

ADDED = (
    additive("nesting-500", "a new field has 500 levels of arrays", _with_members(_nested(500)), "undocumented-field"),
    additive("nesting-50", "a new field has 50 levels of arrays", _with_members(_nested(50)), "undocumented-field"),
    additive(
        "line-separators",
        "`data` has a name with NUL, U+2028 and an escape sequence",
        data(lambda stats: {**stats, "a\0b\u2028c\x1b[31m": 1}),
        "undocumented-field",
    ),
    additive(
        "object-of-20000",
        "a new field is an object with 20,000 members",
        data(lambda stats: {**stats, "byHour": {str(number): number for number in range(20_000)}}),
        "undocumented-field",
    ),
)

CONFORMING = (
    conforming(
        "gzip-members",
        "bodies are gzipped in pieces of two bytes",
        both(
            text(
                lambda body: b"".join(gzip.compress(body[at : at + 2], mtime=0) for at in range(0, len(body), 2)),
                kind("campaign"),
            ),
            header("Content-Encoding", "gzip", kind("campaign")),
        ),
    ),
    conforming("header-latin-1", "a known header has bytes outside ASCII", header("Server", "caf\xe9/\xff 1.0")),
    conforming("cookie-without-name", "a cookie has no name", header("Set-Cookie", "; Path=/; HttpOnly")),
    conforming("cookie-empty", "a cookie is empty", header("Set-Cookie", "")),
    conforming("header-long", "a known header has 30,000 characters", header("Server-Timing", "a;dur=1, " * 3300)),
)
