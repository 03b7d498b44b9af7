"""The text of a YAML document before libyaml reads it, and what libyaml says about it."""

import re
from typing import Any

import yaml  # type: ignore[import-untyped]

from migma_contract.errors import ContractError, Place, Problem

_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# libyaml takes them for line breaks, as YAML 1.1 does; in YAML 1.2 they are characters like others.
_NOT_BREAKS = "\x85\u2028\u2029"


def require_printable(text: str, source: str) -> None:
    """Refuse a text with characters that YAML does not have.

    Raises:
        ContractError: With the place of the first one.
    """
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        offset = forbidden.start()
        begin = text.rfind("\n", 0, offset) + 1
        at = Place(text.count("\n", 0, offset) + 1, offset - begin + 1)
        got = f"the control character U+{ord(forbidden[0]):04X}"
        raise ContractError([Problem(source, "", "printable characters", got, place=at)])


def placeholders(text: str) -> dict[int, str]:
    """Return other characters, which the text does not have, for those that libyaml takes for line breaks."""
    present = [char for char in _NOT_BREAKS if char in text]
    unused = (char for char in map(chr, range(0xE000, 0xF8FF)) if char not in text) if present else iter(())
    return {ord(char): other for char, other in zip(present, unused, strict=False)}


def syntax_problem(error: yaml.MarkedYAMLError, source: str, text: str) -> Problem:
    """Return the problem that libyaml found."""
    mark = error.problem_mark or error.context_mark
    at = place_of(mark)
    what = str(error.problem or error.context)
    if "cannot start any token" in what:
        char = text[mark.index : mark.index + 1]
        what = "a tab, where only spaces indent" if char == "\t" else f"a value that begins with {char!r} needs quotes"
    if error.context and error.context_mark and place_of(error.context_mark) != at:
        what = f"{what}, {error.context} that begins at line {error.context_mark.line + 1}"
    return Problem(source, "", "valid YAML", what, f"not valid YAML at line {at.line}, column {at.column}: {what}")


def place_of(mark: Any) -> Place:
    """Return the place of a mark of libyaml, which counts from 0."""
    return Place(mark.line + 1, mark.column + 1)
