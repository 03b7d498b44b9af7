"""Deprecation: announcements that a part will go, and how long it stays."""

from datetime import UTC, date, datetime

from migma_contract.openapi.diff.change_rule import info
from migma_contract.openapi.diff.node import Node

DEPRECATED = info(
    "deprecated",
    "A part of the API becomes deprecated.",
    "It still works; clients should stop using it, before its sunset if a date is given.",
    'before: {}\nafter:  {"deprecated": true, "x-sunset": "2027-01-01"}',
)
NOT_DEPRECATED = info(
    "not-deprecated",
    "A part of the API is not deprecated any more.",
    "Clients may go on using it.",
    'before: {"deprecated": true}\nafter:  {}',
)
SUNSET = info(
    "sunset-changed",
    "The date at which a deprecated part of the API goes changed.",
    "Clients have another time to stop using it.",
    'before: {"x-sunset": "2027-01-01"}\nafter:  {"x-sunset": "2026-12-01"}',
)

RULES = (DEPRECATED, NOT_DEPRECATED, SUNSET)


def sunset(node: Node) -> str:
    """Return the date in ``x-sunset``, as it is written; "" without."""
    value = node.get("x-sunset", (str, dict))
    if isinstance(value, dict):
        value = value.get("date")
    return value if isinstance(value, str) else ""


def is_over(node: Node) -> bool:
    """True if a deprecated part had a sunset date, and that is past."""
    try:
        day = date.fromisoformat(sunset(node)[:10])
    except ValueError:
        return False
    return node.get("deprecated") is True and day <= datetime.now(UTC).date()


def deprecation_text(node: Node | None) -> str:
    """Return the clause that says that a part is deprecated now, and until when it stays; for None that it is not."""
    if node is None:
        return "{place} is not deprecated any more"
    until = sunset(node)
    return f"{{place}} is deprecated{f'; it goes on {until}' if until else ''}"
