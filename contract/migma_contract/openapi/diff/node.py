"""Node: a value in a document, with its place.

Documents are read with patience: a part that is not what OpenAPI says is taken for absent, since the other document may
have it right, and the change is what matters.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from migma_contract.json_pointer import escape


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
