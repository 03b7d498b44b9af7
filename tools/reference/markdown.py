"""Pieces of Markdown that the generated pages share."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = "<!-- Generated from the code by `python -m tools.reference`: change it there. -->"
"""What every generated page begins with."""


def page(title: str, introduction: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([NOTE, f"# {title}", introduction, *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown, and may hold bars and newlines."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|").strip()


def code(value: object) -> str:
    """Text as code, in a line."""
    text = str(value)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def as_json(value: Any) -> str:
    """A value as JSON, as code in a line."""
    return code(json.dumps(value, ensure_ascii=False))


def block(language: str, text: str) -> str:
    """A code block; its fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def plain(text: str) -> str:
    """Text that Markdown is to show as it is; what stands in backticks stays code."""
    pieces = re.split(r"(`+[^`]+`+)", text)
    pieces[::2] = [re.sub(r"([*_])", r"\\\1", piece).replace("<", "&lt;") for piece in pieces[::2]]
    return "".join(pieces)


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: reStructuredText's double backticks become single ones, roles become names."""
    text = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", docstring or "")
    return plain(re.sub(r"``([^`]+)``", r"`\1`", text).strip())
