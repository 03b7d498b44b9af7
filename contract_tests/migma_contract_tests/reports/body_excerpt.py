"""A response body as text for a report: whole where it is short, cut and said so where it is long."""

import codecs
from typing import Literal, NamedTuple

from migma_contract.exchange import Exchange
from migma_contract_tests.reports.json_text import indent

LIMIT = 64 * 1024
"""Bytes of a body that a report holds; the longest documented answer has about 500."""


class Excerpt(NamedTuple):
    """What of a body is shown.

    Attributes:
        text: The body, or its beginning.
        encoding: ``utf-8``; or ``replaced`` where bytes that are not UTF-8 became U+FFFD.
        truncated: Whether the body is longer than what is shown.
        size: Bytes of the whole body.
    """

    text: str
    encoding: Literal["utf-8", "replaced"]
    truncated: bool
    size: int

    @property
    def note(self) -> str:
        """What to know about the text, in words; "" when it is the whole body, as sent."""
        notes = []
        if self.truncated:
            notes.append(f"cut: the body has {self.size:,} bytes")
        if self.encoding == "replaced":
            notes.append("not UTF-8: wrong bytes are shown as \N{REPLACEMENT CHARACTER}")
        return "; ".join(notes)


def excerpt(exchange: Exchange, limit: int = LIMIT) -> Excerpt:
    """The body's first ``limit`` bytes as text."""
    head, size = exchange.body[:limit], len(exchange.body)
    truncated = size > limit
    try:
        # Not final where it is cut: half a character at the cut is left out instead of called wrong.
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=not truncated)
    except UnicodeDecodeError:
        return Excerpt(head.decode("utf-8", "replace"), "replaced", truncated, size)
    return Excerpt(text, "utf-8", truncated, size)


def readable(exchange: Exchange, limit: int = LIMIT) -> Excerpt:
    """As :func:`excerpt`, with JSON laid out in lines; its tokens stay as they were sent."""
    shown = excerpt(exchange, limit)
    if shown.truncated or shown.encoding == "replaced" or not exchange.json.readable:
        return shown
    text = indent(shown.text)
    # Indentation multiplies the size of a body made for that; such a one is shown as it came.
    return shown._replace(text=text) if len(text) <= 2 * limit else shown
