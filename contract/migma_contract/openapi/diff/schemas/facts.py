"""Compares the keywords with one value, or with a set of values: bounds, lengths, formats, patterns, enumerations."""

from math import isfinite
from typing import Any

from migma_contract.openapi.diff.change_rule import Effect, Subject
from migma_contract.openapi.diff.comparison import shown
from migma_contract.openapi.diff.schemas import subjects
from migma_contract.openapi.diff.schemas.branches import OPAQUE
from migma_contract.openapi.diff.schemas.context import Places, ShapePair, effect_of_sets
from migma_contract.openapi.diff.schemas.listed_values import allowed_values, fits
from migma_contract.openapi.diff.schemas.merging import EXTENSIBLE_ENUM
from migma_contract.openapi.diff.schemas.shape import Fact, Shape

_LOWER: dict[str, Subject] = {
    "minLength": subjects.MIN_LENGTH,
    "minItems": subjects.MIN_ITEMS,
    "minProperties": subjects.MIN_PROPERTIES,
}
_UPPER: dict[str, Subject] = {
    "maxLength": subjects.MAX_LENGTH,
    "maxItems": subjects.MAX_ITEMS,
    "maxProperties": subjects.MAX_PROPERTIES,
}
_SETS: dict[str, Subject] = {
    "format": subjects.FORMAT,
    "pattern": subjects.PATTERN,
    "contentEncoding": subjects.CONTENT,
    "contentMediaType": subjects.CONTENT,
    OPAQUE: subjects.OTHER,
}
_LEAST = 1e-100
"""Multiples of less, or of more than one divided by it, are not compared."""

_WIDER_FORMATS = {"int32": ("int64",), "float": ("double",)}
"""Formats of numbers whose values have another format too."""


def compare(both: ShapePair) -> None:
    """Add what changed in such keywords between two alternatives for values of one type."""
    _compare_values(both)
    if (both.old.values is None) != (both.new.values is None):
        return  # the list says more than the other keywords
    for keyword, subject in _LOWER.items():
        _compare_limit(both, subject, keyword)
    for keyword, subject in _UPPER.items():
        _compare_limit(both, subject, keyword)
    _compare_bound(both, subjects.MINIMUM, "low")
    _compare_bound(both, subjects.MAXIMUM, "high")
    for keyword, subject in _SETS.items():
        _compare_sets(both, subject, keyword)
    _compare_multiples(both)
    _compare_known_values(both)
    if both.old.type == "array":
        _compare_uniqueness(both)


def _compare_values(both: ShapePair) -> None:
    was, now = allowed_values(both.old), allowed_values(both.new)
    if was == now:
        return
    at = Places(both.old.values_at or both.old.at, both.new.values_at or both.new.at)
    if was is None or now is None:
        listed, other = (now, both.old) if was is None else (was, both.new)
        effect = Effect.NARROWED if was is None else Effect.WIDENED
        if any(not fits(other, text) for text in listed or ()):
            effect = Effect.CHANGED
        text = "{place} is restricted to " + _listed(now) if now else "{place} is not restricted to a list any more"
        both.note(subjects.ENUM, effect, at, text, _listed(was), _listed(now))
        return
    if both.old.type == "boolean" and both.context.text != "none":
        return
    lost, gained = was - now, now - was
    found = effect_of_sets(lost=bool(lost), gained=bool(gained))
    if found is not None:
        parts = [f"lost {_listed(lost)}"] if lost else []
        parts += [f"gained {_listed(gained)}"] if gained else []
        text = f"the allowed values of {{place}} {' and '.join(parts)}"
        both.note(subjects.ENUM, found, at, text, _listed(was), _listed(now))


def _compare_known_values(both: ShapePair) -> None:
    """Compare lists of known values, which may be longer without being wrong."""
    lists = both.old.facts.get(EXTENSIBLE_ENUM), both.new.facts.get(EXTENSIBLE_ENUM)
    if lists[0] is None or lists[1] is None:
        return
    was, now = lists[0].value, lists[1].value
    effect = effect_of_sets(lost=bool(was - now), gained=bool(now - was))
    if effect is not None:
        text = "the known values of {place} changed"
        places = both.places(EXTENSIBLE_ENUM)
        both.note(subjects.EXTENSIBLE_ENUM, effect, places, text, _listed(was), _listed(now))


def _listed(values: frozenset[str] | None) -> str:
    if values is None:
        return "any value"
    listed = sorted(values)
    more = [f"{len(listed) - 8} more"] if len(listed) > 8 else []
    return ", ".join([*listed[:8], *more])


def _compare_limit(both: ShapePair, subject: Subject, keyword: str) -> None:
    """Compare a lower or an upper limit of a length; a lower one of 0 is none."""
    is_lower = keyword in _LOWER
    none = 0 if is_lower else float("inf")
    was, now = _value(both.old.facts.get(keyword), none), _value(both.new.facts.get(keyword), none)
    if was == now:
        return
    effect = Effect.NARROWED if (now > was) == is_lower else Effect.WIDENED
    before, after = _number(was, none), _number(now, none)
    text = f"the {subject.noun} of {{place}} changed from {before} to {after}"
    both.note(subject, effect, both.places(keyword), text, before, after)


def _value(fact: Fact | None, none: Any) -> Any:
    return none if fact is None else fact.value


def _number(value: float, none: float) -> str:
    return "none" if value == none else shown(value)


def _compare_bound(both: ShapePair, subject: Subject, name: str) -> None:
    """Compare a bound of numbers: its value, and whether the value itself is excluded."""
    infinite = float("-inf") if name == "low" else float("inf")
    was, now = _value(both.old.facts.get(name), (infinite, 0)), _value(both.new.facts.get(name), (infinite, 0))
    if both.old.is_integer and both.new.is_integer:
        was, now = _of_integers(was), _of_integers(now)
    if was == now:
        return
    effect = Effect.NARROWED if (now > was) == (name == "low") else Effect.WIDENED
    before, after = _bound(was), _bound(now)
    text = f"the {subject.noun} of {{place}} changed from {before} to {after}"
    both.note(subject, effect, both.places(name), text, before, after)


def _of_integers(bound: tuple[float, int]) -> tuple[float, int]:
    """Return the inclusive bound that allows the same integers."""
    value, open_end = bound
    is_whole = isfinite(value) and value == int(value)
    return (value + open_end, 0) if is_whole and open_end else bound


def _bound(bound: tuple[float, int]) -> str:
    value, open_end = bound
    if not isfinite(value):
        return "none"
    return f"{shown(value)} (exclusive)" if open_end else shown(value)


def _compare_sets(both: ShapePair, subject: Subject, keyword: str) -> None:
    """Compare values that all hold: one more narrows."""
    none: frozenset[str] = frozenset()
    was: frozenset[str] = _value(both.old.facts.get(keyword), none)
    now: frozenset[str] = _value(both.new.facts.get(keyword), none)
    added, removed = now - was, was - now
    if any(one in _WIDER_FORMATS.get(other, ()) for one in added for other in removed):
        added = none
    elif any(one in _WIDER_FORMATS.get(other, ()) for one in removed for other in added):
        removed = none
    effect = effect_of_sets(lost=bool(added), gained=bool(removed))
    if effect is None:
        return
    before, after = _joined(was), _joined(now)
    noun = f"{subject.noun} ({keyword})" if subject is subjects.CONTENT else subject.noun
    text = f"the {noun} of {{place}} changed from {before} to {after}"
    both.note(subject, effect, both.places(keyword), text, before, after)


def _joined(values: frozenset[str]) -> str:
    return " and ".join(sorted(map(shown, values))) or "none"


def _compare_multiples(both: ShapePair) -> None:
    """Compare the numbers of which a value is a multiple: 10 allows less than 5."""
    was, now = _multiples(both.old), _multiples(both.new)
    if was == now:
        return
    lost = not all(any(_divides(one, other) for other in was) for one in now)
    gained = not all(any(_divides(one, other) for other in now) for one in was)
    effect = effect_of_sets(lost=lost, gained=gained)
    if effect is not None:
        before, after = (" and ".join(map(shown, sorted(each))) or "none" for each in (was, now))
        text = f"the number that {{place}} is a multiple of changed from {before} to {after}"
        both.note(subjects.MULTIPLE_OF, effect, both.places("multipleOf"), text, before, after)


def _multiples(shape: Shape) -> set[float]:
    given = _value(shape.facts.get("multipleOf"), ())
    found = {each for each in given if isinstance(each, int | float) and _LEAST < each < 1 / _LEAST}
    return {each for each in found if not (shape.is_integer and each == 1)}


def _divides(one: float, other: float) -> bool:
    ratio = other / one
    return abs(ratio - round(ratio)) < 1e-9 and round(ratio) > 0


def _compare_uniqueness(both: ShapePair) -> None:
    was, now = "uniqueItems" in both.old.facts, "uniqueItems" in both.new.facts
    if was != now:
        effect = Effect.NARROWED if now else Effect.WIDENED
        text = (
            "the elements of {place} must be unique" if now else "the elements of {place} need not be unique any more"
        )
        both.note(subjects.UNIQUE_ITEMS, effect, both.places("uniqueItems"), text)
