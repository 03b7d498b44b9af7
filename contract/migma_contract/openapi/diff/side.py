"""Side: one of the two documents that are compared, with its references."""

from typing import Any
from urllib.parse import unquote

from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi.diff.node import Node

_MAX_REFERENCES = 100
_NOTHING: dict[str, Any] = {}


class Side:
    """One of the two documents.

    Args:
        root: The document.

    Attributes:
        root: As above, as a node.
        is_3_0: True for OpenAPI 3.0, in which what stands beside a reference is ignored.
        unread: References that lead to no place in the document.
    """

    def __init__(self, root: Any) -> None:
        self.root = Node(root, "")
        self.is_3_0 = str(self.root.get("openapi")).startswith("3.0")
        self.unread: dict[str, str] = {}
        self._targets: dict[str, Node | None] = {}

    def follow(self, node: Node) -> Node:
        """Return what a node refers to, through any number of references; the node itself if it is no reference."""
        for _ in range(_MAX_REFERENCES):
            reference = node.get("$ref", str)
            if reference is None:
                return node
            target = self.target(reference)
            if target is None:
                self.unread.setdefault(reference, node.at)
                return Node(_NOTHING, node.at)
            node = target
        return Node(_NOTHING, node.at)

    def nearest(self, at: str) -> str:
        """Return a JSON pointer, or the nearest one above it that leads to a place in this document."""
        while at:
            try:
                lookup(self.root.value, at)
            except (LookupError, TypeError, ValueError):
                at = at.rpartition("/")[0]
            else:
                break
        return at

    def target(self, reference: str) -> Node | None:
        """Return the place that a reference names; None if there is none in this document."""
        if reference not in self._targets:
            self._targets[reference] = self._find(reference)
        return self._targets[reference]

    def _find(self, reference: str) -> Node | None:
        if reference == "#":
            return self.root
        if not reference.startswith("#/"):
            return None
        where = unquote(reference[1:])
        try:
            return Node(lookup(self.root.value, where), pointer(*tokens(where)))
        except (LookupError, TypeError, ValueError):
            return None
