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


def around(before: str, make: Callable[[int], str], after: str) -> Callable[[int], bytes]:
    """Return a body with as many parts as fit, separated by commas, between two texts."""
    return lambda size: f"{before}{_fill(make, size)}{after}".encode()


def members(make: Callable[[int], str]) -> Callable[[int], bytes]:
    """Return a body whose data has many more members."""
    return around(f'{{"success":true,"data":{json.dumps(STATS_WITHOUT_RATES)[:-1]},', make, "}}")


def _deep(make: Callable[[int], str], brackets: str = "{}") -> Callable[[int], bytes]:
    """A body with many members or elements in the innermost of sixty objects with long names."""
    opened = "".join(f'{{"{"n" * 75}":' for _ in range(60))
    return members(lambda number: f'"x{number}":{opened}{brackets[0]}{_fill(make, 300)}{brackets[1]}{"}" * 60}')


def text(part: str) -> Callable[[int], bytes]:
    """Return a body whose data is one text that repeats a part."""
    return lambda size: f'{{"success":true,"data":{{"text":"{part * (size // len(part.encode()))}"}}}}'.encode()


def hostile_bodies(key: str) -> dict[str, Callable[[int], bytes]]:
    """Return each body by name, as a function of its size."""
    half = key[len(key) // 2 - 2 :]
    return {
        "many members": members(lambda n: f'"m{n}":1'),
        "many objects": members(lambda n: f'"m{n}":{{"a":{{}}}}'),
        "names like the missing ones": members(lambda n: f'"openRate{n}":"x"'),
        "missing names elsewhere": members(lambda n: f'"a{n}":{{"open_Rate":1}}'),
        "long names": members(lambda n: f'"{"n" * 500}{n}":1'),
        "names of other scripts": members(lambda n: f'"\U0001f4c8\u202e{n}":1'),
        "control characters": members(lambda n: f'"\\u0000\\u2028\\u001b{n}":"\\u0007"'),
        "halves of surrogate pairs": members(lambda n: f'"\\ud800{n}":"\\udfff"'),
        "names of Python and JavaScript": members(
            lambda n: f'"{("__proto__", "__class__", "constructor")[n % 3]}{n}":{{}}'
        ),
        "slashes, tildes and digits": members(lambda n: f'"/~1/{n}~0/":1'),
        "duplicate keys": members(lambda n: f'"a{n // 2}":1'),
        "no numbers": members(lambda n: f'"a{n}":NaN'),
        "numbers beyond all ranges": members(lambda n: f'"a{n}":1e999999'),
        "numbers of many digits": members(lambda n: f'"a{n}":{"9" * 5000}'),
        "deep objects": _deep(lambda n: f'"a{n}":1'),
        "deep halves of surrogate pairs": _deep(lambda n: '"\\ud800"', "[]"),
        "deep arrays": members(lambda n: f'"a{n}":{"[" * 60}{"]" * 60}'),
        "too deep": lambda size: b"[" * size,
        "arrays of stats": around('{"success":true,"data":[', lambda _: json.dumps(STATS_WITHOUT_RATES), "]}"),
        "keys": members(lambda n: f'"{key}{n}":"{key}"'),
        "half keys": members(lambda n: f'"a{n}":"{half}"'),
        "pieces of the key": text(key[20:27]),
        "keys with separators": text("-".join(key) + " "),
        "keys in hexadecimal": text(key.encode().hex()),
        "escapes": text("\\n"),
        "escaped letters": text("\\u0041"),
        "percent": text("%2541"),
        "ampersands": text("&#x0000"),
        "backticks": text("`"),
        "one long text": text("n"),
        "an error with many members": around('{"success":false,"error":{', lambda n: f'"a{n}":1', "}}"),
        "spaces": lambda size: b" " * size + b"{}",
        "not UTF-8": lambda size: b'{"a":"' + b"\xff" * size + b'"}',
        "HTML": lambda size: b"<html><title>x</title>" + b"<p>x</p>" * (size // 8),
        "the beginning of a text": lambda size: b'{"a":"' + b'\\"' * (size // 2),
    }
