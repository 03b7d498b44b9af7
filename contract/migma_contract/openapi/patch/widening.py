"""Widen a schema just enough that it allows the values that were seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Any

from migma_contract.openapi.patch.inferred_schema import Schema, inferred_schema, json_type
from migma_contract.openapi.patch.text_form import text_form

_REMARKS = ("title", "description", "deprecated", "example", "examples", "default", "readOnly", "writeOnly")
_COMBINING = ("$ref", "allOf", "anyOf", "oneOf", "const", "not")
_INT64 = 2**63


def widened(schema: Schema, keyword: str, values: Sequence[Any], *, is_30: bool) -> Schema | None:
    """Return a schema that also allows some values; None if no small change of it does.

    Args:
        schema: The schema, with references not followed.
        keyword: The keyword that excludes the values.
        values: The values that were seen; null comes alone.
        is_30: True for OpenAPI 3.0, which has ``nullable`` and no lists of types.
    """
    if values[0] is None:
        return _nullable(schema, is_30=is_30)
    if keyword == "$ref" or (keyword == "type" and is_30):
        seen = inferred_schema(values, is_30=is_30)
        if schema.get("type") == "integer" and seen == {"type": "number"}:
            return {**schema, **seen}  # every integer is a number
        return _beside(schema, seen, is_30=is_30)
    if keyword == "type":
        return _with_types(schema, values)
    if keyword in {"anyOf", "oneOf"}:
        return _with_alternative(schema, keyword, values, is_30=is_30)
    change = _CHANGES.get(keyword)
    return change(schema, values) if change else None


def _nullable(schema: Schema, *, is_30: bool) -> Schema:
    if is_30:
        inner = {"allOf": [schema]} if "$ref" in schema else schema
        return {**_with_null_in_enum(inner), "nullable": True}
    if "const" in schema:
        return _nullable(_enum_of_const(schema), is_30=False)
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema and not schema.keys() - {keyword, *_REMARKS}:
            return {**schema, keyword: [*schema[keyword], {"type": "null"}]}
    if any(keyword in schema for keyword in _COMBINING):
        return _beside(schema, {"type": "null"}, is_30=False)
    if "type" not in schema:
        return _with_null_in_enum(schema)
    types = _types(schema)
    return {**_with_null_in_enum(schema), "type": types if "null" in types else [*types, "null"]}


def _with_null_in_enum(schema: Schema) -> Schema:
    if "enum" not in schema or None in schema["enum"]:
        return schema
    return {**schema, "enum": [*schema["enum"], None]}


def _enum_of_const(schema: Schema) -> Schema:
    return {**_without(schema, "const"), "enum": [schema["const"]]}


def _without(schema: Schema, keyword: str) -> Schema:
    return {name: each for name, each in schema.items() if name != keyword}


def _types(schema: Any) -> list[str]:
    types = schema.get("type", []) if isinstance(schema, Mapping) else []
    return [types] if isinstance(types, str) else list(types)


def _beside(schema: Schema, other: Schema, *, is_30: bool) -> Schema:
    """Return a schema with two alternatives; what people read stays outside of them."""
    outside = {} if is_30 and "$ref" in schema else {name: schema[name] for name in _REMARKS if name in schema}
    inner = {name: each for name, each in schema.items() if name not in outside}
    return {**outside, "anyOf": [inner, other]}


def _with_types(schema: Schema, values: Sequence[Any]) -> Schema:
    """Return a schema with the types of some values in its list; their other keywords are for these types alone."""
    seen = inferred_schema(values, is_30=False)
    new = [name for name in _types(seen) if name not in _types(schema)]
    # Every integer is a number.
    types = [name for name in _types(schema) if name != "integer" or "number" not in new] + new
    others = {name: each for name, each in seen.items() if name not in schema}
    return {**schema, **others, "type": types[0] if len(types) == 1 else types}


def _with_alternative(schema: Schema, keyword: str, values: Sequence[Any], *, is_30: bool) -> Schema | None:
    """Return a schema with one alternative more; None if one may be meant for a value of this type already."""
    known = [set(_types(each)) for each in schema[keyword]]
    for own in (json_type(value, is_30=is_30) for value in values):
        if any(not types or own in types or (own == "integer" and "number" in types) for types in known):
            return None
    return {**schema, keyword: [*schema[keyword], inferred_schema(values, is_30=is_30)]}


def _enum(schema: Schema, values: Sequence[Any]) -> Schema:
    new = [value for index, value in enumerate(values) if value not in values[:index]]
    return {**schema, "enum": [*schema["enum"], *new]}


def _limit(keyword: str, measure: Callable[[Any], Any], choose: Callable[[Iterable[Any]], Any]) -> "_Change":
    return lambda schema, values: {**schema, keyword: choose([schema[keyword], *map(measure, values)])}


def _exclusive(keyword: str, inclusive: str, choose: Callable[[Iterable[Any]], Any]) -> "_Change":
    """Return the change of a bound that excludes itself: the value that was seen becomes one that does not."""
    return lambda schema, values: {**_without(schema, keyword), inclusive: choose(values)}


def _multiple_of(schema: Schema, values: Sequence[Any]) -> Schema | None:
    step, *others = (Fraction(Decimal(str(each))) for each in (schema["multipleOf"], *values))
    for each in others:
        common = gcd(step.numerator * each.denominator, each.numerator * step.denominator)
        step = Fraction(common, step.denominator * each.denominator)
    return {**schema, "multipleOf": int(step) if step.denominator == 1 else float(step)}


def _format(schema: Schema, values: Sequence[Any]) -> Schema | None:
    if all(isinstance(value, str) for value in values):
        return _text(schema, "format", values)
    # Of the formats of numbers, only int32 is checked.
    return {**schema, "format": "int64"} if all(-_INT64 <= value < _INT64 for value in values) else None


def _text(schema: Schema, keyword: str, values: Sequence[str]) -> Schema | None:
    """Return a schema of texts with the keyword as one alternative, and the forms of the values as others."""
    if "anyOf" in schema:
        return None
    forms = [text_form(value) for value in values]
    new = [form for index, form in enumerate(forms) if form not in forms[:index]]
    return {**_without(schema, keyword), "anyOf": [{keyword: schema[keyword]}, *new]}


_Change = Callable[[Schema, Sequence[Any]], Schema | None]
_CHANGES: dict[str, _Change] = {
    "enum": _enum,
    "const": lambda schema, values: _enum(_enum_of_const(schema), values),
    "minimum": _limit("minimum", lambda value: value, min),
    "maximum": _limit("maximum", lambda value: value, max),
    "exclusiveMinimum": _exclusive("exclusiveMinimum", "minimum", min),
    "exclusiveMaximum": _exclusive("exclusiveMaximum", "maximum", max),
    "minLength": _limit("minLength", len, min),
    "maxLength": _limit("maxLength", len, max),
    "minItems": _limit("minItems", len, min),
    "maxItems": _limit("maxItems", len, max),
    "minProperties": _limit("minProperties", len, min),
    "maxProperties": _limit("maxProperties", len, max),
    "multipleOf": _multiple_of,
    "uniqueItems": lambda schema, _: _without(schema, "uniqueItems"),
    "format": _format,
    "pattern": lambda schema, values: _text(schema, "pattern", values),
}
