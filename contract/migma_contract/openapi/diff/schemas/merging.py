"""Makes the shapes of a branch: all that its schemas say about the values of each type, merged."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas.branches import OPAQUE, Branch
from migma_contract.openapi.diff.schemas.merging_objects import merge_arrays, merge_objects
from migma_contract.openapi.diff.schemas.shape import TYPES, Fact, Shape

EXTENSIBLE_ENUM = "x-extensible-enum"
"""An extension for a list of the values that are known so far."""

_ALWAYS = frozenset({"", ".*", "^.*$", "^.*", ".*$"})
"""Patterns that every string matches, but for line breaks."""

_HUGE = 1e300

_Merge = Callable[[Any, Any], Any]


def _union(one: frozenset[Any], other: frozenset[Any]) -> frozenset[Any]:
    return one | other


_NUMBERS: Mapping[str, tuple[str, _Merge]] = {
    "minLength": ("string", max),
    "maxLength": ("string", min),
    "minItems": ("array", max),
    "maxItems": ("array", min),
    "minContains": ("array", max),
    "maxContains": ("array", min),
    "minProperties": ("object", max),
    "maxProperties": ("object", min),
}
_SETS: Mapping[str, tuple[str, ...]] = {
    "pattern": ("string",),
    "format": ("string", "number"),
    "contentEncoding": ("string",),
    "contentMediaType": ("string",),
    "multipleOf": ("number",),
}
_SCHEMAS: Mapping[str, str] = {
    "contentSchema": "string",
    "contains": "array",
    "unevaluatedItems": "array",
    "propertyNames": "object",
    "unevaluatedProperties": "object",
}

_OWN: Mapping[str, frozenset[str]] = {
    "null": frozenset(),
    "boolean": frozenset(),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType", "contentSchema"}),
    "array": frozenset({"items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"}),
}
"""The keywords that tell that values of a type are meant."""


def shapes(branch: Branch, at: str) -> Iterator[Shape]:
    """Yield what a branch says about each type of values that it allows.

    Args:
        branch: The branch.
        at: JSON pointer to the schema that it is a branch of.
    """
    types, integers = _merged_types(branch.leaves)
    values, values_at = _merged_values(branch.leaves, at)
    key = tuple(sorted(leaf.at for leaf in branch.leaves))
    where = branch.leaves[-1].at if branch.leaves else at
    for kind in TYPES:
        is_excluded = kind not in types or (values is not None and not values.get(kind))
        if is_excluded and not any(keyword in leaf.value for leaf in branch.leaves for keyword in _OWN[kind]):
            continue
        shape = Shape(kind, where, key, branch.choices, is_integer=integers and kind == "number")
        shape.is_excluded = is_excluded
        if values is not None and kind != "null" and not is_excluded:
            shape.values, shape.values_at = frozenset(values[kind]), values_at
        for leaf in branch.leaves:
            _merge_keywords(shape, leaf)
        if is_excluded:
            # What holds for every type is compared for those that values have.
            shape.facts = {name: fact for name, fact in shape.facts.items() if name not in {"format", OPAQUE}}
            shape.negations, shape.conditions = [], []
        if kind == "array":
            merge_arrays(shape, branch.leaves)
        elif kind == "object":
            merge_objects(shape, branch.leaves)
        yield shape


def _merged_types(leaves: Sequence[Node]) -> tuple[set[str], bool]:
    """Return the types that all schemas allow, and True if numbers must be integers."""
    types, integers = set(TYPES), False
    for named in filter(None, map(_types, leaves)):
        types &= {"number" if name == "integer" else name for name in named}
        integers = integers or ("integer" in named and "number" not in named)
    return types, integers


def _merged_values(leaves: Sequence[Node], at: str) -> tuple[dict[str, set[str]] | None, str]:
    """Return the values that all schemas list, by type, and the place of a list; None if no schema has one."""
    values: dict[str, set[str]] | None = None
    for leaf in leaves:
        listed = _values(leaf)
        if listed is not None:
            at = f"{leaf.at}/{'const' if 'const' in leaf.value else 'enum'}"
            values = {
                kind: texts if values is None else texts & values.get(kind, set()) for kind, texts in listed.items()
            }
    return values, at


def _types(leaf: Node) -> set[str] | None:
    """Return the types that a schema names; None if it names none."""
    named = leaf.get("type", (str, list))
    if named is None:
        return None
    types = {named} if isinstance(named, str) else {name for name in named if isinstance(name, str)}
    if leaf.get("nullable") is True:
        types.add("null")
    return types


def _values(leaf: Node) -> dict[str, set[str]] | None:
    """Return the values of ``enum`` and ``const`` by type, as JSON texts; None without them."""
    listed = leaf.get("enum", list)
    if "const" in leaf.value:
        listed = [leaf.value["const"]]
    if listed is None:
        return None
    found: dict[str, set[str]] = {}
    nullable = [None] if leaf.get("nullable") is True else []
    for value in (*listed, *nullable):
        found.setdefault(type_of(value), set()).add(json_text(value))
    return found


def type_of(value: Any) -> str:
    """Return the type of a JSON value, as TYPES has it."""
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def json_text(value: Any) -> str:
    """Return a JSON value as a text that is the same for equal values: 1 and 1.0 are."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    """True for a number with which the range of a double is not left."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _HUGE


def _merge_keywords(shape: Shape, leaf: Node) -> None:
    """Merge the keywords of a schema that are for values of the type of a shape."""
    for keyword, value in leaf.value.items():
        if _SCHEMAS.get(keyword) == shape.type:
            shape.schemas[keyword] = (*shape.schemas.get(keyword, ()), leaf.child(keyword))
        elif keyword == "not" and isinstance(value, dict | bool):
            shape.negations.append(leaf.child(keyword))
        elif keyword == "if":
            shape.conditions.append(leaf)
        else:
            _merge_value(shape, keyword, value, f"{leaf.at}/{keyword}")
    if shape.type == "number":
        _merge_bounds(shape, leaf)


def _merge_value(shape: Shape, keyword: str, value: Any, at: str) -> None:
    """Merge a keyword that has a number, a text or a truth value."""
    kind, merge_numbers = _NUMBERS.get(keyword, ("", max))
    if kind == shape.type and _is_number(value):
        _merge_fact(shape, keyword, Fact(value, at), merge_numbers)
    elif shape.type in _SETS.get(keyword, ()) and isinstance(value, str | int | float) and value not in _ALWAYS:
        _merge_fact(shape, keyword, Fact(frozenset({value}), at), _union)
    elif keyword == "uniqueItems" and shape.type == "array" and value is True:
        shape.facts.setdefault(keyword, Fact(value, at))
    elif keyword == EXTENSIBLE_ENUM and isinstance(value, list) and shape.type in {"string", "number"}:
        _merge_fact(shape, keyword, Fact(frozenset(map(json_text, value)), at), frozenset.intersection)
    elif keyword == OPAQUE:
        _merge_fact(shape, keyword, Fact(frozenset({json_text(value)}), at.removesuffix(f"/{OPAQUE}")), _union)


def _merge_fact(shape: Shape, name: str, fact: Fact, merge: _Merge) -> None:
    before = shape.facts.get(name)
    if before is None:
        shape.facts[name] = fact
        return
    merged = merge(before.value, fact.value)
    shape.facts[name] = Fact(merged, before.at if merged == before.value else fact.at)


def _merge_bounds(shape: Shape, leaf: Node) -> None:
    """Merge the bounds of both dialects: ``exclusiveMinimum`` is a number in 3.1, and true or false in 3.0."""
    for name, inclusive, exclusive, merge in (
        ("low", "minimum", "exclusiveMinimum", max),
        ("high", "maximum", "exclusiveMaximum", min),
    ):
        sign = 1 if name == "low" else -1
        bound, limit = leaf.get(inclusive), leaf.get(exclusive)
        if _is_number(bound):
            open_end = sign if limit is True else 0
            _merge_fact(shape, name, Fact((bound, open_end), f"{leaf.at}/{inclusive}"), merge)
        if _is_number(limit):
            _merge_fact(shape, name, Fact((limit, sign), f"{leaf.at}/{exclusive}"), merge)
