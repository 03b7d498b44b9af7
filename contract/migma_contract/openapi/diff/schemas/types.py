"""Compares the types of schemas, null among them, and then what holds for each type."""

from collections.abc import Iterable

from migma_contract.openapi.diff.change_rule import Effect
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.schemas.context import Comparer, Context, Places, Schema, effect_of_sets
from migma_contract.openapi.diff.schemas.shape import TYPES, Shape
from migma_contract.openapi.diff.schemas.subjects import NULLABLE, TYPE


def compare(comparer: Comparer, made: Comparison, old: Schema, new: Schema, context: Context) -> None:
    """Add what changed in the types, and in what holds for each of them."""
    _compare_types(made, old, new, context)
    _compare_null(made, old, new, context)
    for kind, shapes in old.shapes.items():
        if kind != "null" and kind in new.shapes:
            comparer.compare_lists(made, shapes, new.shapes[kind], context)
    for kind in TYPES:
        if kind not in old.shapes and kind not in new.shapes and (kind in old.excluded or kind in new.excluded):
            nothing = [[Shape(kind, each.at, (each.at,))] for each in (old, new)]
            was, now = (each.excluded.get(kind, nothing[side]) for side, each in enumerate((old, new)))
            comparer.compare_lists(made, was, now, context)


def _compare_types(made: Comparison, old: Schema, new: Schema, context: Context) -> None:
    was, now = _types(old), _types(new)
    lost, gained = was - now, now - was
    if "number" in now or _has_only_integers(new):
        lost -= {"integer"}
    if "number" in was or _has_only_integers(old):
        gained -= {"integer"}
    if _has_only_integers(old) and _has_only_integers(new):
        lost, gained = lost - {"number"}, gained - {"number"}
    lost -= _as_text(new, context)
    gained -= _as_text(old, context)
    effect = effect_of_sets(lost=bool(lost), gained=bool(gained))
    if effect is None:
        return
    before, after = _words(was), _words(now)
    text = f"the type of {{place}} changed from {before} to {after}"
    made.changes.append(Change(TYPE.rule(context.direction, effect), *_types_at(old, new), text, was=before, now=after))


def _compare_null(made: Comparison, old: Schema, new: Schema, context: Context) -> None:
    was, now = "null" in old.shapes, "null" in new.shapes
    # Where any type is allowed, null is one of them, and the change of the types says so.
    if was == now or not _types(old) or not _types(new):
        return
    if len(old.shapes) == len(TYPES) or len(new.shapes) == len(TYPES):
        return
    rule = NULLABLE.rule(context.direction, Effect.WIDENED if now else Effect.NARROWED)
    text = "{place} may be null" if now else "{place} may not be null any more"
    states = ("a value", "null or a value") if now else ("null or a value", "a value")
    made.changes.append(Change(rule, *_types_at(old, new), text, *states))


def _types(schema: Schema) -> set[str]:
    """Return the types of a schema but null, as JSON Schema names them."""
    found = {kind for kind in schema.shapes if kind not in {"null", "number"}} | _unknown_types(schema)
    numbers = schema.shapes.get("number", ())
    if numbers:
        found.add("integer" if all(map(_is_integer, numbers)) else "number")
    return found


def _unknown_types(schema: Schema) -> set[str]:
    """Return the names of types that do not exist, such as ``int``; the author meant something by them."""
    named = (leaf.get("type", (str, list)) for branch in schema.branches for leaf in branch.leaves)
    names = (name for each in named if each for name in ([each] if isinstance(each, str) else each))
    return {name for name in names if isinstance(name, str)} - {*TYPES, "integer"}


def _has_only_integers(schema: Schema) -> bool:
    """True if numbers are allowed, and only integers, by their type or as multiples of one."""
    numbers = schema.shapes.get("number", ())
    return bool(numbers) and all(_is_integer(shape) or _has_whole_multiples(shape) for shape in numbers)


def _has_whole_multiples(shape: Shape) -> bool:
    multiples = shape.facts.get("multipleOf")
    return multiples is not None and any(isinstance(each, int) and each > 0 for each in multiples.value)


def _is_integer(shape: Shape) -> bool:
    return shape.is_integer or (shape.values is not None and all("." not in text for text in shape.values))


def _as_text(schema: Schema, context: Context) -> set[str]:
    """Return the types whose values a schema accepts as text, where all values are sent as text."""
    accepts_any = any(not shape.facts and shape.values is None for shape in schema.shapes.get("string", ()))
    if context.text == "none" or not accepts_any:
        return set()
    scalars = {"boolean", "integer", "number", "string"}
    return scalars if context.text == "scalars" else scalars | {"array", "object"}


def _words(types: Iterable[str]) -> str:
    """Return types as people list them."""
    found = sorted(types)
    if {*found} >= {*TYPES} - {"null"}:
        return "any"
    return " or ".join(found) or "nothing"


def _types_at(old: Schema, new: Schema) -> Places:
    return Places(_type_at(old), _type_at(new))


def _type_at(schema: Schema) -> str:
    if len(schema.branches) == 1:
        for leaf in schema.branches[0].leaves:
            if "type" in leaf.value:
                return f"{leaf.at}/type"
    return schema.at
