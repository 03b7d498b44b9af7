"""Tables of the fields of a JSON Schema that pydantic wrote."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tools.reference.markdown import as_json, prose, table

Link = Callable[[str], str]
"""Returns Markdown for the name of another schema."""

_BOUNDS = {
    "minimum": "{} or more",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "length {} or more",
    "maxLength": "length at most {}",
    "minItems": "{} or more items",
    "maxItems": "at most {} items",
}


def members(schema: Mapping[str, Any], link: Link) -> str:
    """Return a table of an object's fields: name, type, default, meaning."""
    required = schema.get("required", [])
    rows = (
        (f"`{name}`", kind(member, link), _default(name, member, required), prose(member.get("description", "")))
        for name, member in schema.get("properties", {}).items()
    )
    return table(["field", "type", "default", "meaning"], rows)


def _default(name: str, member: Mapping[str, Any], required: list[str]) -> str:
    if name in required:
        return "required"
    return as_json(member["default"]) if member.get("default") is not None else "–"


def kind(schema: Mapping[str, Any], link: Link) -> str:
    """Return the type of a value with its bounds, without null for optional fields."""
    choices = [each for each in schema.get("anyOf", schema.get("oneOf", [])) if each.get("type") != "null"]
    if choices:
        return " or ".join(dict.fromkeys(kind(each, link) for each in choices))
    if "$ref" in schema:
        return link(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return as_json(schema["const"])
    if "enum" in schema:
        return ", ".join(as_json(each) for each in schema["enum"])
    name = schema.get("type", "any")
    if name == "array":
        name = f"list of {kind(schema.get('items', {}), link)}"
    return ", ".join([name, *_bounds(schema)])


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    if "minItems" in schema and schema["minItems"] == schema.get("maxItems"):
        yield f"exactly {schema['minItems']}"
        return
    for keyword, sentence in _BOUNDS.items():
        value = schema.get(keyword)
        # Bounds of 64 bits are limits of JSON parsers; readers do not need them.
        if value is not None and abs(value) < 2**63:
            yield sentence.format(f"{int(value) if value == int(value) else value:,}")
    if "pattern" in schema:
        yield f"of the form `{schema['pattern']}`"
