"""Campaigns that a test adds, as documents."""

from typing import Any

_TITLE_LENGTH = 120


def campaign_document(campaign_id: str, **answer: object) -> dict[str, Any]:
    """Return a campaign as a fixture file has it; ``answer`` is its ``stats``, ``reply``, ``growth`` or ``script``."""
    return {"id": campaign_id, "title": campaign_id[:_TITLE_LENGTH], "description": "Added by a test.", **answer}
