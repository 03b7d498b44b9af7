"""Bodies that were made to break or to slow down what reads them: each in a size of about ``size`` bytes."""

import json
from collections.abc import Callable
from itertools import count

STATS_WITHOUT_RATES = {
    "totalSent": 1000,
    "totalDelivered": 800,
    "uniqueClicks": 40,
    "lastUpdated": "2026-01-31T09:30:00Z",
}


def _fill(make: Callable[[int], str], size: int) -> str:
    parts, length = [], 0
    for number in count():
        part = make(number)
        length += len(part.encode()) + 1
        if length > size:
            break
        parts.append(part)
    return ",".join(parts)


def _around(before: str, make: Callable[[int], str], after: str) -> Callable[[int], bytes]:
    return lambda size: f"{before}{_fill(make, size)}{after}".encode()


def _members(make: Callable[[int], str]) -> Callable[[int], bytes]:
    """A body whose data has many more members."""
    return _around(f'{{"success":true,"data":{json.dumps(STATS_WITHOUT_RATES)[:-1]},', make, "}}")


def _deep(make: Callable[[int], str], brackets: str = "{}") -> Callable[[int], bytes]:
    """A body with many members or elements in the innermost of sixty objects with long names."""
    opened = "".join(f'{{"{"n" * 75}":' for _ in range(60))
    return _members(lambda number: f'"x{number}":{opened}{brackets[0]}{_fill(make, 300)}{brackets[1]}{"}" * 60}')


def _text(part: str) -> Callable[[int], bytes]:
    return lambda size: f'{{"success":true,"data":{{"text":"{part * (size // len(part.encode()))}"}}}}'.encode()


def hostile_bodies(key: str) -> dict[str, Callable[[int], bytes]]:
    """Return each body by name, as a function of its size."""
    half = key[len(key) // 2 - 2 :]
    return {
        "many members": _members(lambda n: f'"m{n}":1'),
        "many objects": _members(lambda n: f'"m{n}":{{"a":{{}}}}'),
        "names like the missing ones": _members(lambda n: f'"openRate{n}":"x"'),
        "missing names elsewhere": _members(lambda n: f'"a{n}":{{"open_Rate":1}}'),
        "long names": _members(lambda n: f'"{"n" * 500}{n}":1'),
        "names of other scripts": _members(lambda n: f'"\U0001f4c8\u202e{n}":1'),
        "control characters": _members(lambda n: f'"\\u0000\\u2028\\u001b{n}":"\\u0007"'),
        "halves of surrogate pairs": _members(lambda n: f'"\\ud800{n}":"\\udfff"'),
        "names of Python and JavaScript": _members(
            lambda n: f'"{("__proto__", "__class__", "constructor")[n % 3]}{n}":{{}}'
        ),
        "slashes, tildes and digits": _members(lambda n: f'"/~1/{n}~0/":1'),
        "duplicate keys": _members(lambda n: f'"a{n // 2}":1'),
        "no numbers": _members(lambda n: f'"a{n}":NaN'),
        "numbers beyond all ranges": _members(lambda n: f'"a{n}":1e999999'),
        "numbers of many digits": _members(lambda n: f'"a{n}":{"9" * 5000}'),
        "deep objects": _deep(lambda n: f'"a{n}":1'),
        "deep halves of surrogate pairs": _deep(lambda n: '"\\ud800"', "[]"),
        "deep arrays": _members(lambda n: f'"a{n}":{"[" * 60}{"]" * 60}'),
        "too deep": lambda size: b"[" * size,
        "arrays of stats": _around('{"success":true,"data":[', lambda _: json.dumps(STATS_WITHOUT_RATES), "]}"),
        "keys": _members(lambda n: f'"{key}{n}":"{key}"'),
        "half keys": _members(lambda n: f'"a{n}":"{half}"'),
        "pieces of the key": _text(key[20:27]),
        "keys with separators": _text("-".join(key) + " "),
        "keys in hexadecimal": _text(key.encode().hex()),
        "escapes": _text("\\n"),
        "escaped letters": _text("\\u0041"),
        "percent": _text("%2541"),
        "ampersands": _text("&#x0000"),
        "backticks": _text("`"),
        "one long text": _text("n"),
        "an error with many members": _around('{"success":false,"error":{', lambda n: f'"a{n}":1', "}}"),
        "spaces": lambda size: b" " * size + b"{}",
        "not UTF-8": lambda size: b'{"a":"' + b"\xff" * size + b'"}',
        "HTML": lambda size: b"<html><title>x</title>" + b"<p>x</p>" * (size // 8),
        "the beginning of a text": lambda size: b'{"a":"' + b'\\"' * (size // 2),
    }
