"""Work on JSON text: line numbers, indentation that keeps digits as they were sent, and escapes for what is hidden."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from migma_contract.ci_commands import in_json, without_commands
from migma_contract.json_pointer import escape
from migma_contract.safe_text import one_line
from migma_contract.strict_json import parse

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = 2


@dataclass(slots=True)
class _Container:
    """An open object or array: its pointer, and the next place in it."""

    pointer: str
    is_object: bool
    index: int = 0
    key: str | None = None

    def child(self) -> str:
        return f"{self.pointer}/{self.index if self.key is None else escape(self.key)}"


def line_numbers(text: str) -> dict[str, int]:
    """Return the line, from 1, on which each member or element starts, by JSON pointer (RFC 6901).

    Args:
        text: Valid JSON.
    """
    lines = {"": 1}
    open_containers: list[_Container] = []
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        part = match.group()
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        inner = open_containers[-1] if open_containers else None
        if part in "}]":
            open_containers.pop()
        elif inner and part == ",":
            inner.index, inner.key = inner.index + 1, None
        elif inner and inner.is_object and inner.key is None:
            inner.key = str(parse(part.encode()).value)
            lines[inner.child()] = line
        elif part != ":":
            here = inner.child() if inner else ""
            lines.setdefault(here, line)
            if part in "{[":
                open_containers.append(_Container(here, is_object=part == "{"))
    return lines


def indent(text: str) -> str:
    """Indent JSON text and keep every token exactly as it was: digits, escapes, repeated keys.

    Args:
        text: Valid JSON.
    """
    return "".join(_indented([match.group() for match in _TOKEN.finditer(text)]))


def printable_json(text: str) -> str:
    """Return JSON text with escapes for invisible characters and in what a CI system would take for a command.

    Args:
        text: Valid JSON; the result is the same JSON.
    """
    return without_commands(text.translate(_VISIBLE), in_json)


class _Visible(dict[int, str]):
    """Translation table, filled on demand."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = shown = char if one_line(char) == char else json.dumps(char)[1:-1]
        return shown


# Valid JSON has these between its tokens only.
_VISIBLE = _Visible({0x09: "\t", 0x0A: "\n", 0x0D: " "})


def _indented(parts: list[str]) -> Iterator[str]:
    depth = 0
    for before, part in zip(["", *parts], parts, strict=False):
        closes = part in "}]"
        if closes:
            depth -= 1
        empty = before in {"{", "["} and closes
        if (before in {"{", "[", ","} or closes) and not empty:
            yield "\n" + " " * (_STEP * depth)
        if part in "{[":
            depth += 1
        yield ": " if part == ":" else part
