"""Escape text from a server for Markdown that GitHub renders.

Markup is escaped. GitHub turns mentions, references and bare links into links after rendering, whatever
was escaped, so a word joiner (invisible, without width) separates the characters that would start one.
"""

import re

from migma_contract.safe_text import block, one_line

_SPECIAL = re.compile(
    r"(?P<pipe>\|)|(?P<markup>[\\`*_{}\[\]<>~&$])"
    r"|(?P<live>[@#]|:(?=//)|\bwww(?=\.)|\bgh(?=-)|\b(?:mailto|xmpp)(?=:))",
    re.IGNORECASE,
)
_WORD_JOINER = "\N{WORD JOINER}"


def prose(text: str, limit: int | None = None) -> str:
    """Return the text on one line, safe in a paragraph, a list or a table cell."""
    return _SPECIAL.sub(_escaped, one_line(text, limit))


def _escaped(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "pipe":
            return "&#124;"  # after a backslash even an escaped pipe would end a table cell
        case "markup":
            return f"\\{match[0]}"
        case _:
            return f"{match[0]}{_WORD_JOINER}"


def code(text: str, limit: int | None = None) -> str:
    """Return the text on one line as a code span, or as prose if a span cannot contain it."""
    shown = one_line(text, limit)
    return prose(shown) if not shown.strip() or re.search(r"[`|\\]", shown) else f"`{shown}`"


def fence(text: str, language: str = "text") -> str:
    """Return the text as a code block, with a fence longer than any in it."""
    shown = block(text)
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{ticks}{language}\n{shown}\n{ticks}"
