"""A schema and the schemas that it consists of, as one set of keywords from which a value can be made."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from migma_contract.errors import MigmaError
from migma_contract.json_pointer import pointer
from migma_contract.openapi.document import Document

_OWN = frozenset({"properties", "required", "items", "allOf", "$ref"})
_TIGHTER = {"minimum": max, "maximum": min, "minLength": max, "maxLength": min, "minItems": max, "maxItems": min}


class UnsatisfiableError(MigmaError):
    """No value was found that a schema allows."""


def flat_schema(document: Document, places: Sequence[str], one_of: Callable[[Sequence[Any]], Any]) -> dict[str, Any]:
    """Return the keywords of schemas that all apply, and of their parts, in one object.

    ``properties`` maps each name to the JSON pointers of all its schemas.

    Args:
        document: The document.
        places: JSON pointers to the schemas.
        one_of: Chooses among the alternatives of ``oneOf`` and ``anyOf``.

    Raises:
        UnsatisfiableError: One of them is ``false``.
    """
    flat: dict[str, Any] = {"properties": {}, "required": []}
    for part, here in _parts(document, places, one_of):
        for name in part.get("properties", {}):
            flat["properties"].setdefault(name, []).append(f"{here}/properties{pointer(name)}")
        flat["required"] += [name for name in part.get("required", []) if name not in flat["required"]]
        if "items" in part:
            flat["items"] = f"{here}/items"
        for keyword, value in part.items():
            if keyword in _TIGHTER and keyword in flat:
                flat[keyword] = _TIGHTER[keyword](value, flat[keyword])
            elif keyword not in _OWN:
                flat[keyword] = value
    return flat


def _parts(
    document: Document, places: Sequence[str], one_of: Callable[[Sequence[Any]], Any]
) -> Iterator[tuple[dict[str, Any], str]]:
    seen, pending = set[str](), list(places)
    while pending:
        where = pending.pop(0)
        node = document.at(where)
        if node is False:
            raise UnsatisfiableError(f"the schema at {where} allows nothing")
        if node is True:
            continue
        schema, here = document.resolve(node, where)
        if here in seen:
            continue
        seen.add(here)
        if node is not schema:
            yield {name: value for name, value in node.items() if name != "$ref"}, where
        yield schema, here
        pending += [f"{here}/allOf/{index}" for index in range(len(schema.get("allOf", [])))]
        for keyword in ("oneOf", "anyOf"):
            branches = [index for index, each in enumerate(schema.get(keyword, [])) if not _is_null(each)]
            if branches:
                pending.append(f"{here}/{keyword}/{one_of(branches)}")


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and (schema.get("type") == "null" or schema.get("enum") == [None])
