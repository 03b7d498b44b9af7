"""Text that came from a server, in Markdown that GitHub renders: shown, and never obeyed.

Markup is escaped. Mentions, references and bare links are made by GitHub after rendering, whatever was
escaped, so a word joiner (invisible, of no width) comes between the characters that would start one.
"""

import re

from migma_contract_tests.reports.safe_text import block, one_line

_SPECIAL = re.compile(
    r"(?P<pipe>\|)|(?P<markup>[\\`*_{}\[\]<>~&$])"
    r"|(?P<live>[@#]|:(?=//)|\bwww(?=\.)|\bgh(?=-)|\b(?:mailto|xmpp)(?=:))",
    re.IGNORECASE,
)
_WORD_JOINER = "\N{WORD JOINER}"


def prose(text: str, limit: int | None = None) -> str:
    """The text on one line, safe within a paragraph, a list or a table cell."""
    return _SPECIAL.sub(_tamed, one_line(text, limit))


def _tamed(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "pipe":
            return "&#124;"  # after a backslash even an escaped pipe would end a table cell
        case "markup":
            return f"\\{match[0]}"
        case _:
            return f"{match[0]}{_WORD_JOINER}"


def code(text: str, limit: int | None = None) -> str:
    """The text on one line as a code span, for table cells too; prose where a span cannot hold it."""
    shown = one_line(text, limit)
    return prose(shown) if not shown.strip() or re.search(r"[`|\\]", shown) else f"`{shown}`"


def fence(text: str, language: str = "text") -> str:
    """The text as a code block, with a fence longer than any in it."""
    shown = block(text)
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{ticks}{language}\n{shown}\n{ticks}"
