"""Compares the parameters of an operation: its own, and those of its path."""

from typing import NamedTuple

from migma_contract.openapi.diff.change_rule import breaking, info, warning
from migma_contract.openapi.diff.collector import Spot
from migma_contract.openapi.diff.content import compare, compare_schemas
from migma_contract.openapi.diff.deprecation import DEPRECATED, NOT_DEPRECATED, deprecation_text
from migma_contract.openapi.diff.here import Here
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.operations import Operation
from migma_contract.openapi.diff.schemas import Context
from migma_contract.openapi.diff.side import Side

_IGNORED = frozenset({"accept", "content-type", "authorization"})
"""Headers that are described elsewhere in a document."""

_KINDS = {"query": "query parameter", "header": "header", "path": "path parameter", "cookie": "cookie"}
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}

REMOVED = warning(
    "parameter-removed",
    "A request does not have a parameter any more.",
    "The server may ignore it, or refuse the request.",
    "before: GET /pets?limit=10\nafter:  GET /pets",
)
REQUIRED_ADDED = breaking(
    "required-parameter-added",
    "A request has a new required parameter.",
    "The server may refuse a request without it.",
    "before: GET /pets\nafter:  GET /pets?kind=…",
)
OPTIONAL_ADDED = info(
    "optional-parameter-added",
    "A request has a new parameter that may be left out.",
    "Clients that do not know it need not change.",
    "before: GET /pets\nafter:  GET /pets, or GET /pets?limit=10",
)
BECAME_REQUIRED = breaking(
    "parameter-became-required",
    "A parameter that may be left out becomes required.",
    "The server may refuse a request without it.",
    'before: {"name": "limit"}\nafter:  {"name": "limit", "required": true}',
)
BECAME_OPTIONAL = info(
    "parameter-became-optional",
    "A required parameter may be left out.",
    "Clients that send it need not change.",
    'before: {"name": "limit", "required": true}\nafter:  {"name": "limit"}',
)
STYLE = breaking(
    "parameter-style-changed",
    "A parameter with several values is written in another way.",
    "The server does not understand the values as clients write them.",
    "before: ?ids=1,2\nafter:  ?ids=1&ids=2",
)
EMPTY_REFUSED = breaking(
    "parameter-may-not-be-empty",
    "A query parameter may not be empty any more.",
    "The server may refuse a request with the name alone.",
    'before: {"name": "all", "allowEmptyValue": true}\nafter:  {"name": "all"}',
)

RULES = (
    REMOVED,
    REQUIRED_ADDED,
    OPTIONAL_ADDED,
    BECAME_REQUIRED,
    BECAME_OPTIONAL,
    STYLE,
    EMPTY_REFUSED,
)


class Key(NamedTuple):
    """The identity of a parameter: where it is sent, and its name, or its place in the path."""

    where: str
    name: str


def parameters(side: Side, operation: Operation) -> dict[Key, Node]:
    """Return the parameters of an operation; those of its path count unless the operation has its own."""
    places = {name: str(index) for index, name in enumerate(operation.parameter_names)}
    found = {}
    for owner in (operation.item, operation.node):
        for each in owner.child("parameters").items():
            node = side.follow(each)
            where, name = node.get("in", str) or "", node.get("name", str) or ""
            if where == "header":
                name = name.lower()
                if name in _IGNORED:
                    continue
            found[Key(where, places.get(name, name) if where == "path" else name)] = node
    return found


def compare_parameters(here: Here) -> None:
    """Compare the parameters of an operation."""
    documents = here.documents
    old, new = parameters(documents.old, here.old), parameters(documents.new, here.new)
    for key, node in old.items():
        if key in new:
            _compare_parameter(here, _spot(node), node, new[key])
        elif not here.is_reversed and key.where != "path":
            text = "{place} is not documented any more"
            here.note(REMOVED, _spot(node), (node, here.new.node), text, _text(node), "nothing")
    for key, node in new.items():
        if key not in old and not here.is_reversed:
            _added(here, node)


def _added(here: Here, node: Node) -> None:
    spot, places = _spot(node), (here.old.node, node)
    if node.get("required") is not True:
        here.note(OPTIONAL_ADDED, spot, places, "{place} is new and optional", "nothing", _text(node))
    else:
        here.note(REQUIRED_ADDED, spot, places, "{place} is new and required", "nothing", _text(node))


def _compare_parameter(here: Here, spot: Spot, old: Node, new: Node) -> None:
    if here.same(old, new):
        return
    places = old, new
    was, now = (node.get("required") is True for node in places)
    if here.is_reversed or new.get("in") == "path":
        pass
    elif now and not was:
        # Also with a default, which means nothing for what must be sent.
        here.note(BECAME_REQUIRED, spot, places, "{place} is required", "optional", "required")
    elif was and not now:
        here.note(BECAME_OPTIONAL, spot, places, "{place} may be left out", "required", "optional")
    if old.get("deprecated") is not True and new.get("deprecated") is True:
        here.note(DEPRECATED, spot, places, deprecation_text(new))
    elif old.get("deprecated") is True and new.get("deprecated") is not True:
        here.note(NOT_DEPRECATED, spot, places, deprecation_text(None))
    _compare_form(here, spot, old, new)
    direction = here.direction("request")
    if old.get("content", dict) and new.get("content", dict):
        compare(here, spot, old.child("content"), new.child("content"), direction)
    elif old.get("content", dict) or new.get("content", dict):
        text = "{place} is written in another way"
        here.note(STYLE, spot, places, text, *("content" if node.get("content") else "schema" for node in places))
    else:
        # Several values in one text are a text too.
        is_one_text = not any(_form(node)[1] and node.get("in") in ("query", "cookie") for node in places)
        compare_schemas(here, spot, old, new, Context(direction, "all" if is_one_text else "scalars"))


def _compare_form(here: Here, spot: Spot, old: Node, new: Node) -> None:
    """Compare how the values of a parameter are written."""
    if old.get("allowEmptyValue") is True and new.get("allowEmptyValue") is not True and not here.is_reversed:
        here.note(EMPTY_REFUSED, spot, (old, new), "{place} may not be empty any more", "may be empty", "not empty")
    was, now = _form(old), _form(new)
    if was == now or (old.get("content", dict) or new.get("content", dict)):
        return
    # One value is written in the same way with and without explode, and in most styles.
    is_one = not (_has_parts(here.documents.old, old) or _has_parts(here.documents.new, new))
    if not (is_one and {was[0], now[0]} <= {"form", "simple", "deepObject", "spaceDelimited", "pipeDelimited"}):
        before, after = (f"{style}, {'exploded' if explode else 'not exploded'}" for style, explode in (was, now))
        here.note(STYLE, spot, (old, new), f"{{place}} is written as {after} instead of {before}", before, after)


def _form(node: Node) -> tuple[str, bool]:
    style = node.get("style", str) or _STYLES.get(node.get("in", str) or "", "form")
    explode = node.get("explode", bool)
    return style, (style == "form") if explode is None else explode


def _has_parts(side: Side, node: Node) -> bool:
    """True if the values of a parameter may be arrays or objects."""
    schema = side.follow(node.child("schema"))
    types = schema.get("type", (str, list))
    named = {types} if isinstance(types, str) else set(map(str, types or ()))
    return not named or bool(named & {"array", "object"})


def _spot(node: Node) -> Spot:
    where, name = node.get("in", str) or "", node.get("name", str) or ""
    return Spot(f"the {_KINDS.get(where, 'parameter')} {name}", f"{where} {name}")


def _text(node: Node) -> str:
    return f"{'a required' if node.get('required') is True else 'an optional'} {_spot(node).removeprefix('the ')}"
