"""Cut a JSON value to as many values as can be judged in a bounded time, whatever a server sends."""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count, islice
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
        is_deep: True if something was left out since it is nested too deeply.
    """

    value: Any
    left_out: int
    sizes: dict[str, int]
    is_deep: bool = False


class _Container(NamedTuple):
    """An object or a list, its copy, its pointer if it is an outer one, and its level from 1."""

    source: Any
    kept: Any
    at: str | None
    level: int


def cut(
    root: Any,
    empty_like: Callable[[Any], Any],
    limit: int = MAX_VALUES,
    names: frozenset[str] = frozenset(),
    max_depth: int = 64,
) -> Cut:
    """Return a value with at most ``limit`` values in it.

    Fields with one of the names come first, in the value itself and in such fields. Then, of the objects and lists that
    were reached, the smallest is taken first: so one large list in a response leaves everything beside it whole.

    Args:
        root: The value.
        empty_like: Returns an empty copy of an object or a list.
        limit: The most values to keep.
        names: Names of fields that matter.
        max_depth: The most levels of objects and lists; deeper ones are kept as empty ones.
    """
    if not isinstance(root, dict | list):
        return Cut(root, 0, {})
    copy, order = empty_like(root), count()
    # False for the fields with the names, the size, a number that decides between equal ones; the rest of _Container.
    reached: list[tuple[bool, int, int, _Container]] = []

    def reach(container: _Container, *, is_minor: bool) -> None:
        heappush(reached, (is_minor, len(container.source), next(order), container))

    reach(_Container(root, copy, "", 1), is_minor=False)
    room, left_out, sizes, is_deep = limit, 0, dict[str, int](), False
    while reached:
        is_minor, size, _, container = heappop(reached)
        source, kept, at, level = container
        before = len(kept)
        for key, item in islice(_minor(source, kept) if is_minor else _named(source, names), room):
            inner = item
            if isinstance(item, dict | list) and item:
                inner = empty_like(item)
                if level == max_depth:
                    is_deep = True
                else:
                    reach(_Container(item, inner, _place(at, key, level), level + 1), is_minor=is_minor)
            _keep(kept, key, inner)
        room -= len(kept) - before
        if not is_minor:
            reach(container, is_minor=True)
        elif len(kept) < size:
            left_out += size - len(kept)
            if at is not None:
                sizes[at] = size
    return Cut(copy, left_out, sizes, is_deep) if left_out or is_deep else Cut(root, 0, {})


def _keep(kept: Any, key: str | int, item: Any) -> None:
    if isinstance(kept, dict):
        kept[key] = item
    else:
        kept.append(item)


def _place(at: str | None, key: str | int, level: int) -> str | None:
    """Return the pointer of a value in a container at a level; None if it could be long."""
    return f"{at}/{escape(str(key))}" if at is not None and level < _NAMED else None


def _named(value: Any, names: frozenset[str]) -> list[tuple[str | int, Any]]:
    """Return the fields of an object that have one of the names."""
    return [(name, value[name]) for name in sorted(names) if name in value] if isinstance(value, dict) else []


def _minor(value: Any, kept: Any) -> Iterable[tuple[str | int, Any]]:
    """Return the elements of a list, or the members of an object that are not kept yet."""
    if isinstance(value, list):
        return enumerate(value)
    return ((name, item) for name, item in value.items() if name not in kept) if kept else value.items()
