"""Strict JSON (RFC 8259): parses a document and reports every defect with its place.

Python's own ``json`` accepts duplicate keys, ``NaN`` and numbers beyond the range of a double.
A mock must not send them and a check must report them, so both use :func:`parse`.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer

MAX_DEPTH = 64

type_names: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}

DefectKind = Literal["empty", "encoding", "bom", "not-json", "duplicate-key", "not-a-number", "too-deep", "surrogate"]


class Defect(NamedTuple):
    """One violation of RFC 8259: its kind, its place (JSON pointer), and the rest as in :class:`Problem`."""

    kind: DefectKind
    pointer: str
    expected: str
    got: str
    message: str = ""


class Parsed(NamedTuple):
    """The value of a JSON document and its defects; ``value`` is None if the document cannot be read."""

    value: Any
    defects: list[Defect]

    @property
    def readable(self) -> bool:
        """True if ``value`` holds the document (a ``null`` document is readable too)."""
        return not any(defect.kind in _FATAL for defect in self.defects)

    def problems(self, source: str) -> list[Problem]:
        """Return the defects as problems of a file, or of whatever else ``source`` names."""
        return [Problem(source, place, *description) for _, place, *description in self.defects]


_FATAL = frozenset({"empty", "encoding", "not-json", "too-deep"})
_BOM = b"\xef\xbb\xbf"


class _ObjectWithDuplicates(dict[str, Any]):
    """An object with duplicate keys; the last value counts, as in most parsers."""

    duplicates: tuple[str, ...] = ()


def describe_json(value: object, limit: int = 60) -> str:
    """Return a value with its JSON type, on one short line: ``"0.4" (string)``."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    if value is None or isinstance(value, bool):
        return text
    return f"{text} ({type_names.get(type(value), type(value).__name__)})"


def parse(data: bytes) -> Parsed:
    """Parse a JSON document and return its value with all its defects.

    Never raises an error, whatever the bytes are.
    """
    defects: list[Defect] = []
    if data.startswith(_BOM):
        defects.append(Defect("bom", "", "JSON without a byte order mark", "a byte order mark"))
        data = data[len(_BOM) :]
    if not data.strip(b" \t\r\n"):
        return Parsed(None, [*defects, Defect("empty", "", "a JSON document", "nothing")])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        got = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        return Parsed(None, [*defects, Defect("encoding", "", "UTF-8", got)])
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        place = f"at line {error.lineno}, column {error.colno}"
        defect = Defect("not-json", "", "valid JSON", f"{error.msg} {place}", f"not valid JSON {place}")
        return Parsed(None, [*defects, defect])
    except RecursionError:
        return Parsed(None, [*defects, _too_deep()])
    parsed = Parsed(value, [*defects, *_defects_within(value)])
    return parsed if parsed.readable else Parsed(None, parsed.defects)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    counts = Counter(key for key, _ in pairs)
    with_duplicates = _ObjectWithDuplicates(plain)
    with_duplicates.duplicates = tuple(key for key in plain if counts[key] > 1)
    return with_duplicates


def _integer(digits: str) -> int | float:
    # Python does not convert very long integers; as an infinite float they are reported below.
    return int(digits) if len(digits) <= 400 else math.inf


def _too_deep() -> Defect:
    return Defect("too-deep", "", f"at most {MAX_DEPTH} levels of nesting", "more levels")


def _defects_within(root: Any) -> Iterator[Defect]:
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(root, ())]
    while stack:
        value, path = stack.pop()
        if len(path) > MAX_DEPTH:
            yield _too_deep()
            return
        if isinstance(value, dict):
            yield from _key_defects(value, path)
            stack.extend((item, (*path, key)) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((item, (*path, index)) for index, item in reversed(list(enumerate(value))))
        elif isinstance(value, float) and not math.isfinite(value):
            got = "NaN" if math.isnan(value) else "Infinity or a number beyond the range of a double"
            yield Defect("not-a-number", pointer(*path), "a finite number", got)
        elif isinstance(value, str) and _has_surrogate(value):
            yield _surrogate(path)


def _key_defects(value: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[Defect]:
    for key in value.duplicates if isinstance(value, _ObjectWithDuplicates) else ():
        yield Defect("duplicate-key", pointer(*path, key), "each key once", f"{describe_json(key)} again")
    if any(_has_surrogate(key) for key in value):
        yield _surrogate(path)


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _surrogate(path: tuple[str | int, ...]) -> Defect:
    return Defect("surrogate", pointer(*path), "Unicode text", "half of a surrogate pair")
