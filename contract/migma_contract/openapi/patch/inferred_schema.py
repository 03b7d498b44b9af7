"""The schema of values that were seen: their types, and nothing that they do not show."""

from collections.abc import Sequence
from typing import Any

from migma_contract.timestamps import parse_rfc3339

_MAX_MEMBERS = 100
"""Members of objects that are described one by one; an object with more is a map from ids, days or the like."""

_MAX_DEPTH = 10

Schema = dict[str, Any]


def inferred_schema(values: Sequence[Any], *, is_30: bool, depth: int = 0) -> Schema:
    """Return a schema that allows the given values.

    No member of an object is required, since some responses do not show that all have it.

    Args:
        values: At least one value.
        is_30: True for OpenAPI 3.0, which has ``nullable`` and no lists of types.
        depth: Objects around the values; below ten of them only types are told.
    """
    by_type: dict[str, list[Any]] = {}
    for value in values:
        if value is not None:
            by_type.setdefault(json_type(value, is_30=is_30), []).append(value)
    if "number" in by_type:
        by_type["number"] += by_type.pop("integer", [])
    has_null = any(value is None for value in values)
    parts = [_of_one_type(name, seen, is_30=is_30, depth=depth) for name, seen in by_type.items()]
    return _nulls(parts, is_30=is_30) if has_null else _either(parts, is_30=is_30)


def json_type(value: Any, *, is_30: bool) -> str:
    """Return the name that JSON Schema has for the type of a value; 1.0 is an integer, but not in OpenAPI 3.0."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer() and not is_30):
        return "integer"
    names = {float: "number", str: "string", list: "array", type(None): "null"}
    return names.get(type(value), "object")


def _either(parts: list[Schema], *, is_30: bool) -> Schema:
    if len(parts) == 1:
        return parts[0]
    if is_30:
        return {"anyOf": parts}
    together: Schema = {"type": [part["type"] for part in parts]}
    for part in parts:  # each other keyword is for values of one type only
        together.update({keyword: value for keyword, value in part.items() if keyword != "type"})
    return together


def _nulls(parts: list[Schema], *, is_30: bool) -> Schema:
    if not parts:
        return {"type": "string", "nullable": True, "enum": [None]} if is_30 else {"type": "null"}
    if not is_30:
        return _either([*parts, {"type": "null"}], is_30=False)
    return {**_either(parts, is_30=True), "nullable": True}


def _of_one_type(name: str, values: Sequence[Any], *, is_30: bool, depth: int) -> Schema:
    if name == "string":
        is_time = all(parse_rfc3339(value) is not None for value in values)
        return {"type": "string", "format": "date-time"} if is_time else {"type": "string"}
    if name == "array":
        items = [item for value in values for item in value]
        return {"type": "array", "items": _described(items, is_30=is_30, depth=depth)}
    if name == "object":
        return {"type": "object", **_members(values, is_30=is_30, depth=depth)}
    return {"type": name}


def _described(values: Sequence[Any], *, is_30: bool, depth: int) -> Schema:
    return inferred_schema(values, is_30=is_30, depth=depth + 1) if values and depth < _MAX_DEPTH else {}


def _members(values: Sequence[dict[str, Any]], *, is_30: bool, depth: int) -> Schema:
    seen: dict[str, list[Any]] = {}
    for value in values:
        for name, member in value.items():
            seen.setdefault(name, []).append(member)
    if not seen or depth >= _MAX_DEPTH:
        return {}
    if len(seen) > _MAX_MEMBERS:
        every = [member for members in seen.values() for member in members]
        return {"additionalProperties": _described(every, is_30=is_30, depth=depth)}
    return {"properties": {name: _described(each, is_30=is_30, depth=depth) for name, each in seen.items()}}
