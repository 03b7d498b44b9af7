"""Operations as an OpenAPI Overlay 1.0: actions that tools of other languages apply to a document."""

from collections.abc import Iterator, Sequence
from typing import Any

from migma_contract.json_pointer import tokens
from migma_contract.openapi.patch.json_path import json_path
from migma_contract.openapi.patch.operation import Operation


def overlay(document: Any, operations: Sequence[Operation], *, title: str, version: str) -> dict[str, Any]:
    """Return the Overlay of operations; each action has their evidence in its description.

    Args:
        document: The document that the operations are for.
        operations: What changes.
        title: What the Overlay is for.
        version: The version of the Overlay.
    """
    actions = [action for each in operations for action in _actions(document, each)]
    return {"overlay": "1.0.0", "info": {"title": title, "version": version}, "actions": actions}


def _actions(document: Any, operation: Operation) -> Iterator[dict[str, Any]]:
    parent, name = operation.path.rpartition("/")[0], tokens(operation.path)[-1]
    why = "; ".join([f"{operation.effect}: {operation.op} {operation.path}", *map(str, operation.evidence)])
    # An update merges objects and appends to arrays, so these go first; it replaces any other value.
    if operation.op == "remove" or (operation.op == "replace" and isinstance(operation.old, dict | list)):
        yield {"target": json_path(document, operation.path), "description": why, "remove": True}
    if operation.op != "remove":
        yield {"target": json_path(document, parent), "description": why, "update": {name: operation.value}}
