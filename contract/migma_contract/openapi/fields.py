"""The fields of an object schema, through references and combinations of schemas."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import Document, branches

_MOST_LOOKED_AT = 500
"""Schemas that are looked at to tell alternatives apart: a document may have many more in each."""

_REMARKS = frozenset({"nullable", "description", "title", "example", "examples", "default", "deprecated"})
"""Keywords that exclude no value."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an object schema, collected through ``allOf`` and references.

    Attributes:
        properties: Declared names, each with the JSON pointer to its schema in the document.
        required: Required names, each with the JSON pointer to the entry that requires it.
    """

    properties: Mapping[str, str]
    required: Mapping[str, str]


def read_fields(document: Document, at: str, known: Container[str] = (), inside: str = "") -> Fields:
    """Return the fields that the schema at a place declares and requires, through references and ``allOf``.

    Of the alternatives of ``oneOf`` and ``anyOf`` it takes the one that declares most of the known names, itself or in
    its field ``inside``.
    """
    properties: dict[str, str] = {}
    required: dict[str, str] = {}
    for schema, here in _parts(document, at, known, inside):
        for name, declared in schema.get("properties", {}).items():
            # Later parts of an allOf narrow earlier ones, so the later declaration wins, unless it says nothing.
            if name not in properties or not _says_nothing(declared):
                properties[name] = f"{here}/properties{pointer(name)}"
        required.update({name: f"{here}/required/{i}" for i, name in enumerate(schema.get("required", []))})
    return Fields(properties, required)


def _parts(document: Document, at: str, known: Container[str], inside: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the schema at a place and those that it consists of, each with its JSON pointer."""

    def following(schema: Mapping[str, Any], here: str) -> Iterator[str]:
        yield from branches(schema, here, "allOf")
        for keyword in ("oneOf", "anyOf"):
            if alternatives := branches(schema, here, keyword):
                yield max(alternatives, key=lambda each: _fitness(document, each, known, inside))

    return document.walk(at, following)


def _fitness(document: Document, at: str, known: Container[str], inside: str) -> tuple[int, bool]:
    """Return how many known names an alternative declares, and if it is an object at all."""

    def following(schema: Mapping[str, Any], here: str) -> list[str]:
        own = [f"{here}/properties{pointer(inside)}"] if inside in schema.get("properties", {}) else []
        return [*own, *branches(schema, here, "allOf", "oneOf", "anyOf")]

    names = set[str]()
    for schema, _ in islice(document.walk(at, following), _MOST_LOOKED_AT):
        names.update(schema.get("properties", {}))
    return sum(name in known for name in names), bool(names)


def _says_nothing(schema: Any) -> bool:
    """True for a schema that allows everything, such as ``{"nullable": true}``."""
    return schema is True or (isinstance(schema, dict) and schema.keys() <= _REMARKS)
