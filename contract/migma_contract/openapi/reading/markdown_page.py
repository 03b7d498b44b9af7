"""Pages in Markdown with an OpenAPI document in a fenced code block, as documentation sites export them."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import NamedTuple

from migma_contract.errors import ContractError, Place, Problem

_SUFFIXES = frozenset({".md", ".mdx", ".markdown"})
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})(?P<info>[^\r\n]*)")
_TOP_LEVEL_FENCE = re.compile(r"^ {0,3}(?:`{3}|~{3})", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_TITLE = re.compile(r"""^(?:\{\s*)?[ \t]*["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_TOP_LEVEL_TITLE = re.compile(r"""^["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_PATHS = re.compile(r"""^[ \t]*["']?(?:paths|webhooks|components)["']?[ \t]*:""", re.MULTILINE)


class _Block(NamedTuple):
    """A fenced code block: the line of its fence, from 1, and where its content begins and ends in the page."""

    line: int
    begin: int
    end: int


def is_page(text: str, source: str) -> bool:
    """True for a page in Markdown, by its name, or since it has a code block before it could be a document."""
    title = _TOP_LEVEL_TITLE.search(text)
    # The fences in the descriptions of a YAML document are indented further.
    if _TOP_LEVEL_FENCE.search(text, 0, title.start() if title else len(text)):
        return True
    return title is None and PurePath(source.partition("?")[0]).suffix.lower() in _SUFFIXES


def document_of_page(text: str, source: str) -> str:
    """Return the OpenAPI document of a page, with as many empty lines before it as lines are before it in the page.

    So each line of the document keeps its number, and its columns.

    Raises:
        ContractError: No code block is an OpenAPI document, or several are.
    """
    blocks = [block for block in _blocks(text) if _TITLE.search(text, block.begin, block.end)]
    complete = [block for block in blocks if _PATHS.search(text, block.begin, block.end)]
    found = complete or blocks
    if len(found) == 1:
        (block,) = found
        return "\n" * block.line + text[block.begin : block.end]
    lines = " and ".join(str(block.line) for block in found[:5])
    got = f"{len(found)}, at the lines {lines}" if found else "none"
    place = Place(found[1].line, 1) if found else None
    raise ContractError([Problem(source, "", "a page with one code block that is an OpenAPI document", got, "", place)])


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the fenced code blocks of a page (CommonMark, section 4.5); one without an end goes to the end."""
    opened: tuple[str, int, int] | None = None
    for number, match in enumerate(_LINE.finditer(text), start=1):
        fence = _FENCE.match(match[0])
        if fence is None:
            continue
        mark, info = fence["fence"], fence["info"].strip()
        if opened is None:
            if not (mark[0] == "`" and "`" in info):
                opened = mark, number, match.end()
        elif mark.startswith(opened[0]) and not info:
            yield _Block(opened[1], opened[2], match.start())
            opened = None
    if opened is not None:
        yield _Block(opened[1], opened[2], len(text))
