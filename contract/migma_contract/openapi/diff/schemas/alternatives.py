"""Compares lists of alternatives, from ``anyOf`` and ``oneOf``: matched by what they say, not by their place."""

from collections.abc import Callable, Iterable, Sequence

from migma_contract.openapi.diff.change_rule import Effect, info
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.schemas import subjects
from migma_contract.openapi.diff.schemas.context import Comparer, Context, Places
from migma_contract.openapi.diff.schemas.merging import json_text
from migma_contract.openapi.diff.schemas.shape import Shape

_MAX_PAIRS = 64
"""The most pairs of alternatives that are all compared to find those that belong together."""

_MAX_COVERED = 10_000
"""The most pairs of alternatives without a match of which one may allow all values of the other one."""

_FEW_CHANGES = 3
"""An alternative without a name that changed in more places is another one."""


def compare(comparer: Comparer, made: Comparison, old: list[Shape], new: list[Shape], context: Context) -> None:
    """Add what changed between two lists of alternatives for values of one type."""
    if comparer.is_exhausted:
        comparer.note_unmatched(made, old[0].at, new[0].at, context)
    else:
        _Matching(comparer, made, old, new, context).run()


COVERED = info(
    "alternative-covered",
    "An alternative came or went whose values another alternative allows.",
    "The same values are allowed as before.",
    'before: {"anyOf": [{"maxLength": 9}]}\nafter:  {"anyOf": [{"maxLength": 9}, {"maxLength": 5}]}',
)

RULES = (COVERED,)


class _Matching:
    """One pair of lists.

    Attributes:
        lost: Alternatives of the old list that have no match yet.
        gained: Those of the new list.
    """

    def __init__(
        self, comparer: Comparer, made: Comparison, old: list[Shape], new: list[Shape], context: Context
    ) -> None:
        self._comparer = comparer
        self._made = made
        self._old = old
        self._new = new
        self._context = context
        self.lost = list(old)
        self.gained = list(new)

    def run(self) -> None:
        self._match(_names_of, self._is_equal)
        self._match(_look, self._is_equal)
        self._match_any(self._is_equal)
        self._match(_names_of)
        self._match(_look)
        if len(self.lost) * len(self.gained) <= _MAX_COVERED:
            self._match_within()
        alone = len(self.lost) == len(self.gained) == 1
        self._match_any(lambda one, other: alone or self._is_similar(one, other))
        for shape in self.lost:
            self._note(shape, Effect.NARROWED, "was removed")
        for shape in self.gained:
            self._note(shape, Effect.WIDENED, "was added")

    def _changes(self, one: Shape, other: Shape) -> Comparison:
        return self._comparer.compare_shapes(one, other, self._context)

    def _match(
        self, key: Callable[[Shape], object], belongs: Callable[[Shape, Shape], bool] = lambda _one, _other: True
    ) -> None:
        """Take pairs with the same key that belong together out of both lists, and add what changed between them."""
        free: dict[object, list[Shape]] = {}
        for other in self.gained:
            free.setdefault(key(other), []).append(other)
        kept = []
        for one in self.lost:
            identity = key(one)
            others = free.get(identity, []) if identity is not None else []
            match = next((other for other in others if belongs(one, other)), None)
            if match is None:
                kept.append(one)
            else:
                others[:] = [other for other in others if other is not match]
                self._made.add("", self._changes(one, match))
        self.lost, unmatched = kept, {id(other) for others in free.values() for other in others}
        self.gained = [other for other in self.gained if id(other) in unmatched]

    def _match_any(self, belongs: Callable[[Shape, Shape], bool]) -> None:
        """Do the same for all pairs, unless there are too many."""
        if len(self.lost) * len(self.gained) <= _MAX_PAIRS:
            self._match(lambda _shape: "any", belongs)

    def _match_within(self) -> None:
        """Take out alternatives whose values are all allowed by one of the other list.

        Where that one is as it was, the removal or addition of an alternative says more than its schema: schemas of
        objects often allow nearly everything.
        """
        lost, gained = list(self.lost), list(self.gained)
        for one in lost:
            wider = [other for other in self._near(self._new, gained) if not self._changes(one, other).narrows]
            if self._overlaps(wider):
                text = "a value of {place} may now match several alternatives of oneOf, of which it must match one"
                self._note(one, Effect.NARROWED, text)
            changed = next((other for other in wider if other in gained), None)
            if changed is not None:
                self._made.add("", self._changes(one, changed))
                self.lost.remove(one)
                self.gained = [other for other in self.gained if other is not changed]
            elif wider and not (self._counts(one) and self._context.direction == "request"):
                self.lost.remove(one)
                self._note_covered(one, wider[0], "was removed")
        for other in list(self.gained):
            wider = [one for one in self._near(self._old, lost) if not self._changes(one, other).widens]
            if self._overlaps(wider):
                text = "a value of {place} need no longer match only one of several alternatives of oneOf"
                self._note(other, Effect.WIDENED, text)
            changed = next((one for one in wider if one in lost), None)
            if changed is not None:
                self._made.add("", self._changes(changed, other))
                self.gained.remove(other)
                self.lost = [one for one in self.lost if one is not changed]
            elif wider and not self._counts(other):
                self.gained.remove(other)
                self._note_covered(wider[0], other, "was added")

    def _near(self, every: list[Shape], unmatched: list[Shape]) -> list[Shape]:
        return every if len(self._old) * len(self._new) <= _MAX_PAIRS else unmatched

    def _counts(self, shape: Shape) -> bool:
        """True if an alternative is a kind of its own: an object of a ``oneOf``, or of any list in a request."""
        is_exclusive = any(choice.excludes_others for choice in shape.choices)
        return shape.type == "object" and (is_exclusive or self._context.direction == "request")

    @staticmethod
    def _overlaps(shapes: Sequence[Shape]) -> bool:
        """True if several of these are alternatives of one ``oneOf``."""
        choices = {choice for shape in shapes for choice in shape.choices if choice.excludes_others}
        return len({choice.group for choice in choices}) < len(choices)

    def _is_equal(self, one: Shape, other: Shape) -> bool:
        return not any(self._changes(one, other).walk())

    def _is_similar(self, one: Shape, other: Shape) -> bool:
        return sum(1 for _ in self._changes(one, other).walk()) <= _FEW_CHANGES

    def _note_covered(self, one: Shape, other: Shape, text: str) -> None:
        name = _name(one if text == "was removed" else other)
        text = f"the alternative {name} of {{place}} {text}, whose values another one allows"
        self._made.changes.append(Change(COVERED, one.at, other.at, text, _names(self._old), _names(self._new)))

    def _note(self, shape: Shape, effect: Effect, text: str) -> None:
        is_old = effect is Effect.NARROWED and shape in self._old
        others = self._new if is_old else self._old
        other_at = others[0].at if others else ""
        at = Places(shape.at, other_at) if is_old else Places(other_at, shape.at)
        if "{place}" not in text:
            text = f"the alternative {_name(shape)} of {{place}} {text}"
        was, now = (_names(each) for each in (self._old, self._new))
        rule = subjects.ALTERNATIVE.rule(self._context.direction, effect)
        self._made.changes.append(Change(rule, *at, text, was, now))


def _names_of(shape: Shape) -> object:
    """Return the names of the alternatives that a shape is made of; None without any."""
    names = tuple(choice.name for choice in shape.choices)
    return names if any(names) else None


def _look(shape: Shape) -> object:
    """Return the properties of an object, and the constants among them: often that is what it is. None for others."""
    if shape.type != "object":
        return None
    constants = {
        name: json_text([node.value.get(keyword) for node in nodes for keyword in ("const", "enum")])
        for name, nodes in shape.properties.items()
        if all(isinstance(node.value, dict) for node in nodes)
    }
    return frozenset(constants.items()), frozenset(shape.properties), frozenset(shape.required)


def _name(shape: Shape) -> str:
    """Return the name of an alternative, or its type without one."""
    names = [choice.name for choice in shape.choices if choice.name]
    if names:
        return names[-1]
    listed = f" ({', '.join(sorted(shape.values))})" if shape.values is not None else ""
    return f"{'integer' if shape.is_integer else shape.type}{listed}"


def _names(shapes: Iterable[Shape]) -> str:
    return ", ".join(dict.fromkeys(map(_name, shapes)))
