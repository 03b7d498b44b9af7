"""Merges what the schemas of a branch say about the parts of arrays and objects."""

from collections.abc import Iterator, Sequence

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas.shape import Nodes, Shape, matches


def merge_arrays(shape: Shape, leaves: Sequence[Node]) -> None:
    """Merge what schemas say about elements, the first ones apart."""
    prefixes = [list(leaf.child("prefixItems").items()) for leaf in leaves]
    length = max(map(len, prefixes), default=0)
    shape.prefix = tuple(
        tuple(node for pair in zip(prefixes, leaves, strict=True) for node in _element(*pair, index))
        for index in range(length)
    )
    items = tuple(leaf.child("items") for leaf in leaves if "items" in leaf.value)
    if items:
        shape.schemas["items"] = items


def _element(prefix: list[Node], leaf: Node, index: int) -> Nodes:
    if index < len(prefix):
        return (prefix[index],)
    return (leaf.child("items"),) if "items" in leaf.value else ()


def merge_objects(shape: Shape, leaves: Sequence[Node]) -> None:
    """Merge what schemas say about properties; one that names no others also holds for those that another one names."""
    for leaf in leaves:
        if "additionalProperties" in leaf.value:
            _append(shape.schemas, "additionalProperties", leaf.child("additionalProperties"))
        for pattern, node in leaf.child("patternProperties").named():
            _append(shape.patterns, pattern, node)
        for name, node in leaf.child("dependentSchemas").named():
            _append(shape.dependent_schemas, name, node)
        for name, node in leaf.child("dependentRequired").named():
            names = frozenset(each.value for each in node.items() if isinstance(each.value, str))
            shape.dependent_required[name] = shape.dependent_required.get(name, frozenset()) | names
        for each in leaf.child("required").items():
            if isinstance(each.value, str):
                shape.required.setdefault(each.value, f"{leaf.at}/required")
    unevaluated = shape.schemas.pop("unevaluatedProperties", ())
    if unevaluated and "additionalProperties" not in shape.schemas:
        shape.schemas["additionalProperties"] = unevaluated
    parts = [(dict(leaf.child("properties").named()), leaf) for leaf in leaves]
    for name in dict.fromkeys(name for properties, _ in parts for name in properties):
        shape.properties[name] = tuple(node for each in parts for node in _view(*each, name))


def _append(schemas: dict[str, Nodes], name: str, node: Node) -> None:
    schemas[name] = (*schemas.get(name, ()), node)


def _view(properties: dict[str, Node], leaf: Node, name: str) -> Iterator[Node]:
    """Yield the schemas that one schema has for a property, which another schema of the branch may name."""
    matching = [node for pattern, node in leaf.child("patternProperties").named() if matches(pattern, name)]
    if name in properties:
        yield properties[name]
    elif not matching and "additionalProperties" in leaf.value:
        yield leaf.child("additionalProperties")
    yield from matching
