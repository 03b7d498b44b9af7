"""Compares what schemas say about the elements of arrays."""

from migma_contract.openapi.diff.change_rule import Effect, Subject
from migma_contract.openapi.diff.comparison import shown
from migma_contract.openapi.diff.schemas import subjects
from migma_contract.openapi.diff.schemas.context import Comparer, Places, ShapePair
from migma_contract.openapi.diff.schemas.shape import Nodes, Shape


def compare(comparer: Comparer, both: ShapePair) -> None:
    """Add what changed for the elements."""
    for index in range(max(len(both.old.prefix), len(both.new.prefix))):
        child = comparer.compare(_element(both.old, index), _element(both.new, index), both.context)
        both.made.add(f"[{index}]", child)
    was, now = both.old.schemas.get("items", ()), both.new.schemas.get("items", ())
    if was or now:
        both.made.add("[]", comparer.compare(was, now, both.context))
    was, now = both.old.schemas.get("unevaluatedItems", ()), both.new.schemas.get("unevaluatedItems", ())
    if was or now:
        both.made.add("[]", comparer.compare(was, now, both.context))
    _compare_contained(comparer, both)


def _element(shape: Shape, index: int) -> Nodes:
    return shape.prefix[index] if index < len(shape.prefix) else shape.schemas.get("items", ())


def _compare_contained(comparer: Comparer, both: ShapePair) -> None:
    """Compare ``contains`` and how many such elements there must be."""
    was, now = both.old.schemas.get("contains", ()), both.new.schemas.get("contains", ())
    if bool(was) != bool(now):
        effect = Effect.NARROWED if now else Effect.WIDENED
        at = Places(was[0].at if was else both.old.at, now[0].at if now else both.new.at)
        text = (
            "{place} must contain a certain element" if now else "{place} need not contain a certain element any more"
        )
        both.note(subjects.CONTAINS, effect, at, text, _schemas(was), _schemas(now))
    elif was:
        both.made.add("[]", comparer.compare(was, now, both.context))
        _compare_number(both, subjects.MIN_CONTAINS, "minContains", 1)
        _compare_number(both, subjects.MAX_CONTAINS, "maxContains", float("inf"))


def _schemas(nodes: Nodes) -> str:
    return " and ".join(shown(node.value) for node in nodes) or "none"


def _compare_number(both: ShapePair, subject: Subject, keyword: str, none: float) -> None:
    facts = both.old.facts.get(keyword), both.new.facts.get(keyword)
    was, now = (none if fact is None else fact.value for fact in facts)
    if was == now:
        return
    effect = Effect.NARROWED if (now > was) == (keyword == "minContains") else Effect.WIDENED
    before, after = ("none" if number == float("inf") else shown(number) for number in (was, now))
    text = f"the {subject.noun} in {{place}} changed from {before} to {after}"
    both.note(subject, effect, both.places(keyword), text, before, after)
