"""References to components: a change of a component changes the meaning of every place that refers to it."""

from collections.abc import Iterator
from typing import Any

from migma_contract.json_pointer import escape, pointer, tokens


def component_of(place: str) -> str:
    """Return the JSON pointer of the component that a place is in; "" for a place outside of the components."""
    return pointer(*tokens(place)[:3]) if place.startswith("/components/") else ""


def users_of_components(document: Any) -> dict[str, list[str]]:
    """Return the JSON pointers of the places that refer to each component, or to a place within one."""
    users: dict[str, list[str]] = {}
    for at, reference in _references(document, ""):
        users.setdefault(component_of(reference.removeprefix("#")), []).append(at)
    return users


def _references(node: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield at, node["$ref"]
        for name, value in node.items():
            yield from _references(value, f"{at}/{escape(name)}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, f"{at}/{index}")
