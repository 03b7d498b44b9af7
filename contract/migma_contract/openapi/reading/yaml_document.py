"""A document in YAML 1.2 as plain values, each with its place.

libyaml reads the text; what its events mean is decided here. PyYAML's own loaders follow YAML 1.1, keep the last of
duplicate keys, and share one object among all its aliases.
"""

import math
from collections.abc import Mapping
from typing import Any, NoReturn

import yaml  # type: ignore[import-untyped]

from migma_contract.deep_json import MAX_DEPTH
from migma_contract.errors import ContractError, Place, Problem
from migma_contract.json_pointer import pointer
from migma_contract.openapi.reading.yaml_scalars import Scalar, plain_scalar, tagged_scalar
from migma_contract.openapi.reading.yaml_text import place_of, placeholders, require_printable, syntax_problem
from migma_contract.strict_json import describe_json

MAX_ALIASED = 100_000
"""The most values that aliases may add: ten aliases of ten aliases of … need a line each."""

_MAX_PROBLEMS = 100
_TAG_PREFIX = "tag:yaml.org,2002:"
_SCALAR_TAGS = frozenset({"str", "int", "float", "bool", "null"})
Places = dict[str, Place]
"""The place where the key, or the item, of each JSON pointer begins."""


def parse_yaml(text: str, source: str, places: Places | None = None) -> Any:
    """Return the value of a YAML document.

    Keys are the text that the document has for them: ``200:`` is the key ``"200"``. ``<<`` merges, as in YAML 1.1.

    Args:
        text: The document, without a byte order mark.
        source: The name of the file, for messages.
        places: Receives the place of each value; None to leave that out.

    Raises:
        ContractError: It is not valid YAML, has several documents, duplicate keys or values that JSON does not have, or
            aliases that contain themselves or add more than :data:`MAX_ALIASED` values; with the place.
    """
    require_printable(text, source)
    replaced = placeholders(text)
    try:
        return _Composer(text.translate(replaced), source, {ord(v): k for k, v in replaced.items()}, places).document()
    except yaml.MarkedYAMLError as error:
        raise ContractError([syntax_problem(error, source, text)]) from error


def _parser(text: str) -> Any:
    if yaml.__with_libyaml__:
        return yaml.cyaml.CParser(text)
    return yaml.Loader(text)  # the same events, twenty times slower


class _Composer:
    """Composes the values of the events of one text.

    Attributes:
        problems: What is wrong, if it did not prevent the rest from being read.
    """

    def __init__(self, text: str, source: str, restored: Mapping[int, int], places: Places | None) -> None:
        self._next = _parser(text).get_event
        self._source = source
        self._restored = restored
        self._places = places
        self._path: list[str | int] = []
        # The value of an anchor and how many values that is; None while the value is not complete.
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        self._count = self._aliased = 0
        self.problems: list[Problem] = []

    def document(self) -> Any:
        self._next()  # StreamStartEvent
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise ContractError([Problem(self._source, "", "an OpenAPI document", "nothing")])
        value = self._value(self._next())
        self._next()  # DocumentEndEvent
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._refuse(event, "one YAML document", "a second one, which begins with '---'")
        if self.problems:
            raise ContractError(self.problems)
        return value

    def _value(self, event: Any) -> Any:
        self._count += 1
        if self._places is not None:
            self._places.setdefault(pointer(*self._path), place_of(event.start_mark))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        anchor, before = event.anchor, self._count
        if anchor is not None:
            self._anchors[anchor] = None
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif len(self._path) >= MAX_DEPTH:
            self._refuse(event, f"at most {MAX_DEPTH} levels of nesting", "more levels")
        elif isinstance(event, yaml.MappingStartEvent):
            self._require_tag(event, "map")
            value = self._mapping()
        else:
            self._require_tag(event, "seq")
            value = self._sequence()
        if anchor is not None:
            self._anchors[anchor] = (value, self._count - before + 1)
        return value

    def _sequence(self) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            self._path.append(len(result))
            result.append(self._value(event))
            self._path.pop()
        return result

    def _mapping(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, Any] = {}
        merged: Any = None
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            self._path.append(key)
            if key in first:
                what = f"{describe_json(key)} again; it is at line {first[key].line + 1} too"
                self._note(event, "each key once", what)
            first[key] = event.start_mark
            if self._places is not None:
                self._places[pointer(*self._path)] = place_of(event.start_mark)
            value = self._value(self._next())
            if key == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
                merged = self._merged(event, value)
            else:
                result[key] = value
            self._path.pop()
        return {**merged, **result} if merged else result

    def _merged(self, event: Any, value: Any) -> dict[str, Any]:
        """Return the members that the key ``<<`` adds: those of an object, or of several, of which the first counts."""
        parts = value if isinstance(value, list) else [value]
        if not all(isinstance(part, dict) for part in parts):
            self._note(event, "an object, or an array of objects, to merge", describe_json(value))
            return {}
        return {name: item for part in reversed(parts) for name, item in part.items()}

    def _key(self, event: Any) -> str:
        value: Any = None
        if isinstance(event, yaml.AliasEvent):
            value = self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            value = self._restore(event.value)
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, 1)
        if not isinstance(value, str):
            got = "an object or an array; put braces and brackets of a name in quotes"
            self._refuse(event, "a key that is text", got)
        return value

    def _scalar(self, event: Any) -> Scalar:
        text = self._restore(event.value)
        if event.tag == "!" or (event.tag is None and not event.implicit[0]):
            return text
        if event.tag is None:
            value = plain_scalar(text)
        else:
            name = self._require_tag(event, *_SCALAR_TAGS)
            if name is None:
                return text
            try:
                value = tagged_scalar(text, name)
            except ValueError as error:
                self._note(event, str(error), describe_json(text))
                return text
        if type(value) is float and not math.isfinite(value):
            self._note(event, "a finite number", f"{text[:40]}, which is not one or beyond the range of a double")
        return value

    def _require_tag(self, event: Any, *names: str) -> str | None:
        """Return the name of a tag of the core schema; None, and a problem, for any other one."""
        if event.tag is None or event.tag == "!":
            return names[0]
        name = event.tag.removeprefix(_TAG_PREFIX)
        if name in names and event.tag.startswith(_TAG_PREFIX):
            return str(name)
        self._note(event, "no tag, or one of the core schema", f"the tag {describe_json(event.tag)}")
        return None

    def _alias(self, event: Any) -> Any:
        name = event.anchor
        if name not in self._anchors:
            self._refuse(event, f"an anchor &{name} before its alias *{name}", "none")
        found = self._anchors[name]
        if found is None:
            self._refuse(event, "an alias of another part", f"*{name}, which is in the part that it stands for")
        value, count = found
        self._aliased += count
        if self._aliased > MAX_ALIASED:
            self._refuse(event, f"aliases that add at most {MAX_ALIASED} values", "more")
        self._count += count - 1
        if len(self._path) + _depth(value) > MAX_DEPTH:
            self._refuse(event, f"at most {MAX_DEPTH} levels of nesting", "more levels")
        return _copy(value)

    def _restore(self, text: str) -> str:
        return text.translate(self._restored) if self._restored else text

    def _note(self, event: Any, expected: str, got: str) -> None:
        problem = Problem(self._source, pointer(*self._path), expected, got, place=place_of(event.start_mark))
        self.problems.append(problem)
        if len(self.problems) >= _MAX_PROBLEMS:
            raise ContractError(self.problems)

    def _refuse(self, event: Any, expected: str, got: str) -> NoReturn:
        self._note(event, expected, got)
        raise ContractError(self.problems)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value), default=0)
