"""SchemaComparer: compares schemas of two documents, each pair once."""

from typing import Any

from migma_contract.openapi.diff.change_rule import Effect
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.sameness import Sameness
from migma_contract.openapi.diff.schemas import alternatives, annotations, arrays, conditions, facts, objects, types
from migma_contract.openapi.diff.schemas.branches import Expander
from migma_contract.openapi.diff.schemas.context import Context, Schema, ShapePair
from migma_contract.openapi.diff.schemas.merging import shapes
from migma_contract.openapi.diff.schemas.shape import Nodes, Shape
from migma_contract.openapi.diff.schemas.subjects import OTHER
from migma_contract.openapi.diff.side import Side

_MAX_DEPTH = 30
"""The most schemas within each other that are compared at once; those further down wait until these are done."""

_MAX_COMBINED = 20_000
"""The most schemas that are compared, counted in each combination of them: a few lines have billions of these."""


class SchemaComparer:
    """Compares schemas of two documents.

    Args:
        old: The old document.
        new: The new one.
        descriptions: True to report changes of titles and descriptions too.

    Attributes:
        same: Tells which parts are equal.
        descriptions: As above.
    """

    def __init__(self, old: Side, new: Side, *, descriptions: bool = False) -> None:
        self.same = Sameness(old, new)
        self.descriptions = descriptions
        self._expanders = Expander(old), Expander(new)
        self._schemas: tuple[dict[tuple[str, ...], Schema], dict[tuple[str, ...], Schema]] = {}, {}
        self._made: dict[tuple[tuple[str, ...], tuple[str, ...], Context], Comparison] = {}
        self._depth = 0
        self._pending: list[tuple[Comparison, Nodes, Nodes, Context]] = []
        self._made_of_shapes: dict[tuple[object, ...], Comparison] = {}
        self._combined = 0

    @property
    def is_exhausted(self) -> bool:
        """True if so much was compared that combinations are only told to have changed."""
        return self._combined > _MAX_COMBINED

    def note_unmatched(self, made: Comparison, old: str, new: str, context: Context) -> None:
        """Add that the combinations at two places changed, without telling how."""
        text = "the combination of schemas of {place} changed, in a document with too many of them to tell how"
        made.changes.append(Change(OTHER.rule(context.direction, Effect.CHANGED), old, new, text))

    def compare(self, old: Nodes, new: Nodes, context: Context) -> Comparison:
        """Return what changed between two schemas; no schemas allow everything.

        A comparison that comes back to a pair assumes that the pair is equal: what changed in it is reported there.
        """
        key = tuple(node.at for node in old), tuple(node.at for node in new), context
        known = self._made.get(key)
        if known is not None:
            return known
        made = self._made[key] = Comparison()
        if self._depth == _MAX_DEPTH:
            self._pending.append((made, old, new, context))
            return made
        self._depth += 1
        self._fill(made, old, new, context)
        while self._depth == 1 and self._pending:
            self._fill(*self._pending.pop())
        self._depth -= 1
        return made

    def _fill(self, made: Comparison, old: Nodes, new: Nodes, context: Context) -> None:
        """Compare a pair that is not known yet."""
        is_same = len(old) == len(new) and all(map(self.same, old, new))
        is_combined = len(old) > 1 or len(new) > 1
        if not is_same and is_combined and self.is_exhausted:
            self.note_unmatched(made, old[0].at if old else "", new[0].at if new else "", context)
        elif not is_same:
            one, other = self._schema(0, old), self._schema(1, new)
            types.compare(self, made, one, other, context)
            annotations.compare(self, made, one, other, context)
        made.is_complete = True

    def compare_shapes(self, old: Shape, new: Shape, context: Context) -> Comparison:
        """Return what changed between two alternatives for values of one type."""
        key = old.type, old.key, new.key, context
        known = self._made_of_shapes.get(key)
        if known is not None:
            return known
        self._combined += len(old.key) + len(new.key)
        made = self._made_of_shapes[key] = Comparison()
        if self.is_exhausted:
            self.note_unmatched(made, old.at, new.at, context)
        else:
            self.add_shapes(made, old, new, context)
        made.is_complete = True
        return made

    def add_shapes(self, made: Comparison, old: Shape, new: Shape, context: Context) -> None:
        """Add what changed between two alternatives to a comparison."""
        both = ShapePair(made, old, new, context)
        facts.compare(both)
        conditions.compare(self, both)
        if old.type == "array":
            arrays.compare(self, both)
        elif old.type == "object":
            objects.compare(self, both)

    def compare_lists(self, made: Comparison, old: list[Shape], new: list[Shape], context: Context) -> None:
        """Add what changed between two lists of alternatives for values of one type."""
        if len(old) == len(new) == 1:
            self.add_shapes(made, old[0], new[0], context)
        else:
            alternatives.compare(self, made, old, new, context)

    def annotation(self, side: int, nodes: Nodes, keyword: str) -> Any:
        """Return what a keyword says for all values of a schema, in the document 0 (old) or 1 (new); None without."""
        if self.is_exhausted and len(nodes) > 1:
            return None
        leaf = annotations.find(self._schema(side, nodes).branches, keyword)
        return None if leaf is None else leaf.value[keyword]

    def _schema(self, side: int, nodes: Nodes) -> Schema:
        key = tuple(node.at for node in nodes)
        schemas = self._schemas[side]
        if key not in schemas:
            at = key[0] if key else ""
            branches = self._expanders[side].branches(nodes)
            self._combined += sum(len(branch.leaves) for branch in branches) if len(nodes) > 1 else 0
            by_type: dict[str, list[Shape]] = {}
            excluded: dict[str, list[Shape]] = {}
            for branch in branches:
                for shape in shapes(branch, at):
                    (excluded if shape.is_excluded else by_type).setdefault(shape.type, []).append(shape)
            schemas[key] = Schema(
                at, branches, *({kind: _joined(found[kind]) for kind in found} for found in (by_type, excluded))
            )
        return schemas[key]


def _joined(found: list[Shape]) -> list[Shape]:
    """Return the alternatives for one type, each only once.

    Those that only list values become one, and one that allows any value makes the others redundant.
    """
    kept: dict[tuple[str, ...], Shape] = {}
    listing: Shape | None = None
    for shape in found:
        if shape.type == "null" or (shape.values is None and not _says_more(shape)):
            return [shape]  # any value of the type
        if _says_more(shape):
            kept.setdefault(shape.key, shape)
        elif listing is None:
            listing = kept[shape.key] = shape
        else:
            listing.values = frozenset(shape.values or ()) | frozenset(listing.values or ())
            listing.key = (*listing.key, *shape.key)
    return list(kept.values())


def _says_more(shape: Shape) -> bool:
    """True if a shape may say more than which values there are."""
    if shape.type in {"array", "object"}:
        return True
    return bool(shape.facts or shape.conditions or shape.negations) or (shape.is_integer and shape.values is None)
