"""Show a response body to people: JSON indented, with a note if it is cut or not UTF-8."""

from typing import NamedTuple

from migma_contract.strict_json import parse
from migma_contract_tests.results.json_text import indent
from migma_contract_tests.results.records import BODY_LIMIT, BodyRecord


class BodyView(NamedTuple):
    """A body as text, and what a reader should know about it ("" if it is complete)."""

    text: str
    note: str
    is_json: bool


def body_view(body: BodyRecord, limit: int = BODY_LIMIT) -> BodyView:
    """Return at most ``limit`` bytes of a body, with JSON indented; its tokens stay as they were sent."""
    shown = body.shortened(limit)
    is_complete = not shown.truncated and shown.encoding == "utf-8"
    is_json = is_complete and parse(shown.text.encode()).readable
    text = indent(shown.text) if is_json else shown.text
    if len(text) > 2 * limit:
        text = shown.text  # indentation can multiply the size of a body that was made for it
    return BodyView(text, _note(shown), is_json)


def _note(body: BodyRecord) -> str:
    notes = []
    if body.truncated:
        notes.append(f"cut: the body has {body.size:,} bytes")
    if body.encoding == "replaced":
        notes.append("not UTF-8: \N{REPLACEMENT CHARACTER} stands for invalid bytes")
    return "; ".join(notes)
