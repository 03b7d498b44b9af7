"""Make texts that match a regular expression, from a source of random numbers."""

import re
from collections.abc import Callable, Sequence
from re import _constants as codes  # the parser of Python's own expressions
from re import _parser
from typing import Any

_MOST_REPEATS = 12
"""Repeats beyond the least number: ``.*`` is at most this long."""

_LIKELY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ .:/@"
_CATEGORIES = {
    codes.CATEGORY_DIGIT: "0123456789",
    codes.CATEGORY_NOT_DIGIT: "abcdefgh",
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "abcdefgh0123",
    codes.CATEGORY_WORD: "abcdefgh0123456789_",
    codes.CATEGORY_NOT_WORD: "-. ",
}

Pick = Callable[[int], int]
"""Returns a number from 0 to the given one, excluded."""


def matching_text(pattern: str, pick: Pick) -> str | None:
    """Return a text that matches a pattern somewhere, as JSON Schema means it; None if the pattern is not understood.

    Look-around and back-references are not obeyed, so the caller checks the text.
    """
    try:
        parsed = _parser.parse(pattern)
        return _text(parsed, pick)
    except (re.error, KeyError, OverflowError, RecursionError):
        return None


def _text(items: Any, pick: Pick) -> str:
    return "".join(_part(code, argument, pick) for code, argument in items)


def _part(code: Any, argument: Any, pick: Pick) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return ""
    if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
        return _one_of(_allowed(code, argument), pick)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, item = argument
        times = least + pick(min(int(most), least + _MOST_REPEATS) - least + 1)
        return "".join(_text(item, pick) for _ in range(times))
    return _text(_content(code, argument, pick), pick)


def _content(code: Any, argument: Any, pick: Pick) -> Any:
    """Return the items of a group, or of one of several alternatives."""
    if code is codes.BRANCH:
        return argument[1][pick(len(argument[1]))]
    return {codes.SUBPATTERN: lambda: argument[-1], codes.ATOMIC_GROUP: lambda: argument}[code]()


def _allowed(code: Any, argument: Any) -> str:
    if code is codes.IN:
        return _characters(argument)
    return _LIKELY[:36] if code is codes.ANY else _LIKELY.replace(chr(argument), "")


def _characters(items: Sequence[tuple[Any, Any]]) -> str:
    is_negated, found = False, ""
    for code, argument in items:
        if code is codes.NEGATE:
            is_negated = True
        elif code is codes.LITERAL:
            found += chr(argument)
        elif code is codes.RANGE:
            first, last = argument
            found += "".join(map(chr, range(first, min(last, first + 127) + 1)))
        else:
            found += _CATEGORIES[argument]
    return "".join(each for each in _LIKELY if each not in found) if is_negated else found


def _one_of(characters: str, pick: Pick) -> str:
    if not characters:
        raise KeyError("no character that is allowed")
    return characters[pick(len(characters))]
