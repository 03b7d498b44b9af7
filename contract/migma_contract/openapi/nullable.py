"""Support for ``nullable: true`` in OpenAPI 3.1 documents.

``nullable`` is a keyword of OpenAPI 3.0. In 3.1, whose schemas are JSON Schema 2020-12, validators
ignore it, so ``{"error": null}`` fails against ``type: string, nullable: true``.
"""

import copy
from collections.abc import Iterator
from typing import Any

from migma_contract.json_pointer import pointer

_NULL = {"type": "null"}
_NAMING = frozenset({"properties", "patternProperties", "dependentSchemas", "$defs", "schemas", "responses"})
_DATA = frozenset({"example", "examples", "default", "enum", "const"})
_APPLICATORS = ("$ref", "allOf", "anyOf", "oneOf", "const", "not")


def find_nullable(document: Any) -> list[str]:
    """Return the JSON pointers of the schemas with ``nullable: true``."""
    return [pointer(*path) for path, _ in _nullables(document, ())]


def apply_nullable(document: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a copy in which each nullable schema allows null, and the pointers of the schemas that were wrapped.

    If only a ``type`` excludes null, null is added to it, and every pointer stays the same. A schema with a
    reference or a combining keyword is wrapped in ``anyOf``: its content moves below ``/anyOf/0``, which
    :class:`migma_contract.openapi.Validator` removes from pointers again.
    """
    changed = copy.deepcopy(document)
    wrapped = set()
    for path, schema in list(_nullables(changed, ())):
        del schema["nullable"]
        if any(keyword in schema for keyword in _APPLICATORS):
            inner = dict(schema)
            schema.clear()
            schema["anyOf"] = [inner, _NULL]
            wrapped.add(pointer(*path))
        elif "type" in schema:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            schema["type"] = types if "null" in types else [*types, "null"]
            if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
                schema["enum"] = [*schema["enum"], None]
    return changed, frozenset(wrapped)


def _nullables(
    node: Any, path: tuple[str | int, ...], *, is_naming: bool = False
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    # Innermost first: wrapping a schema must not move one that comes later.
    if isinstance(node, dict):
        for key, value in node.items():
            # Where names are free, "default" is the name of a response or a field, not data of a schema.
            if is_naming or key not in _DATA:
                yield from _nullables(value, (*path, key), is_naming=key in _NAMING and not is_naming)
        if node.get("nullable") is True and not is_naming:
            yield path, node
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nullables(value, (*path, index))
