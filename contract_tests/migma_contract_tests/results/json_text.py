"""Work on JSON text: indentation that keeps digits as they were sent, and escapes for what is hidden."""

import json
import re
from collections.abc import Iterator

from migma_contract.ci_commands import in_json, without_commands
from migma_contract.safe_text import one_line

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = 2


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
