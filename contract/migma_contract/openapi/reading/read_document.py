"""Reads a document from bytes: JSON, YAML, or a page in Markdown that contains one of them.

What it is is decided by its content, since names and media types are often wrong. JSON, the built-in contract among it,
needs nothing but the parser of strict JSON.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import PurePath
from typing import Any

from migma_contract.errors import ContractError, Place, Problem
from migma_contract.strict_json import parse

_YAML_SUFFIXES = frozenset({".yaml", ".yml"})
_HTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_HTML_BEGIN = 5000
"""Characters of a page in which its first element is searched, after comments and the like."""
_HTML_TITLE = re.compile(r"<title[^>]*>\s*([^<]{1,200}?)\s*</title>", re.IGNORECASE)


class ReadDocument:
    """A document as plain values, and where each of them is.

    Args:
        root: The value of the document.
        raw: The document as JSON: as it came, if that is what came.
        find_places: Finds the place of each JSON pointer; called when the first place is asked for.

    Attributes:
        root: As above.
        raw: As above.
    """

    def __init__(self, root: Any, raw: bytes, find_places: Callable[[], Mapping[str, Place]]) -> None:
        self.root = root
        self.raw = raw
        self._find_places = find_places

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        return self._find_places()

    def place(self, pointer: str) -> Place:
        """Return the place of a JSON pointer, or of the nearest one above it."""
        while pointer and pointer not in self._places:
            pointer = pointer.rpartition("/")[0]
        return self._places.get(pointer, Place(1, 1))


def read_document(raw: bytes, source: str) -> ReadDocument:
    """Read a document.

    Args:
        raw: The content of a file or of a response.
        source: Its name, for messages.

    Raises:
        ContractError: It is none of the formats, or has mistakes; with their places.
    """
    if raw.startswith(b"{"):
        parsed = parse(raw)
        if not parsed.defects:
            return ReadDocument(parsed.value, raw, lambda: _json_places(raw.decode()))
    from migma_contract.openapi.reading.document_text import decode
    from migma_contract.openapi.reading.markdown_page import document_of_page, is_page

    text = decode(raw, source)
    if text.lstrip().startswith("<"):
        _refuse_html(text, source)
    if not _is_json(text) and is_page(text, source):
        text = document_of_page(text, source)
    return _read_json(text, source) if _is_json(text) else _read_yaml(text, source)


def _is_json(text: str) -> bool:
    """True for a text that is JSON or nothing, or would be JSON without its comments."""
    begin = text.lstrip()[:1]
    return not begin or begin in "{[/"


def _read_json(text: str, source: str) -> ReadDocument:
    data = text.encode()
    parsed = parse(data, quotes=True)
    if not parsed.defects:
        return ReadDocument(parsed.value, data, lambda: _json_places(text))
    # YAML has objects in braces too, with comments, and without quotes.
    if PurePath(source.partition("?")[0]).suffix.lower() in _YAML_SUFFIXES and text.strip():
        return _read_yaml(text, source)
    problems = parsed.problems(source)
    if parsed.readable:
        places = _json_places(text)
        problems = [problem._replace(place=places.get(problem.pointer)) for problem in problems]
    raise ContractError(problems)


def _read_yaml(text: str, source: str) -> ReadDocument:
    from migma_contract.openapi.reading.yaml_document import parse_yaml

    root = parse_yaml(text, source)

    def find_places() -> Mapping[str, Place]:
        places: dict[str, Place] = {}
        parse_yaml(text, source, places)
        return places

    return ReadDocument(root, json.dumps(root, ensure_ascii=False, indent=2).encode(), find_places)


def _json_places(text: str) -> Mapping[str, Place]:
    from migma_contract.openapi.reading.json_places import json_places

    return json_places(text)


def _refuse_html(text: str, source: str) -> None:
    if not _HTML.search(text, 0, _HTML_BEGIN):
        return
    title = _HTML_TITLE.search(text)
    got = "a web page (HTML)" + (f", titled “{' '.join(title[1].split())}”" if title else "")
    hint = "Name the document itself: documentation sites offer it for download, often as openapi.json or openapi.yaml."
    raise ContractError([Problem(source, "", "an OpenAPI document in JSON, YAML or Markdown", got)], hint)
