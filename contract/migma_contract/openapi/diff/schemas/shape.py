"""Shape: all that one branch of a schema says about the values of one JSON type."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import jsonschema_rs

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas.branches import Choice

TYPES = ("null", "boolean", "number", "string", "array", "object")
"""The types of values; an integer is a number."""

Nodes = tuple[Node, ...]
"""Schemas that all hold; none of them is the schema of any value."""


class Fact(NamedTuple):
    """The value of a keyword, with its place."""

    value: Any
    at: str


@dataclass(slots=True)
class Shape:
    """The part of a branch about the values of one type.

    Attributes:
        type: The type, one of TYPES.
        at: JSON pointer to the schema, for what is missing.
        key: Identifies the shape in its document.
        choices: The alternatives that it was chosen from.
        is_excluded: True if no value has the type, although the branch has keywords for it: either is a mistake.
        is_integer: True for numbers that are integers.
        values: The only values, as JSON texts; None for any.
        facts: Keywords with one value or with a set of values; ``low`` and ``high`` are the bounds of numbers.
        schemas: Keywords with a schema: ``items``, ``contains``, ``additionalProperties`` …
        prefix: The schemas of the first elements.
        properties: The schemas of properties.
        patterns: The schemas of properties that match a pattern.
        required: The names of the properties that must be there.
        dependent_required: The names that must be there if one is.
        dependent_schemas: The schemas that hold if a property is there.
        negations: The schemas of ``not``.
        conditions: The schemas of ``if``, ``then`` and ``else``.
    """

    type: str
    at: str
    key: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    is_excluded: bool = False
    is_integer: bool = False
    values: frozenset[str] | None = None
    values_at: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    schemas: dict[str, Nodes] = field(default_factory=dict)
    prefix: tuple[Nodes, ...] = ()
    properties: dict[str, Nodes] = field(default_factory=dict)
    patterns: dict[str, Nodes] = field(default_factory=dict)
    required: dict[str, str] = field(default_factory=dict)
    dependent_required: dict[str, frozenset[str]] = field(default_factory=dict)
    dependent_schemas: dict[str, Nodes] = field(default_factory=dict)
    negations: list[Node] = field(default_factory=list)
    conditions: list[Node] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """True for objects without other properties than the named ones."""
        return any(node.value is False for node in self.schemas.get("additionalProperties", ()))

    def view(self, name: str) -> Nodes:
        """Return the schemas that hold for a property, named or not."""
        if name in self.properties:
            return self.properties[name]
        matching = tuple(node for pattern, nodes in self.patterns.items() if matches(pattern, name) for node in nodes)
        return matching or self.schemas.get("additionalProperties", ())


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return None


def matches(pattern: str, name: str) -> bool:
    """True if a name of a property matches a pattern; False if the pattern is not valid."""
    compiled = _compiled(pattern)
    # Its engine is bounded, unlike Python's: a pattern of a stranger's document must not take for ever.
    return compiled is not None and compiled.is_valid(name)
