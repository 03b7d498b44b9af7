"""Cut a JSON value to as many values as can be judged in a bounded time, whatever a server sends."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, NamedTuple

from migma_contract.json_pointer import escape

MAX_VALUES = 5000
"""Values of one body that are judged: objects, lists, and what is in them. This API's responses have about 16."""

_NAMED = 3
"""Levels of objects and lists that have their pointers in a cut; the pointers of deeper ones could be long."""


class Cut(NamedTuple):
    """A value, and what was left out of it.

    Attributes:
        value: The value itself if nothing was left out, else a copy.
        left_out: Number of members and elements that were left out, without what is in them.
        sizes: Number of all members of each object or list that was cut, by JSON pointer; the outer ones only.
    """

    value: Any
    left_out: int
    sizes: dict[str, int]


def cut(root: Any, empty_like: Callable[[Any], Any], limit: int = MAX_VALUES) -> Cut:
    """Return a value with at most ``limit`` values in it.

    They are taken level by level, and in each level from the smallest object or list first: so one large list in a
    response leaves everything beside it whole.

    Args:
        root: The value.
        empty_like: Returns an empty copy of an object or a list.
        limit: The most values to keep.
    """
    if not isinstance(root, dict | list):
        return Cut(root, 0, {})
    copy = empty_like(root)
    level: list[tuple[Any, Any, str | None]] = [(root, copy, "")]
    room, left_out, depth, sizes = limit, 0, 0, dict[str, int]()
    while level:
        level.sort(key=lambda each: len(each[0]))
        depth += 1
        below: list[tuple[Any, Any, str | None]] = []
        for source, kept, at in level:
            for key, item in islice(_members(source), room):
                inner = item
                if isinstance(item, dict | list) and item:
                    inner = empty_like(item)
                    is_named = at is not None and depth < _NAMED
                    below.append((item, inner, f"{at}/{escape(str(key))}" if is_named else None))
                if isinstance(kept, dict):
                    kept[key] = inner
                else:
                    kept.append(inner)
            room -= len(kept)
            if len(kept) < len(source):
                left_out += len(source) - len(kept)
                if at is not None:
                    sizes[at] = len(source)
        level = below
    return Cut(copy, left_out, sizes) if left_out else Cut(root, 0, {})


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)
