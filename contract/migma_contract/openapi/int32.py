"""Support for ``format: int32``, which JSON Schema validators take for a remark: the bounds of 32 bits are added."""

import copy
from collections.abc import Iterator
from typing import Any

from migma_contract.json_pointer import pointer

_BOUNDS = {"minimum": -(2**31), "maximum": 2**31 - 1}


def apply_int32(document: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a document in which schemas with the format int32 have its bounds, and the pointers of added keywords.

    It is the same object if it has no such schema.
    """
    if not any(True for _ in _int32(document, ())):
        return document, frozenset()
    changed, added = copy.deepcopy(document), set[str]()
    for path, schema in _int32(changed, ()):
        for keyword, bound in _BOUNDS.items():
            # A narrower bound of the document stays; a wider one cannot be reached.
            given = schema.get(keyword)
            is_wider = not isinstance(given, int | float) or abs(given) > abs(bound)
            if is_wider:
                schema[keyword] = bound
                added.add(pointer(*path, keyword))
    return changed, frozenset(added)


def _int32(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        if node.get("format") == "int32" and node.get("type") not in ("string", "object", "array"):
            yield path, node
        for key, value in node.items():
            yield from _int32(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _int32(value, (*path, index))
