"""Find where the members and elements of a JSON document begin."""

import json
import re
from dataclasses import dataclass

from migma_contract.errors import Place
from migma_contract.json_pointer import escape

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Container:
    """An open object or array: its pointer, and the next place in it."""

    pointer: str
    is_object: bool
    index: int = 0
    key: str | None = None

    def child(self) -> str:
        return f"{self.pointer}/{self.index if self.key is None else escape(self.key)}"


def json_places(text: str) -> dict[str, Place]:
    """Return the place at which each member or element starts, by JSON pointer (RFC 6901).

    Args:
        text: Valid JSON.
    """
    places = {"": Place(1, 1)}
    open_containers: list[_Container] = []
    line, begin, seen = 1, 0, 0
    for match in _TOKEN.finditer(text):
        part, start = match.group(), match.start()
        line, begin = line + text.count("\n", seen, start), text.rfind("\n", seen, start) + 1 or begin
        seen = start
        inner = open_containers[-1] if open_containers else None
        if part in "}]":
            open_containers.pop()
        elif inner and part == ",":
            inner.index, inner.key = inner.index + 1, None
        elif inner and inner.is_object and inner.key is None:
            inner.key = json.loads(part) if "\\" in part else part[1:-1]
            places[inner.child()] = Place(line, start - begin + 1)
        elif part != ":":
            here = inner.child() if inner else ""
            places.setdefault(here, Place(line, start - begin + 1))
            if part in "{[":
                open_containers.append(_Container(here, is_object=part == "{"))
    return places
