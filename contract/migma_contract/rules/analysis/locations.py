"""Places in a body: the objects whose members the contract declares, and where the stats really stand."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from migma_contract.json_pointer import escape, pointer, tokens
from migma_contract.openapi import Contract, Fields
from migma_contract.rules.analysis.name_similarity import plain

STATS_POINTER = "/data"
"""Where the envelope keeps the stats."""

_DEPTH = 5
_ITEMS = 20
_MANY = 100
_LONG = 80
_MOST = 0.5  # of the required members are enough to know stats by


class Place(NamedTuple):
    """An object in a body, its JSON pointer, and what the contract says of its members."""

    pointer: str
    value: Mapping[str, Any]
    fields: Fields

    @property
    def unknown(self) -> list[str]:
        """Members that the contract does not declare; not all of a great many."""
        return list(islice((name for name in self.value if name not in self.fields.properties), _MANY))


def declared(contract: Contract, schema: str, body: object, where: str = "") -> Iterator[Place]:
    """Every object in a body whose schema declares members, the outermost first."""
    document = contract.schemas
    if isinstance(body, Mapping):
        fields = document.fields(schema)
        if fields.properties:
            yield Place(where, body, fields)
        for name in body.keys() & fields.properties.keys():
            yield from declared(contract, fields.properties[name], body[name], f"{where}{pointer(name)}")
    elif isinstance(body, list):
        array, at = document.resolve(document.at(schema), schema)
        if isinstance(array.get("items"), Mapping):
            for index, item in enumerate(body[:_ITEMS]):
                yield from declared(contract, f"{at}/items", item, f"{where}/{index}")


def within(body: object, where: str = "", depth: int = _DEPTH) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object in a body with its pointer, nearest the top first, down to a bounded depth."""
    level: list[tuple[str, object]] = [(where, body)]
    for _ in range(depth):
        below: list[tuple[str, object]] = []
        for at, value in level:
            if isinstance(value, Mapping):
                yield at, value
                below.extend((f"{at}{pointer(name)}", member) for name, member in value.items())
            elif isinstance(value, list):
                below.extend((f"{at}/{index}", item) for index, item in enumerate(value[:_ITEMS]))
        level = below


def misplaced_stats_pointer(contract: Contract, body: object) -> str | None:
    """Where a campaign's stats stand, if that is not where the envelope keeps them; None if they do, or nowhere."""
    wanted = {plain(name) for name in contract.stats.required or contract.stats.properties}
    shares = {at: len(wanted & {plain(name) for name in value}) / len(wanted) for at, value in within(body)}
    best = max(shares, key=shares.__getitem__, default=STATS_POINTER)
    is_at_home = shares.get(STATS_POINTER, 0.0) >= _MOST
    return None if is_at_home or shares.get(best, 0.0) < _MOST else best


def stable(where: str, body: object) -> str:
    """A JSON pointer with ``*`` for every array index, so that it names the same place in each run."""
    shown, node = "", body
    for token in tokens(where):
        if isinstance(node, list):
            shown += "/*"
            node = node[int(token)] if token.isdigit() and int(token) < len(node) else None
        else:
            name = escape(token)
            shown += f"/{name}" if len(name) <= _LONG else f"/{name[:_LONG]}…"
            node = node.get(token) if isinstance(node, Mapping) else None
    return shown
