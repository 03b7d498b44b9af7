"""Change members in the text of a JSON document; everything else stays as it is written."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from migma_contract.json_pointer import escape, tokens
from migma_contract.openapi.patch.operation import Operation
from migma_contract.safe_text import one_line

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NOT_ASCII = re.compile("[^\x00-\x7e]")
_MARGIN = re.compile(r"[ \t]*")


class _Member(NamedTuple):
    """The place of a member in the text: its key (or itself, in an array), and its value."""

    start: int
    value: int
    end: int


class _Edit(NamedTuple):
    """New text in place of a part of the text."""

    start: int
    end: int
    new: str


def changed_text(text: str, operations: Sequence[Operation]) -> str:
    """Return the text of a JSON document with operations carried out.

    New lines are indented as those around them; a member of an object on one line is written on that line.

    Args:
        text: Valid JSON in which no object has a key twice.
        operations: What changes; none is within what another one replaces.
    """
    # From the last to the first, so that none moves what another one changes.
    for start, end, new in sorted(_edits(text, operations), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _edits(text: str, operations: Sequence[Operation]) -> list[_Edit]:
    members, style = _members(text), _Style(text)
    edits: list[_Edit] = []
    added: dict[str, list[Operation]] = {}
    removed: dict[str, list[Operation]] = {}
    for each in operations:
        parent = each.path.rpartition("/")[0]
        if each.op == "replace":
            at = members[each.path]
            # A long line of a minified document, or a short list in a row, stays one line.
            is_flat = "\n" not in text[at.value : at.end] and isinstance(each.old, dict | list) and bool(each.old)
            edits.append(_Edit(at.value, at.end, style.value(each.value, style.margin(at.start), is_flat=is_flat)))
        else:
            (added if each.op == "add" else removed).setdefault(parent, []).append(each)
    for parent in added.keys() | removed.keys():
        gone = {each.path for each in removed.get(parent, [])}
        own = {path: each for path, each in members.items() if path.rpartition("/")[0] == parent and path != parent}
        edits += _in_object(members[parent], own, gone, added.get(parent, []), style)
    return edits


def _in_object(
    around: _Member, own: Mapping[str, _Member], gone: set[str], added: Sequence[Operation], style: "_Style"
) -> list[_Edit]:
    """Return the edits that remove and add members of one object.

    Args:
        around: The object.
        own: Its members, in their order.
        gone: Which of them are removed.
        added: The new ones.
        style: The style of the text.
    """
    paths = list(own)
    kept = [path for path in paths if path not in gone]
    if not kept:
        value = {tokens(each.path)[-1]: each.value for each in added}
        return [_Edit(around.value, around.end, style.value(value, style.margin(around.start)))]
    edits: list[_Edit] = []
    for path in gone:
        index = paths.index(path)
        if any(each in kept for each in paths[:index]):  # with the comma before it
            edits.append(_Edit(own[paths[index - 1]].end, own[path].end, ""))
        else:
            edits.append(_Edit(own[path].start, own[paths[index + 1]].start, ""))
    if added:
        last = own[kept[-1]]
        edits.append(_Edit(last.end, last.end, style.members(added, around, last)))
    return edits


class _Style:
    """The style of a text: its line ends, its indentation, and if it has other characters than ASCII."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        indented = re.search(r"\n([ \t]+)\S", text)
        self._indent = indented[1] if indented else "  "
        self._is_dense = '":' in text and not re.search(r'":\s', text)
        self._is_ascii = text.isascii()

    def margin(self, at: int) -> str:
        """Return the white space that the line of an offset begins with."""
        match = _MARGIN.match(self._text, self._text.rfind("\n", 0, at) + 1)
        return match[0] if match else ""

    def value(self, value: Any, margin: str, *, is_flat: bool = False) -> str:
        """Return a value as text whose lines but the first begin with a margin."""
        if is_flat or "\n" not in self._text:
            return self._json(value, separators=(",", ":") if self._is_dense else (", ", ": "))
        return self._json(value, indent=self._indent).replace("\n", f"{self._newline}{margin}")

    def members(self, added: Sequence[Operation], around: _Member, last: _Member) -> str:
        """Return new members of an object as text that follows its last one."""
        margin = self.margin(last.start)
        is_flat = "\n" not in self._text[around.value : last.start]
        colon, space = (":", "") if self._is_dense else (": ", " ")
        gap = f",{space}" if is_flat else f",{self._newline}{margin}"
        names = (self._json(tokens(each.path)[-1]) for each in added)
        values = (self.value(each.value, margin, is_flat=is_flat) for each in added)
        return "".join(f"{gap}{name}{colon}{value}" for name, value in zip(names, values, strict=True))

    def _json(self, value: Any, **layout: Any) -> str:
        """Return a value as JSON, with escapes for what nobody would see."""
        text = json.dumps(value, ensure_ascii=self._is_ascii, **layout)
        return _NOT_ASCII.sub(lambda char: char[0] if one_line(char[0]) == char[0] else json.dumps(char[0])[1:-1], text)


class _Open(NamedTuple):
    """An object or array whose end has not been read yet."""

    pointer: str
    is_object: bool
    start: int
    value: int


def _members(text: str) -> dict[str, _Member]:
    """Return where each member and item is, by JSON pointer, outermost first and in their order."""
    members: dict[str, _Member] = {}
    around: list[_Open] = []
    key: str | None = None
    indices: list[int] = []
    start = index = 0
    for match in _TOKEN.finditer(text):
        part, at = match.group(), match.start()
        inner = around[-1] if around else None
        if part in "}]":
            done = around.pop()
            members[done.pointer] = _Member(done.start, done.value, match.end())
            index = indices.pop()
        elif part == ",":
            index, key = index + 1, None
        elif inner and inner.is_object and key is None:
            key, start = json.loads(part), at
        elif part != ":":
            if inner is None or not inner.is_object:
                start = at
            name = escape(key) if key is not None else str(index)
            pointer = f"{inner.pointer}/{name}" if inner else ""
            members[pointer] = _Member(start, at, match.end())  # of a container: its beginning, for the order
            if part in "{[":
                around.append(_Open(pointer, part == "{", start, at))
                indices.append(index)
                index, key = 0, None
    return members
