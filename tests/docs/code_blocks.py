"""The code blocks of the documentation, and what an HTML comment before one says about running it.

``<!-- not run: REASON -->`` leaves a block out. ``<!-- file: NAME -->`` writes it to a file first.
``<!-- first: COMMAND -->`` runs a command before it, which readers need not see.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
HAND_WRITTEN = [path for path in SOURCES if path.parent.name != "reference"]

_SAID = re.compile(r"<!--\s*(not run|file|first):\s*(.*?)\s*-->", re.DOTALL)


class Block(NamedTuple):
    """A fenced block.

    Attributes:
        place: ``docs/faults.md:12``.
        language: After its fence.
        text: In it.
        said: What the comments before it say, by their keyword.
    """

    place: str
    language: str
    text: str
    said: dict[str, str]


def blocks(path: Path) -> list[Block]:
    """All of a page, in order."""
    return list(_blocks(path))


def _blocks(path: Path) -> Iterator[Block]:
    comment = ""
    for token in MarkdownIt("commonmark").parse(path.read_text("utf-8")):
        if token.type == "html_block":
            comment += token.content
        else:
            if token.type == "fence":
                place = f"{path.relative_to(ROOT)}:{token.map[0] + 1}"
                yield Block(place, token.info.strip(), token.content, dict(_SAID.findall(comment)))
            comment = ""


class Step(NamedTuple):
    """A command of a ``console`` block with the output that the page shows; None where it shows none."""

    place: str
    command: str
    shown: str | None


def steps(block: Block) -> list[Step]:
    """The commands of a console block: lines that begin with ``$ ``, continued by lines that begin with ``> ``."""
    found = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        count = 1 + next((i for i, line in enumerate(lines[1:]) if not line.startswith("> ")), len(lines) - 1)
        command = "\n".join([lines[0], *(line[2:] for line in lines[1:count])])
        shown = "\n".join(lines[count:]).strip("\n")
        found.append(Step(block.place, command, shown or None))
    return found


def difference(shown: str, got: str) -> str:
    """Return why an output is not as shown; "" if it is.

    A line ``…`` stands for any lines, and ``…`` in a line for any text. Durations are all alike.
    """
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in _lines(shown)
    )
    if re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(got))):
        return ""
    return f"shown:\n{shown}\n\ngot:\n{got}"


def _lines(text: str) -> list[str]:
    text = re.sub(r"\b\d+\.\d+ (m?s)\b", r"0.00 \1", text)
    return [line.rstrip() for line in text.strip("\n").split("\n")]
