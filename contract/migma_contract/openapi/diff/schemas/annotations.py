"""Compares what schemas say besides which values are valid: defaults, deprecation, discriminators, descriptions."""

from typing import Any

from migma_contract.json_pointer import pointer
from migma_contract.openapi.diff.change_rule import Direction, breaking, info, warning
from migma_contract.openapi.diff.comparison import Change, Comparison, shown
from migma_contract.openapi.diff.deprecation import DEPRECATED, NOT_DEPRECATED, deprecation_text
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas.branches import Branch
from migma_contract.openapi.diff.schemas.context import Comparer, Context, Schema
from migma_contract.openapi.diff.schemas.merging import json_text


def find(branches: list[Branch], keyword: str) -> Node | None:
    """Return the schema that has a keyword for all values, or all but null; None without one."""
    usual = [branch for branch in branches if not _is_null(branch)] or branches
    for leaf in usual[0].leaves if usual else ():
        if keyword in leaf.value and all(any(leaf.at == each.at for each in branch.leaves) for branch in usual[1:]):
            return leaf
    return None


def _is_null(branch: Branch) -> bool:
    return len(branch.leaves) == 1 and branch.leaves[0].value.get("type") in ("null", ["null"])


def compare(comparer: Comparer, made: Comparison, old: Schema, new: Schema, context: Context) -> None:
    """Add what changed in the annotations of two schemas."""
    _compare_default(made, old, new, context.direction)
    _compare_deprecation(made, old, new)
    _compare_discriminators(made, old, new, context.direction)
    if comparer.descriptions:
        for keyword in ("title", "description"):
            compare_text(made, find(old.branches, keyword), find(new.branches, keyword), keyword, (old.at, new.at))


def _compare_default(made: Comparison, old: Schema, new: Schema, direction: Direction) -> None:
    one, other = find(old.branches, "default"), find(new.branches, "default")
    was, now = (shown(leaf.value["default"]) if leaf else "none" for leaf in (one, other))
    is_same = bool(one and other) and json_text(one.value["default"]) == json_text(other.value["default"])  # type: ignore[union-attr]
    if (one or other) and not is_same:
        rule = REQUEST_DEFAULT if direction == "request" else RESPONSE_DEFAULT
        text = f"the default of {{place}} changed from {was} to {now}"
        made.changes.append(Change(rule, *_places(one, other, old, new, "default"), text, was, now))


def _places(one: Node | None, other: Node | None, old: Schema, new: Schema, keyword: str) -> tuple[str, str]:
    return (f"{one.at}/{keyword}" if one else old.at), (f"{other.at}/{keyword}" if other else new.at)


def _compare_deprecation(made: Comparison, old: Schema, new: Schema) -> None:
    one, other = find(old.branches, "deprecated"), find(new.branches, "deprecated")
    was, now = (leaf is not None and leaf.value["deprecated"] is True for leaf in (one, other))
    if was != now:
        places = _places(one, other, old, new, "deprecated")
        rule = DEPRECATED if now else NOT_DEPRECATED
        made.changes.append(Change(rule, *places, deprecation_text(other if now else None)))


def _compare_discriminators(made: Comparison, old: Schema, new: Schema, direction: Direction) -> None:
    one, other = find(old.branches, "discriminator"), find(new.branches, "discriminator")
    was, now = (leaf.child("discriminator") if leaf else None for leaf in (one, other))
    places = _places(one, other, old, new, "discriminator")
    if was is None or now is None:
        if was is None and now is not None:
            rule = DISCRIMINATOR_ADDED if direction == "response" else REQUEST_DISCRIMINATOR_ADDED
            text = f"{{place}} is now told apart by {now.get('propertyName')}"
            made.changes.append(Change(rule, *places, text, "none", shown(now.value)))
        elif was is not None:
            text = f"{{place}} is not told apart by {was.get('propertyName')} any more"
            made.changes.append(Change(DISCRIMINATOR_REMOVED, *places, text, shown(was.value), "none"))
        return
    names = was.get("propertyName"), now.get("propertyName")
    if names[0] != names[1]:
        text = f"{{place}} is told apart by {names[1]} instead of {names[0]}"
        made.changes.append(Change(DISCRIMINATOR_NAME, *places, text, str(names[0]), str(names[1])))
    mappings = [dict(each.child("mapping").named()) for each in (was, now)]
    for key in dict.fromkeys((*mappings[0], *mappings[1])):
        before, after = (mapping[key].value if key in mapping else None for mapping in mappings)
        if _component(before) != _component(after):
            text = f"the discriminator of {{place}} has {shown(after)} for {key} instead of {shown(before)}"
            text = f"the discriminator of {{place}} has no {key} any more" if after is None else text
            text = f"the discriminator of {{place}} has {key}, which is new" if before is None else text
            at = [f"{place}{pointer('mapping', key)}" for place in places]
            made.changes.append(Change(MAPPING, at[0], at[1], text, _target(before), _target(after)))


def _component(target: Any) -> Any:
    """Return what a mapping leads to; the name of a component stands for a reference to it."""
    return target.removeprefix("#/components/schemas/") if isinstance(target, str) else target


def _target(value: Any) -> str:
    return "none" if value is None else str(value)


def compare_text(
    made: Comparison, one: Node | None, other: Node | None, keyword: str, otherwise: tuple[str, str]
) -> None:
    """Add the change of a title, a summary or a description."""
    was, now = (leaf.value[keyword] if leaf else None for leaf in (one, other))
    if was != now:
        places = (f"{one.at}/{keyword}" if one else otherwise[0]), (f"{other.at}/{keyword}" if other else otherwise[1])
        made.changes.append(Change(TEXT, *places, f"the {keyword} of {{place}} changed", shown(was), shown(now)))


REQUEST_DEFAULT = warning(
    "request-default-changed",
    "The default of a part of requests changed.",
    "A request that leaves it out means something else.",
    'before: {"default": 10}\nafter:  {"default": 20}',
)
RESPONSE_DEFAULT = info(
    "response-default-changed",
    "The default of a part of responses changed.",
    "Only a client that fills in defaults itself notices.",
    'before: {"default": 10}\nafter:  {"default": 20}',
)
DISCRIMINATOR_ADDED = breaking(
    "response-discriminator-added",
    "Alternatives of a response are told apart by a property that did not tell them apart.",
    "A client whose code was made from the old document may not know the values of the property.",
    'before: {"oneOf": […]}\nafter:  {"oneOf": […], "discriminator": {"propertyName": "kind"}}',
)
REQUEST_DISCRIMINATOR_ADDED = warning(
    "request-discriminator-added",
    "Alternatives of a request are told apart by a property that did not tell them apart.",
    "The server may need the property to understand the request.",
    'before: {"oneOf": […]}\nafter:  {"oneOf": […], "discriminator": {"propertyName": "kind"}}',
)
DISCRIMINATOR_REMOVED = info(
    "discriminator-removed",
    "Alternatives are not told apart by a property any more.",
    "The alternatives themselves say what is valid.",
    'before: {"discriminator": {"propertyName": "kind"}}\nafter:  {}',
)
DISCRIMINATOR_NAME = warning(
    "discriminator-property-changed",
    "Alternatives are told apart by another property.",
    "A client that decides by the old one may take the wrong alternative.",
    'before: {"discriminator": {"propertyName": "kind"}}\nafter:  {"discriminator": {"propertyName": "type"}}',
)
MAPPING = warning(
    "discriminator-mapping-changed",
    "A value that tells alternatives apart came, went, or stands for another alternative.",
    "A client that decides by it may not know the value.",
    'before: {"mapping": {"cat": "…/Cat"}}\nafter:  {"mapping": {"cats": "…/Cat"}}',
)
TEXT = info(
    "description-changed",
    "A title, a summary or a description changed; reported with --descriptions only.",
    "What a value means may have changed, which only a person can judge.",
    'before: {"description": "Opens."}\nafter:  {"description": "Unique opens."}',
)

RULES = (
    REQUEST_DEFAULT,
    RESPONSE_DEFAULT,
    DISCRIMINATOR_ADDED,
    REQUEST_DISCRIMINATOR_ADDED,
    DISCRIMINATOR_REMOVED,
    DISCRIMINATOR_NAME,
    MAPPING,
    TEXT,
)
