"""Compares keywords that exclude values or depend on others: ``not``, ``if``, ``dependent…``, encoded content."""

import json

from migma_contract.json_pointer import pointer
from migma_contract.openapi.diff.change_rule import Effect
from migma_contract.openapi.diff.comparison import shown
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas import subjects
from migma_contract.openapi.diff.schemas.branches import OPAQUE
from migma_contract.openapi.diff.schemas.context import Comparer, Places, ShapePair, effect_of_sets


def compare(comparer: Comparer, both: ShapePair) -> None:
    """Add what changed in such keywords between two alternatives for values of one type."""
    if both.old.negations or both.new.negations:
        _compare_negations(comparer, both)
    if both.old.conditions or both.new.conditions:
        _compare_conditions(comparer, both)
    _compare_written(comparer, both)
    if both.old.type == "object":
        _compare_dependent(comparer, both)
    elif both.old.type == "string":
        _compare_content(comparer, both)


def _compare_negations(comparer: Comparer, both: ShapePair) -> None:
    """Compare what is excluded: excluding more narrows."""
    pairs, lost, gained = _matched(comparer, both.old.negations, both.new.negations)
    effects = [comparer.compare((one,), (other,), both.context).effect for one, other in pairs]
    found = [effect.mirrored for effect in effects if effect is not None]
    effect = effect_of_sets(
        lost=bool(gained) or any(each is not Effect.WIDENED for each in found),
        gained=bool(lost) or any(each is not Effect.NARROWED for each in found),
    )
    if effect is not None:
        was, now = _text(both.old.negations), _text(both.new.negations)
        at = Places(_first(both.old.negations, both.old.at), _first(both.new.negations, both.new.at))
        text = "the values that {place} excludes changed"
        both.note(subjects.NOT, effect, at, text, was, now)


def _compare_written(comparer: Comparer, both: ShapePair) -> None:
    """Compare what combinations that are written in the same words refer to."""
    one, other = both.old.facts.get(OPAQUE), both.new.facts.get(OPAQUE)
    if one is None or other is None or one.value != other.value:
        return
    parts = [Node(json.loads(text), one.at) for text in one.value]
    if not all(comparer.same(part, part) for part in parts):
        comparer.note_unmatched(both.made, one.at, other.at, both.context)


def _compare_conditions(comparer: Comparer, both: ShapePair) -> None:
    """Compare ``if`` with what follows from it; a changed condition may affect any value."""
    pairs, lost, gained = _matched(comparer, both.old.conditions, both.new.conditions)
    for one, other in pairs:
        if not comparer.same(one.child("if"), other.child("if")):
            lost.append(one)
            gained.append(other)
            continue
        for keyword in ("then", "else"):
            was, now = one.child(keyword), other.child(keyword)
            if keyword in one.value or keyword in other.value:
                parts = ((was,) if keyword in one.value else ()), ((now,) if keyword in other.value else ())
                both.made.add("", comparer.compare(*parts, both.context))
    effect = effect_of_sets(lost=any(map(_has_effect, gained)), gained=any(map(_has_effect, lost)))
    if effect is not None:
        at = Places(_first(lost, both.old.at), _first(gained, both.new.at))
        text = "the condition for {place} changed" if lost and gained else "a condition for {place} was removed"
        text = text if lost else "a condition for {place} was added"
        before, after = (_text([each.child("if") for each in conditions]) for conditions in (lost, gained))
        both.note(subjects.CONDITION, effect, at, text, before, after)


def _has_effect(condition: Node) -> bool:
    return "then" in condition.value or "else" in condition.value


def _compare_dependent(comparer: Comparer, both: ShapePair) -> None:
    """Compare what must hold if a property is there."""
    for name in dict.fromkeys((*both.old.dependent_required, *both.new.dependent_required)):
        was, now = (
            both.old.dependent_required.get(name, frozenset()),
            both.new.dependent_required.get(name, frozenset()),
        )
        effect = effect_of_sets(lost=bool(now - was), gained=bool(was - now))
        if effect is not None:
            before, after = (", ".join(sorted(each)) or "nothing" for each in (was, now))
            at = Places(*(f"{each.at}{pointer('dependentRequired', name)}" for each in (both.old, both.new)))
            text = f"with {name}, {{place}} must have {after} instead of {before}"
            both.note(subjects.DEPENDENT, effect, at, text, before, after)
    for name in dict.fromkeys((*both.old.dependent_schemas, *both.new.dependent_schemas)):
        one, other = both.old.dependent_schemas.get(name, ()), both.new.dependent_schemas.get(name, ())
        if one and other:
            both.made.add("", comparer.compare(one, other, both.context))
        else:
            effect = Effect.NARROWED if other else Effect.WIDENED
            at = Places(*(f"{each.at}{pointer('dependentSchemas', name)}" for each in (both.old, both.new)))
            text = f"a condition for {{place}} with {name} was {'added' if other else 'removed'}"
            both.note(subjects.DEPENDENT, effect, at, text, _text(one), _text(other))


def _compare_content(comparer: Comparer, both: ShapePair) -> None:
    """Compare the schema of what is encoded in a text."""
    was, now = both.old.schemas.get("contentSchema", ()), both.new.schemas.get("contentSchema", ())
    if was and now:
        both.made.add("", comparer.compare(was, now, both.context))
    elif was or now:
        effect = Effect.NARROWED if now else Effect.WIDENED
        at = Places(_first(was, both.old.at), _first(now, both.new.at))
        text = f"the schema of what {{place}} encodes was {'added' if now else 'removed'}"
        both.note(subjects.CONTENT, effect, at, text, _text(was), _text(now))


def _matched(
    comparer: Comparer, old: list[Node], new: list[Node]
) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """Return pairs that belong together but are not equal, and those that are only in one list."""
    lost, gained = list(old), list(new)
    for one in old:
        other = next((each for each in gained if comparer.same(one, each)), None)
        if other is not None:
            lost.remove(one)
            gained.remove(other)
    paired = list(zip(lost, gained, strict=False))
    return paired, lost[len(paired) :], gained[len(paired) :]


def _first(nodes: list[Node] | tuple[Node, ...], otherwise: str) -> str:
    return nodes[0].at if nodes else otherwise


def _text(nodes: list[Node] | tuple[Node, ...]) -> str:
    return " and ".join(shown(node.value) for node in nodes) or "none"
