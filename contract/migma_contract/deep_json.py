"""Read JSON that is nested more deeply than Python's parser can follow: what is too deep is left out."""

import json
import re
from typing import Any

MAX_DEPTH = 64
"""Most objects and lists within each other whose values are read."""

_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A bracket, or a text, which may have brackets in it; always up to its end, so that a search is linear."""


def load_any_depth(text: str, **options: Any) -> Any:
    """Return the value of a JSON document; if it is too deep for Python, without its deepest values.

    Args:
        text: The document.
        options: Of ``json.loads``.

    Raises:
        JSONDecodeError: It is not JSON.
    """
    try:
        return json.loads(text, **options)
    except RecursionError:
        return json.loads(_shallow(text), **options)


def _shallow(text: str) -> str:
    """Return a document without values within more than MAX_DEPTH objects and lists, but for one in place of each."""
    parts, level, start = list[str](), 0, 0
    for token in _BRACKET.finditer(text):
        if token[0] in "[{":
            level += 1
            if level == MAX_DEPTH + 1:
                parts += [text[start : token.end()], "0" if token[0] == "[" else '"":0']
        elif token[0] in "]}":
            if level == MAX_DEPTH + 1:
                start = token.start()
            level -= 1
    return "".join([*parts, text[start:] if level <= MAX_DEPTH else ""])
