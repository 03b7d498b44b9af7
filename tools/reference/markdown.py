"""Markdown helpers for the generated pages."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = "<!-- Generated from the code by `python -m tools.reference`. Do not edit. -->"
"""The first line of every generated page."""


def page(title: str, introduction: str, *parts: str) -> str:
    """Return a page."""
    return "\n\n".join([NOTE, f"# {title}", introduction, *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown and may have bars and newlines."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|").strip()


def code(value: object) -> str:
    """Return a value as inline code."""
    text = str(value)
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def as_json(value: Any) -> str:
    """Return a value as JSON in inline code."""
    return code(json.dumps(value, ensure_ascii=False))


def block(language: str, text: str) -> str:
    """Return a code block whose fence is longer than any fence in the text."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def plain(text: str) -> str:
    """Escape text for Markdown, except code in backticks."""
    pieces = re.split(r"(`+[^`]+`+)", text)
    pieces[::2] = [re.sub(r"([*_])", r"\\\1", piece).replace("<", "&lt;") for piece in pieces[::2]]
    return "".join(pieces)


def prose(docstring: str | None) -> str:
    """Return a docstring as Markdown: double backticks become single ones, roles become names."""
    text = re.sub(r":[a-z]+:`~?([^`]+)`", r"`\1`", docstring or "")
    return plain(re.sub(r"``([^`]+)``", r"`\1`", text).strip())
