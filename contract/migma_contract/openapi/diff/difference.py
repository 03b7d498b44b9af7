"""Difference: what changed between two documents as a whole."""

from collections.abc import Callable
from typing import Any, NamedTuple

from migma_contract.openapi.diff.collector import Collector
from migma_contract.openapi.diff.document_change import DocumentChange
from migma_contract.openapi.diff.here import Documents, Here
from migma_contract.openapi.diff.operation import added, compare_operation, compare_webhooks, removed
from migma_contract.openapi.diff.operations import Operation, operations, pairs
from migma_contract.openapi.diff.schemas import SchemaComparer
from migma_contract.openapi.diff.side import Side


class Difference(NamedTuple):
    """The result of a comparison.

    Attributes:
        changes: The changes, the worst first.
        operations: The number of operations that were compared, those of one document alone among them.
        unread: References that lead out of a document or to no place, which were not read, by document.
    """

    changes: list[DocumentChange]
    operations: int
    unread: tuple[tuple[str, ...], tuple[str, ...]]


def diff(
    old: Any,
    new: Any,
    *,
    descriptions: bool = False,
    only: Callable[[Operation], bool] = lambda _operation: True,
    first: Callable[[Operation], bool] = lambda _operation: False,
) -> Difference:
    """Compare two OpenAPI documents from the side of a client.

    Args:
        old: The document that clients know.
        new: The one that they will meet.
        descriptions: True to report changes of titles, summaries and descriptions too.
        only: True for the operations to compare.
        first: True for the operations whose changes come first.
    """
    sides = Side(old), Side(new)
    documents = Documents(*sides, SchemaComparer(*sides, descriptions=descriptions), Collector(*sides))
    lists = [list(operations(side, side.root.child("paths"), side.root.child("servers"))) for side in sides]
    found = [pair for pair in pairs(*lists) if any(each and only(each) for each in pair)]
    found.sort(key=lambda pair: not any(each and first(each) for each in pair))
    parents = sides[0].root.child("paths"), sides[1].root.child("paths")
    for pair in found:
        if pair.old and pair.new:
            compare_operation(Here(documents, pair.old, pair.new, set()))
        elif pair.old:
            removed(documents, pair.old, parents[1])
        elif pair.new:
            added(documents, pair.new, parents[0])
    webhooks = [
        [
            each._replace(path=f"webhook:{each.path}")
            for each in operations(side, side.root.child("webhooks"))
            if only(each)
        ]
        for side in sides
    ]
    parents = sides[0].root.child("webhooks"), sides[1].root.child("webhooks")
    compare_webhooks(documents, webhooks, parents, set())
    unread = tuple(sides[0].unread), tuple(sides[1].unread)
    return Difference(documents.found.changes(), len(found) + max(map(len, webhooks)), unread)
