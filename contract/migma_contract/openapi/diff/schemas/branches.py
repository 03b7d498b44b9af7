"""Branches: a schema as a list of alternatives, each a list of plain schemas that all hold.

References are followed, ``allOf`` is merged, ``anyOf`` and ``oneOf`` are multiplied out, and ``nullable`` becomes an
alternative, so that documents that say the same in other words have the same branches.
"""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.side import Side

MAX_BRANCHES = 64
"""The most combinations of alternatives; more are compared as they are written."""

_MAX_ALTERNATIVES = 1000
"""The most alternatives of one list that need not be combined with those of another one."""

_MAX_STEPS = 20_000
"""The most schemas that are combined into one; a document of a few lines can have billions."""

_MAX_DEPTH = 100
"""The most schemas of which each consists of the next one."""

OPAQUE = "x-opaque"
"""A keyword for a combination of too many alternatives, which is compared as it is written."""

_APPLICATORS = ("$ref", "allOf", "anyOf", "oneOf", "not", "const")


class Choice(NamedTuple):
    """The alternative of one ``anyOf`` or ``oneOf`` that a branch has.

    Attributes:
        group: JSON pointer to the keyword.
        place: Its place there.
        name: The last part of its reference, or its title; "" without.
    """

    group: str
    place: int
    name: str

    @property
    def excludes_others(self) -> bool:
        """True if a value must not be valid against another alternative of the group."""
        return self.group.endswith("/oneOf")


class Branch(NamedTuple):
    """One alternative of a schema.

    Attributes:
        leaves: Schemas whose own keywords, without those that combine schemas, all hold.
        choices: The alternatives that it is made of.
    """

    leaves: tuple[Node, ...] = ()
    choices: tuple[Choice, ...] = ()


class Expander:
    """Expands the schemas of one document.

    Args:
        side: The document.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self._steps = 0

    def branches(self, nodes: Iterable[Node]) -> list[Branch]:
        """Return the alternatives of schemas that all hold; none if no value is valid."""
        self._steps = 0
        return self._all(nodes, frozenset())

    def _all(self, nodes: Iterable[Node], way: frozenset[str]) -> list[Branch]:
        found = [Branch()]
        for node in nodes:
            others = self._expand(node, way)
            if _are_too_many(found, others):
                others = [_opaque(node)]
            found = _multiplied(found, others)
        return found

    def _expand(self, node: Node, way: frozenset[str]) -> list[Branch]:
        if node.value is False:
            return []
        if not isinstance(node.value, dict) or node.at in way:
            return [Branch()]  # a schema that refers to itself says nothing new
        self._steps += 1
        if self._steps > _MAX_STEPS or len(way) >= _MAX_DEPTH:
            return [_opaque(node)]
        way |= {node.at}
        reference = node.get("$ref", str)
        if reference is not None and self._side.is_3_0:
            return self._expand(self._side.follow(node), way)
        parts = list(node.child("allOf").items())
        if reference is not None:
            parts.append(self._side.follow(Node({"$ref": reference}, node.at)))
        found = _multiplied([Branch((node,))], self._all(parts, way))
        for keyword in ("anyOf", "oneOf"):
            group = list(self._alternatives(node, keyword, way))
            if group:
                found = _multiplied(found, [_opaque(node.child(keyword))] if _are_too_many(found, group) else group)
        if node.get("nullable") is True and _is_wrapped(node):
            found.append(Branch((Node({"type": "null"}, node.at),)))
        return found

    def _alternatives(self, node: Node, keyword: str, way: frozenset[str]) -> Iterable[Branch]:
        group = node.child(keyword)
        parts = list(group.items())
        for index, part in enumerate(parts):
            name = (part.get("$ref", str) or "").rpartition("/")[2] or part.get("title", str) or ""
            choice = Choice(group.at, index, name)
            for branch in self._expand(part, way):
                chosen = (choice,) if len(parts) > 1 else ()
                yield branch._replace(choices=(*chosen, *branch.choices))


def _are_too_many(some: list[Branch], others: list[Branch]) -> bool:
    """True if there are too many combinations of two lists."""
    is_product = len(some) > 1 and len(others) > 1
    return len(some) * len(others) > (MAX_BRANCHES if is_product else _MAX_ALTERNATIVES)


def _is_wrapped(node: Node) -> bool:
    """True if ``nullable`` adds an alternative; else it adds a type."""
    return "type" not in node.value or any(keyword in node.value for keyword in _APPLICATORS)


def _opaque(node: Node) -> Branch:
    return Branch((Node({OPAQUE: node.value}, node.at),))


def _multiplied(some: list[Branch], others: list[Branch]) -> list[Branch]:
    if some == [Branch()]:
        return others
    if others == [Branch()]:
        return some
    return [Branch(_joined(one, other), (*one.choices, *other.choices)) for one, other in product(some, others)]


def _joined(one: Branch, other: Branch) -> tuple[Node, ...]:
    known = {leaf.at for leaf in one.leaves}
    return (*one.leaves, *(leaf for leaf in other.leaves if leaf.at not in known))
