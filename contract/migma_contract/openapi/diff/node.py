"""Node: a value in a document, with its place; and Side, one of the two documents that are compared.

Documents are read with patience: a part that is not what OpenAPI says is taken for absent, since the other document may
have it right, and the change is what matters.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from migma_contract.json_pointer import escape, lookup, pointer, tokens

_MAX_REFERENCES = 100
_NOTHING: dict[str, Any] = {}


class Node(NamedTuple):
    """A value in a document.

    Attributes:
        value: The value.
        at: JSON pointer to it.
    """

    value: Any
    at: str

    def get(self, key: str, kind: type | tuple[type, ...] = object) -> Any:
        """Return the value of a member, or None if there is none of that type."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, kind) else None

    def child(self, key: str) -> "Node":
        """Return a member; its value is None if there is none."""
        return Node(self.get(key), f"{self.at}/{escape(key)}")

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of an object with their names, without extensions."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                if not key.startswith("x-"):
                    yield key, Node(value, f"{self.at}/{escape(key)}")

    def named(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of an object whose names are free, such as those of properties."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, Node(value, f"{self.at}/{escape(key)}")

    def items(self) -> Iterator["Node"]:
        """Yield the elements of an array."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield Node(value, f"{self.at}/{index}")


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
