"""The use of a schema, and what the comparison of each part of it needs."""

from typing import Any, Literal, NamedTuple, Protocol

from migma_contract.openapi.diff.change_rule import Direction, Effect, Subject
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas.branches import Branch
from migma_contract.openapi.diff.schemas.shape import Nodes, Shape


class Context(NamedTuple):
    """The use of a schema.

    Attributes:
        direction: Who sends its values.
        text: The values that are sent as plain text, so that a schema for any text accepts them: "none" in JSON,
            "scalars" in parameters that are repeated for several values, "all" in others and in bodies but JSON.
    """

    direction: Direction
    text: Literal["none", "scalars", "all"] = "none"


class Schema(NamedTuple):
    """A schema in a form that can be compared.

    Attributes:
        at: JSON pointer to it, or to the first of several that all hold.
        branches: Its alternatives.
        shapes: By type, what each alternative says about values of the type.
        excluded: The same for types that no value has, if there are keywords for them all the same.
    """

    at: str
    branches: list[Branch]
    shapes: dict[str, list[Shape]]
    excluded: dict[str, list[Shape]]


class Comparer(Protocol):
    """Compares what is within a schema."""

    descriptions: bool

    @property
    def is_exhausted(self) -> bool:
        """True if so much was compared that combinations are only told to have changed."""

    def note_unmatched(self, made: Comparison, old: str, new: str, context: Context) -> None:
        """Add that the combinations at two places changed, without telling how."""

    def same(self, old: Node, new: Node, /) -> bool:
        """True if two nodes are equal, with all that they refer to."""

    def annotation(self, side: int, nodes: Nodes, keyword: str) -> Any:
        """Return what a keyword says for all values of a schema, in the document 0 (old) or 1 (new); None without."""

    def compare(self, old: Nodes, new: Nodes, context: Context) -> Comparison:
        """Return what changed between two schemas."""

    def compare_shapes(self, old: Shape, new: Shape, context: Context) -> Comparison:
        """Return what changed between two alternatives."""

    def compare_lists(self, made: Comparison, old: list[Shape], new: list[Shape], context: Context) -> None:
        """Add what changed between two lists of alternatives for values of one type."""


class Places(NamedTuple):
    """JSON pointers to what changed, in the old document and in the new one."""

    old: str
    new: str


class ShapePair(NamedTuple):
    """Two alternatives for values of one type that are compared.

    Attributes:
        made: The comparison that changes are added to.
        old: The alternative in the old document.
        new: The one in the new document.
        context: Where they are used.
    """

    made: Comparison
    old: Shape
    new: Shape
    context: Context

    def places(self, keyword: str) -> Places:
        """Return the places of a keyword, or of the alternative that does not have it."""
        one, other = self.old.facts.get(keyword), self.new.facts.get(keyword)
        return Places(one.at if one else self.old.at, other.at if other else self.new.at)

    def note(self, subject: Subject, effect: Effect, at: Places, text: str, *values: str) -> None:
        """Add a change of a subject; ``values`` are what the old schema has and what the new one has."""
        self.made.changes.append(Change(subject.rule(self.context.direction, effect), at.old, at.new, text, *values))


def effect_of_sets(*, lost: bool, gained: bool) -> Effect | None:
    """Return the effect on a set of allowed values that lost or gained some; None if it did neither."""
    if lost and gained:
        return Effect.CHANGED
    if lost:
        return Effect.NARROWED
    return Effect.WIDENED if gained else None
