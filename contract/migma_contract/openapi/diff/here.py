"""Here: an operation of both documents, in which parts are compared."""

from typing import NamedTuple

from migma_contract.openapi.diff.change_rule import ChangeRule, Direction
from migma_contract.openapi.diff.collector import Collector, Spot
from migma_contract.openapi.diff.comparison import Change
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import Operation
from migma_contract.openapi.diff.schemas import SchemaComparer
from migma_contract.openapi.diff.side import Side


class Documents(NamedTuple):
    """The two documents, and what compares their schemas and collects the changes."""

    old: Side
    new: Side
    schemas: SchemaComparer
    found: Collector


class Here(NamedTuple):
    """The place of a comparison: in which operation of which documents.

    Attributes:
        documents: The documents.
        old: The operation in the old one.
        new: The operation in the new one.
        seen: The places of the callbacks that were compared because of this operation; they may lead to themselves.
        is_reversed: True for a webhook or a callback: the server sends the request, and the client responds.
    """

    documents: Documents
    old: Operation
    new: Operation
    seen: set[tuple[str, str]]
    is_reversed: bool = False

    def direction(self, part: Direction) -> Direction:
        """Return who sends a part: its own direction, or the other one if this is reversed."""
        if not self.is_reversed:
            return part
        return "response" if part == "request" else "request"

    def note(self, rule: ChangeRule, spot: Spot, places: tuple[Node, Node], text: str, *values: str) -> None:
        """Add a change of a part of the operation.

        Args:
            rule: The rule.
            spot: Where in the operation it is.
            places: The nodes in both documents.
            text: As in Change.
            values: What the old document has, and what the new one has.
        """
        self.documents.found.add(self.old, spot, Change(rule, places[0].at, places[1].at, text, *values))

    def same(self, old: Node, new: Node) -> bool:
        """True if two nodes are equal, with all that they refer to."""
        return self.documents.schemas.same(old, new)
