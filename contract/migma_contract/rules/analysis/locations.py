"""Locations in a body: the objects whose fields the contract declares, and where the stats are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from migma_contract.code_points import with_code_points
from migma_contract.json_pointer import escape, pointer
from migma_contract.openapi import Contract, Fields, read_fields
from migma_contract.rules.analysis.name_similarity import normalize

STATS_POINTER = "/data"
"""Location of the stats in the envelope."""

_MAX_DEPTH = 5
_MAX_ITEMS = 20
_MAX_NAME_LENGTH = 80
_NUMBER = re.compile(r"/\d+(?=/|$)")
_LONG_NAME = re.compile(rf"([^/]{{{_MAX_NAME_LENGTH}}})[^/]+")
_MAX_COMPARED = 1000
_MIN_SHARE = 0.5  # of the required fields identifies an object as the stats


class DeclaredObject(NamedTuple):
    """An object in a body, its JSON pointer, and the fields that the contract declares for it."""

    pointer: str
    value: Mapping[str, Any]
    fields: Fields

    @property
    def undeclared(self) -> list[str]:
        """Names that the contract does not declare."""
        return [name for name in self.value if name not in self.fields.properties]

    @property
    def compared(self) -> list[str]:
        """Names whose values are compared between responses: the declared ones, and the first 1,000 others."""
        return [*(self.value.keys() & self.fields.properties.keys()), *sorted(self.undeclared)[:_MAX_COMPARED]]


def declared_objects(contract: Contract, schema: str, body: object, where: str = "") -> Iterator[DeclaredObject]:
    """Yield every object in a body whose schema declares fields, outermost first."""
    document = contract.schemas
    if isinstance(body, Mapping):
        fields = read_fields(document, schema, body)  # of alternatives, the one that is most like the body
        if fields.properties:
            yield DeclaredObject(where, body, fields)
        for name in body.keys() & fields.properties.keys():
            yield from declared_objects(contract, fields.properties[name], body[name], f"{where}{pointer(name)}")
    elif isinstance(body, list) and isinstance(document.at(schema), Mapping):
        array, at = document.resolve(document.at(schema), schema)
        if isinstance(array.get("items"), Mapping):
            for index, item in enumerate(body[:_MAX_ITEMS]):
                yield from declared_objects(contract, f"{at}/items", item, f"{where}/{index}")


def all_objects(body: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield every object in a body with its pointer, level by level, down to a limited depth."""
    level: list[tuple[str, object]] = [("", body)]
    for _ in range(_MAX_DEPTH):
        below: list[tuple[str, object]] = []
        for at, value in level:
            if isinstance(value, Mapping):
                yield at, value
                below.extend(
                    [(f"{at}/{escape(n)}", each) for n, each in value.items() if isinstance(each, dict | list)]
                )
            elif isinstance(value, list):
                below.extend((f"{at}/{index}", item) for index, item in enumerate(value[:_MAX_ITEMS]))
        level = below


def stats_pointer(contract: Contract, body: object) -> str | None:
    """Return where the stats are: at STATS_POINTER, or else the best match; None if they are nowhere."""
    names = (contract.stats.required or contract.stats.properties).keys()
    wanted = set(map(normalize, names))
    if not wanted:
        return None

    def share(value: Mapping[str, Any]) -> float:
        exact = len(names & value.keys()) / len(names)  # one look-up for each name, however many the object has
        return exact if exact >= _MIN_SHARE else len(wanted.intersection(map(normalize, value))) / len(wanted)

    shares = {at: share(value) for at, value in all_objects(body)}
    if shares.get(STATS_POINTER, 0.0) >= _MIN_SHARE:
        return STATS_POINTER
    best = max(shares, key=shares.__getitem__, default=STATS_POINTER)
    return best if shares.get(best, 0.0) >= _MIN_SHARE else None


def misplaced_stats_pointer(contract: Contract, body: object) -> str | None:
    """Return where the stats are, if not at STATS_POINTER; None if they are there or nowhere."""
    found = stats_pointer(contract, body)
    return None if found == STATS_POINTER else found


def stable_pointer(where: str) -> str:
    """Return a JSON pointer as findings and baselines have it: the same in each run, and Unicode text.

    It has ``*`` for every number, and long names are cut.
    """
    if not where.isascii():
        where = where.encode("utf-8", "replace").decode()  # halves of surrogate pairs
    return _LONG_NAME.sub(r"\1…", _NUMBER.sub("/*", where))


def shown_name(name: str) -> str:
    """Return the name of a field as messages show it: cut if it is long, with the code points of unusual characters."""
    if not name:
        return "with an empty name"
    return with_code_points(name if len(name) <= _MAX_NAME_LENGTH else f"{name[:_MAX_NAME_LENGTH]}…")
