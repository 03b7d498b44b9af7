"""Strict JSON (RFC 8259): parses a document and reports every defect with its place.

Python's own ``json`` accepts duplicate keys, ``NaN`` and numbers beyond the range of a double.
A mock must not send them and a check must report them, so both use :func:`parse`.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from migma_contract.deep_json import MAX_DEPTH, load_any_depth
from migma_contract.errors import Problem
from migma_contract.json_cut import Cut, cut
from migma_contract.json_excerpt import near
from migma_contract.json_pointer import pointer

type_names: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}

DefectKind = Literal[
    "empty", "encoding", "bom", "not-json", "truncated", "duplicate-key", "not-a-number", "too-deep", "surrogate"
]


class Defect(NamedTuple):
    """One violation of RFC 8259: its kind, its place (JSON pointer), and the rest as in :class:`Problem`."""

    kind: DefectKind
    pointer: str
    expected: str
    got: str
    message: str = ""


class Parsed(NamedTuple):
    """The value of a JSON document and its defects; ``value`` is None if the document cannot be read.

    If not all values were wanted, ``cut`` tells what was left out.
    """

    value: Any
    defects: list[Defect]
    cut: Cut = Cut(None, 0, {})

    @property
    def readable(self) -> bool:
        """True if ``value`` holds the document (a ``null`` document is readable too)."""
        return self.value is not None or not any(defect.kind in _FATAL for defect in self.defects)

    def problems(self, source: str) -> list[Problem]:
        """Return the defects as problems of a file, or of whatever else ``source`` names."""
        return [Problem(source, place, expected, got, why) for _, place, expected, got, why in self.defects]


_FATAL = frozenset({"empty", "encoding", "not-json", "truncated", "too-deep"})
_BOM = b"\xef\xbb\xbf"
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)
_TOO_DEEP = Defect("too-deep", "", f"at most {MAX_DEPTH} levels of nesting", "more levels")
_HALF_PAIR: "_Found" = ("surrogate", "Unicode text", "half of a surrogate pair")
_MAX_LISTED = 1000
"""Most defects of one document that are listed with their places; the others are counted."""

_Found = tuple[DefectKind, str, str]
"""The kind of a defect, what was expected, and what is there."""

_Path = tuple["_Path", str | int] | None
"""The way to a value: that of its container, and its key or index. Copies of the whole way would be long."""


class _ObjectWithDuplicates(dict[str, Any]):
    """An object with duplicate keys; the last value counts, as in most parsers."""

    duplicates: tuple[str, ...] = ()


def describe_json(value: object, limit: int = 60) -> str:
    """Return a value with its JSON type, on one short line: ``"0.4" (string)``."""
    text = ""
    for part in _ENCODER.iterencode(value) if isinstance(value, dict | list) else (_ENCODER.encode(value),):
        text += part
        if len(text) > limit:
            break
    if len(text) > limit:
        text = f"{text[: limit - 1]}…"
    if value is None or isinstance(value, bool):
        return text
    return f"{text} ({type_names.get(type(value), type(value).__name__)})"


def parse_as_written(data: bytes) -> Any:
    """Return the value of a readable JSON document with each number as the text that the document has for it.

    :func:`parse` returns 1200 for ``1200``, and 1200.0 for ``1200.0`` and ``1.2e3``.
    """
    return load_any_depth(data.removeprefix(_BOM).decode(), parse_int=str, parse_float=str)


def parse(
    data: bytes, max_values: int | None = None, names: frozenset[str] = frozenset(), *, quotes: bool = False
) -> Parsed:
    """Parse a JSON document and return its value with all its defects.

    Never raises an error, whatever the bytes are.

    Args:
        data: The document.
        max_values: The most values to return and to search for defects; None for all.
        names: Names of fields that are kept before others.
        quotes: Show in a message what is at the place of a mistake; not for a document that may have a key.

    If not all values are wanted, values within more than MAX_DEPTH objects and lists are left out, and no defect.
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
        load = json.loads if max_values is None else load_any_depth
        value = load(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        place = f"at line {error.lineno}, column {error.colno}"
        kind: DefectKind = "truncated" if _ends_early(text, error) else "not-json"
        shown = near(text, error.pos) if quotes else ""
        defect = Defect(kind, "", "valid JSON", f"{error.msg} {place}", f"not valid JSON {place}{shown}")
        return Parsed(None, [*defects, defect])
    except RecursionError:
        return Parsed(None, [*defects, _TOO_DEEP])
    kept = Cut(value, 0, {}) if max_values is None else cut(value, _empty_like, max_values, names, MAX_DEPTH)
    defects.extend(_defects_within(kept.value))
    return Parsed(None if any(defect.kind in _FATAL for defect in defects) else kept.value, defects, kept)


def _ends_early(text: str, error: json.JSONDecodeError) -> bool:
    """True if more text might complete the document."""
    rest = text[error.pos :].rstrip()
    is_cut_word = any(word.startswith(rest) for word in ("true", "false", "null")) and error.msg != "Extra data"
    return text.startswith(("{", "[")) and (is_cut_word or error.msg.startswith("Unterminated string"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    with_duplicates = _ObjectWithDuplicates(plain)
    counts = Counter(key for key, _ in pairs)
    with_duplicates.duplicates = tuple(key for key in plain if counts[key] > 1)
    return with_duplicates


def _empty_like(value: Any) -> Any:
    """Return an empty object or list; keys that are duplicates stay so."""
    if not isinstance(value, _ObjectWithDuplicates):
        return [] if isinstance(value, list) else {}
    empty = _ObjectWithDuplicates()
    empty.duplicates = value.duplicates
    return empty


def _integer(digits: str) -> int | float:
    # Python does not convert very long integers; as an infinite float they are reported below.
    return int(digits) if len(digits) <= 400 else math.inf


def _defects_within(root: Any) -> Iterator[Defect]:
    """Yield every defect; in a long list, those of one kind become one defect with their number."""
    more = Counter[tuple[DefectKind, str]]()
    for number, ((kind, expected, got), path) in enumerate(_walk(root)):
        if kind not in _FATAL and number >= _MAX_LISTED:
            more[kind, expected] += 1
        else:
            yield Defect(kind, pointer(*_tokens(path)), expected, got)
    for (kind, expected), count in more.items():
        yield Defect(kind, "", expected, f"the same at {count} more places, which are not listed")


def _walk(root: Any) -> Iterator[tuple[_Found, _Path]]:
    """Yield what is found, with its path; nothing more after too many levels."""
    stack: list[tuple[Any, _Path, int]] = [(root, None, 0)]
    if isinstance(root, float | str) and (found := _defect(root)):
        yield found, None
    while stack:
        value, path, depth = stack.pop()
        if value and depth == MAX_DEPTH:
            yield ("too-deep", *_TOO_DEEP[2:4]), None
            return
        if isinstance(value, dict):
            yield from _key_defects(value, path)
        inner: list[tuple[Any, _Path, int]] = []
        for key, item in _members(value):
            if isinstance(item, float | str):
                if found := _defect(item):
                    yield found, (path, key)
            elif isinstance(item, dict | list) and item:
                inner.append((item, (path, key), depth + 1))
        stack.extend(reversed(inner))


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _key_defects(value: dict[str, Any], path: _Path) -> Iterator[tuple[_Found, _Path]]:
    for key in value.duplicates if isinstance(value, _ObjectWithDuplicates) else ():
        if key in value:  # it may have been left out
            yield ("duplicate-key", "each key once", f"{describe_json(key)} again"), (path, key)
    if any(map(_SURROGATE.search, value)):
        yield _HALF_PAIR, path


def _defect(value: float | str) -> _Found | None:
    if isinstance(value, str):
        return _HALF_PAIR if _SURROGATE.search(value) else None
    if math.isfinite(value):
        return None
    got = "NaN" if math.isnan(value) else "Infinity or a number beyond the range of a double"
    return "not-a-number", "a finite number", got


def _tokens(path: _Path) -> list[str | int]:
    tokens: list[str | int] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    return tokens[::-1]
