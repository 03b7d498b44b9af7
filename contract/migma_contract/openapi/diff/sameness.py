"""Sameness: tells quickly that two parts of documents are equal, with all that they refer to."""

from collections.abc import Iterator
from typing import Any

from migma_contract.openapi.diff.node import Node, Side


class Sameness:
    """Compares parts by their content; most of two releases of a document is equal.

    Args:
        old: The old document.
        new: The new one.
    """

    def __init__(self, old: Side, new: Side) -> None:
        self._old = old
        self._new = new
        self._same: dict[str, bool] = {}

    def __call__(self, old: Node, new: Node) -> bool:
        """True if two nodes are equal, and all that they refer to is."""
        return bool(old.value == new.value) and all(map(self._is_same, set(references(old.value))))

    def _is_same(self, reference: str) -> bool:
        """True if a reference leads to equal parts in both documents, directly and through others."""
        known = self._same.get(reference)
        if known is not None:
            return known
        reached, pending = {reference}, [reference]
        is_same = True
        for name in pending:
            one, other = self._old.target(name), self._new.target(name)
            is_equal = (one and one.value) == (other and other.value) and self._same.get(name, True)
            if not is_equal:
                is_same = False
                break
            for inner in references(one.value if one else None):
                if inner not in reached and not self._same.get(inner, False):
                    reached.add(inner)
                    pending.append(inner)
        if is_same:
            self._same.update(dict.fromkeys(reached, True))
        else:
            self._same[reference] = False
        return is_same


def references(value: Any) -> Iterator[str]:
    """Yield the references in a value."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str):
                yield reference
            pending.extend(each for each in node.values() if isinstance(each, dict | list))
        elif isinstance(node, list):
            pending.extend(each for each in node if isinstance(each, dict | list))
