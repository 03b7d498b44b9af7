"""The server's own words in a response that refuses or fails: an error message, or the title of a page."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from migma_contract.exchange import Exchange
from migma_contract.rules import expectations

_LIMIT = 200
_SCANNED = 64 * 1024
"""Bytes of a page that are searched; a title is at its beginning."""

_NAMES = (
    *("error", "title", "message", "detail", "error_description", "description", "reason", "msg"),
    *("errors", "fault", "faultstring"),
)
"""Names under which APIs and gateways put a message; the contract's first. Upper case is ignored."""

# Bounded repetitions, so that no page takes longer than its length.
_TITLES = tuple(
    re.compile(rf"<{tag}(?:\s[^<>]{{0,300}})?>\s{{0,300}}([^<]{{1,1000}})", re.IGNORECASE)
    for tag in ("title", "h1", "message", "code")
)
_ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_CHALLENGE = re.compile(r'error_description="([^"]{1,1000})"', re.IGNORECASE)


def server_message(exchange: Exchange) -> str:
    """Return the server's message in a response that refuses or fails, cleaned; "" if there is none.

    It is the ``error`` of the envelope, what other APIs and gateways have in its place (problem details, ``message``),
    the title of a page, or a plain text. A response with stats has none.
    """
    if exchange.failure is not None or exchange.status is None or _is_accepted(exchange):
        return ""
    body = exchange.body[:_SCANNED].decode("utf-8", "replace")
    if exchange.json.readable:
        texts = list(dict.fromkeys(filter(None, map(_clean, _messages(exchange.json.value)))))
        message = ": ".join(texts[:2])
    elif "<" in body:
        message = page_title(exchange)
    else:
        is_text = not {"\0", "{"} & set(body[:_LIMIT])  # and neither binary nor broken JSON
        message = _clean(body) if is_text else ""
    return clean_line(message or _challenge(exchange))


def page_title(exchange: Exchange) -> str:
    """Return the title of an HTML page, or the message of an XML document, cleaned; "" if it has none."""
    body = exchange.body[:_SCANNED].decode("utf-8", "replace")
    found = (match for title in _TITLES if (match := title.search(body)) is not None)
    return clean_line(next(filter(None, (_clean(html.unescape(match[1])) for match in found)), ""))


def _is_accepted(exchange: Exchange) -> bool:
    """True if the response is a success by its status and by its envelope."""
    if not expectations.is_success(exchange) or not exchange.json.readable:
        return expectations.is_success(exchange) and not exchange.body
    envelope = exchange.json.value
    return not isinstance(envelope, Mapping) or envelope.get("success") is not False


def _messages(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the texts in the fields that carry a message, in the order of _NAMES."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and depth:
        yield from _messages(value[0], depth)
    elif isinstance(value, Mapping) and depth < 3:
        fields = {str(name).lower(): field for name, field in value.items()}
        for name in _NAMES:
            yield from _messages(fields.get(name), depth + 1)


def _challenge(exchange: Exchange) -> str:
    found = _CHALLENGE.search((exchange.header("www-authenticate") or "")[:_SCANNED])
    return _clean(found[1]) if found else ""


def _clean(text: str) -> str:
    """Return the text on one line, without characters that are invisible or control a terminal."""
    plain = _ESCAPE_SEQUENCE.sub("", text[: 10 * _LIMIT])
    shown = (char for char in plain if char.isspace() or unicodedata.category(char)[0] != "C")
    return " ".join("".join(shown).split())


def clean_line(text: str, limit: int = _LIMIT) -> str:
    """Return a text of the server on one line, without invisible characters, cut to a number of characters."""
    line = _clean(text)
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"
