"""A parsed OpenAPI document: references, fields of schemas, and compiled validators."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NoReturn
from urllib.parse import unquote

import jsonschema_rs

from migma_contract.errors import ContractError, Place, Problem
from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi import int32, nullable
from migma_contract.openapi.reading import read_document
from migma_contract.openapi.schema_validator import Validator
from migma_contract.strict_json import describe_json

_DIALECTS = {
    "3.0": (jsonschema_rs.Draft4Validator, "http://json-schema.org/draft-04/schema#"),
    "3.1": (jsonschema_rs.Draft202012Validator, "https://json-schema.org/draft/2020-12/schema"),
}

BUNDLE = (
    "References to other files are not read. Make one document of them first, for example with "
    "`npx @redocly/cli bundle openapi.yaml -o bundled.yaml`."
)
"""The remedy for a reference to another file that is needed."""

_DATA = frozenset({"example", "examples", "default", "enum", "const"})
"""Keywords whose values are data, in which a ``$ref`` is no reference."""

_NAMING = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs"})
"""Keywords whose values map free names to schemas."""

_PLACES_SHOWN = 20
_MAX_REFERENCES = 5000
"""The most references of one schema, with those of the schemas that it refers to, each as often as it is referred to:
a compiled schema has a copy for each, and thirty schemas that refer twice to the next one would have a billion."""


class Document:
    """A parsed document. Every method that finds a mistake raises an error with its place.

    Attributes:
        source: The file's name, for messages.
        raw: The document as JSON; as it came, if that is JSON.
        root: The document, unchanged.
        notices: Sentences for the user about how the document was read.

    Raises:
        ContractError: The document is not JSON, YAML or a page with one, or not OpenAPI 3.0 or 3.1.
    """

    def __init__(self, raw: bytes, source: str, *, strict_nullable: bool) -> None:
        self.source = source
        self._read = read_document(raw, source)
        self.raw = self._read.raw
        self.root: dict[str, Any] = self.expect(self._read.root, "", dict, "an OpenAPI document (an object)")
        if "openapi" not in self.root and "swagger" in self.root:
            self.refuse("/swagger", "OpenAPI 3.0 or 3.1", f"Swagger {describe_json(self.root['swagger'])}")
        version = self.expect(self.root.get("openapi"), "/openapi", str, "an OpenAPI version such as 3.1.0")
        dialect = ".".join(version.split(".")[:2])
        if dialect not in _DIALECTS:
            self.refuse("/openapi", "OpenAPI 3.0 or 3.1", describe_json(version))
        self._draft, self._metaschema = _DIALECTS[dialect]
        self._wrapped = frozenset[str]()
        self._schemas, self._added = int32.apply_int32(self.root)
        self._validators: dict[str, Validator] = {}
        if dialect == "3.0" or not strict_nullable:
            self._schemas, self._wrapped = nullable.apply_nullable(self._schemas)
        places = nullable.find_nullable(self.root) if dialect == "3.1" and not strict_nullable else []
        notice = (
            "'nullable' is not a keyword of OpenAPI 3.1, but it is applied unless --strict-nullable is given. "
            f"Null is allowed where {PurePath(source).name} uses it, at {_listed(places)}."
        )
        self.notices = [notice] if places else []

    def refuse(self, at: str, expected: str, got: str, hint: str = "") -> NoReturn:
        """Raise the error for a mistake at a place of the document."""
        raise ContractError([Problem(self.source, at, expected, got, place=self.place(at))], hint)

    def place(self, at: str) -> Place:
        """Return the line and column of a JSON pointer in the file, or of the nearest place above it."""
        return self._read.place(at)

    def with_places(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of the document with their lines and columns."""
        return [problem._replace(place=problem.place or self.place(problem.pointer)) for problem in problems]

    def expect(self, value: Any, at: str, kind: type, what: str) -> Any:
        """Return the value if it has the expected type.

        Raises:
            ContractError: It has another type; ``what`` says what was expected.
        """
        if not isinstance(value, kind):
            self.refuse(at, what, "nothing" if value is None else describe_json(value))
        return value

    def at(self, where: str) -> Any:
        """Return the value at a JSON pointer that exists."""
        return lookup(self.root, where)

    def resolve(self, node: Any, at: str) -> tuple[dict[str, Any], str]:
        """Follow references from a node; return the object and its JSON pointer."""
        seen = set[str]()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                self.refuse(at, "a reference to an object", f"a circle through {describe_json(reference)}")
            seen.add(reference)
            if len(seen) > _MAX_REFERENCES:
                self.refuse(at, f"at most {_MAX_REFERENCES} references one after the other", "more")
            if not reference.startswith("#/"):
                self.refuse(f"{at}/$ref", "a reference within the document (#/…)", describe_json(reference), BUNDLE)
            target = unquote(reference[1:])
            try:
                node = self.at(target)
            except (LookupError, TypeError, ValueError):
                self.refuse(f"{at}/$ref", "a reference to an existing place", describe_json(reference))
            at = pointer(*tokens(target))
        return self.expect(node, at, dict, "an object"), at

    def types(self, at: str) -> set[str]:
        """Return the JSON types that the schema at a place names, through references and combinations of schemas."""
        found = set[str]()
        for schema, _ in self.walk(at, lambda schema, here: branches(schema, here, "allOf", "anyOf", "oneOf")):
            types = schema.get("type", [])
            found.update([types] if isinstance(types, str) else types)
        return found

    def walk(
        self, at: str, following: Callable[[Mapping[str, Any], str], Iterable[str]]
    ) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Yield the schema at a place and those that it leads to, each once and with its JSON pointer.

        Args:
            at: JSON pointer to the schema, or to a reference to it.
            following: Returns the pointers to the schemas that a schema at a place leads to.
        """
        seen, pending = set[str](), deque([at])
        while pending:
            where = pending.popleft()
            if isinstance(self.at(where), bool):
                continue
            schema, here = self.resolve(self.at(where), where)
            if here not in seen:
                seen.add(here)
                yield schema, here
                pending.extend(following(schema, here))

    def validator(self, at: str) -> Validator:
        """Return the validator of the schema at a place, compiled once after it and its references were checked."""
        if at not in self._validators:
            self._validators[at] = self._compiled(at)
        return self._validators[at]

    def _compiled(self, at: str) -> Validator:
        self._check_schemas(at)
        try:
            return Validator(self._schemas, at, self._draft, self._wrapped, self._added)
        except jsonschema_rs.ValidationError as error:
            self.refuse(pointer(*error.instance_path) or at, "a schema that compiles", error.message)

    def _check_schemas(self, at: str) -> None:
        targets: dict[str, list[str]] = {}
        pending = [at]
        while pending:
            here = pending.pop()
            if here in targets:
                continue
            targets[here] = []
            schema = self.at(here)
            if isinstance(schema, bool):
                continue
            self.expect(schema, here, dict, "a schema (an object)")
            try:
                jsonschema_rs.meta.validate({"$schema": self._metaschema, **schema})
            except jsonschema_rs.ValidationError as error:
                self.refuse(f"{here}{pointer(*error.instance_path)}", "a valid JSON Schema keyword", error.message)
            targets[here] = [self.resolve(node, place)[1] for place, node in _references(schema, here)]
            pending.extend(targets[here])
        self._check_copies(at, targets)

    def _check_copies(self, at: str, targets: Mapping[str, Sequence[str]]) -> None:
        """Refuse a schema of which a compiled one would have too many parts; a circle is compiled once."""
        copies, way, left = 0, {at}, [(at, iter(targets[at]))]
        while left:
            place, references = left[-1]
            target = next(references, None)
            if target is None:
                left.pop()
                way.discard(place)
            elif target not in way:
                copies += 1
                if copies > _MAX_REFERENCES:
                    self.refuse(at, f"at most {_MAX_REFERENCES} references, counted through references", "more")
                way.add(target)
                left.append((target, iter(targets[target])))


def _listed(places: Sequence[str]) -> str:
    """Return the first places as text, and the number of the others."""
    more = len(places) - _PLACES_SHOWN
    return " and ".join([*places[:_PLACES_SHOWN], *([f"{more} more places"] if more > 0 else [])])


def _references(node: Any, at: str, *, is_naming: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str) and not is_naming:
            yield at, node
        for key, value in node.items():
            # Where names are free, "default" is the name of a field.
            if is_naming or key not in _DATA:
                is_named = not is_naming and key in _NAMING
                yield from _references(value, f"{at}{pointer(key)}", is_naming=is_named)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _references(value, f"{at}/{index}")


def branches(schema: Mapping[str, Any], here: str, *keywords: str) -> list[str]:
    """Return the JSON pointers to the schemas that a schema at a place combines with such keywords."""
    return [f"{here}/{keyword}/{index}" for keyword in keywords for index in range(len(schema.get(keyword, [])))]
