"""Make texts that match a regular expression, from a source of random numbers."""

import re
from collections.abc import Callable, Sequence
from re import _constants as codes  # the parser of Python's own expressions
from re import _parser
from typing import Any

_MOST_REPEATS = 12
"""Repeats beyond the least number: ``.*`` is at most this long."""

_MOST_PARTS = 20_000
"""Parts of one text: a pattern of a few characters may ask for more than any memory holds."""

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
        return _Maker(pick).text(_parser.parse(pattern))
    except (re.error, KeyError, OverflowError, RecursionError):
        return None


class _Maker:
    """Makes one text; a pattern that asks for too much raises KeyError."""

    def __init__(self, pick: Pick) -> None:
        self._pick = pick
        self._left = _MOST_PARTS

    def text(self, items: Any) -> str:
        return "".join([self._part(code, argument) for code, argument in items])

    def _part(self, code: Any, argument: Any) -> str:
        self._left -= 1
        if self._left < 0:
            raise KeyError("too many parts")
        if code is codes.LITERAL:
            return chr(argument)
        if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
            return ""
        if code in (codes.IN, codes.NOT_LITERAL, codes.ANY):
            return _one_of(_allowed(code, argument), self._pick)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            least, most, item = argument
            times = least + self._pick(min(int(most), least + _MOST_REPEATS) - least + 1)
            return "".join([self._repeated(item) for _ in range(times)])
        return self.text(self._content(code, argument))

    def _repeated(self, item: Any) -> str:
        self._left -= 1  # an empty group has no parts, and may be repeated a billion times
        if self._left < 0:
            raise KeyError("too many parts")
        return self.text(item)

    def _content(self, code: Any, argument: Any) -> Any:
        """Return the items of a group, or of one of several alternatives."""
        if code is codes.BRANCH:
            return argument[1][self._pick(len(argument[1]))]
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
