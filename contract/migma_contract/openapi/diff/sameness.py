"""Sameness: tells quickly that two parts of documents are equal, with all that they refer to."""

from collections.abc import Iterator
from typing import Any

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.side import Side


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
        return _is_equal(old.value, new.value) and all(map(self._is_same, set(references(old.value))))

    def _is_same(self, reference: str) -> bool:
        """True if a reference leads to equal parts in both documents, directly and through others."""
        if reference not in self._same:
            self._explore(reference)
        return self._same[reference]

    def _explore(self, start: str) -> None:
        """Find out about a reference and all that it leads to: each is visited once, then what changed is spread."""
        users: dict[str, list[str]] = {start: []}
        pending, changed = [start], list[str]()
        for name in pending:
            one, other = self._old.target(name), self._new.target(name)
            if not _is_equal(one and one.value, other and other.value):
                changed.append(name)
                continue
            for inner in set(references(one.value if one else None)):
                if self._same.get(inner) is False:
                    changed.append(name)
                elif inner not in self._same:
                    if inner not in users:
                        users[inner] = []
                        pending.append(inner)
                    users[inner].append(name)
        spread = set(changed)
        while changed:
            news = set(users[changed.pop()]) - spread
            spread |= news
            changed += news
        self._same.update({name: name not in spread for name in pending})


def _is_equal(one: Any, other: Any) -> bool:
    """True if two values are equal as JSON: for Python, true is equal to 1, and false to 0."""
    if one != other:
        return False
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if isinstance(left, dict):
            pending.extend((value, right[key]) for key, value in left.items() if not isinstance(value, str))
        elif isinstance(left, list):
            pending.extend(pair for pair in zip(left, right, strict=True) if not isinstance(pair[0], str))
        elif isinstance(left, bool) is not isinstance(right, bool):
            return False
    return True


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
