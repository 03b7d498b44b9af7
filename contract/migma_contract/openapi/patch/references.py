"""References to a component: a change of it changes the meaning of every place that has one."""

from collections.abc import Iterator
from typing import Any

from migma_contract.json_pointer import escape, pointer, tokens


def component_of(place: str) -> str:
    """Return the JSON pointer of the component that a place is in; "" for a place outside of the components."""
    return pointer(*tokens(place)[:3]) if place.startswith("/components/") else ""


def references_to(document: Any, component: str) -> list[str]:
    """Return the JSON pointers of the places that refer to a component; none for ""."""
    return list(_references(document, f"#{component}", "")) if component else []


def _references(node: Any, reference: str, at: str) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("$ref") == reference:
            yield at
        for name, value in node.items():
            yield from _references(value, reference, f"{at}/{escape(name)}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, reference, f"{at}/{index}")
