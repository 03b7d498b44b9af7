"""``nullable: true`` in an OpenAPI 3.1 document, read as its author meant it.

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


def find(document: Any) -> list[str]:
    """JSON pointers of the schemas that say ``nullable: true``."""
    return [pointer(*path) for path, _ in _nullables(document, ())]


def apply_nullable(document: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """A copy in which each nullable schema admits null, and the pointers of those that had to be wrapped.

    Where a ``type`` is all that stands against null, null is added to it, and every pointer stays as
    it was. A schema that refers or combines is wrapped in ``anyOf``; its own content moves below
    ``/anyOf/0``, which :meth:`migma_contract.openapi.Contract.violations` takes out of pointers again.
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
    # Innermost first: wrapping a schema must not move one that is still to be handled.
    if isinstance(node, dict):
        for key, value in node.items():
            # Where names are free, "default" is a response or a member, and no data of a schema.
            if is_naming or key not in _DATA:
                yield from _nullables(value, (*path, key), is_naming=key in _NAMING and not is_naming)
        if node.get("nullable") is True and not is_naming:
            yield path, node
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _nullables(value, (*path, index))
