"""Placeholders that stand for a value of the user in examples and messages, and are pasted as they are."""

import re

_BRACKETS = r"<[\w -]*>|\{[\w -]*\}|\[[\w -]*\]|\$\w+|…|\.{3,}|x{3,}|X{3,}"
_WORDS = r"(?:(?:YOUR|MY)_)?(?:API_?KEY|KEY|TOKEN|SECRET|(?:CAMPAIGN_?)?IDS?|CAMPAIGN)"
_PLACEHOLDER = re.compile(rf"{_BRACKETS}|{_WORDS}|your[-_]?(?:api[-_]?key|key|token|campaign[-_]?id|id)(?:[-_]here)?")


def is_placeholder(text: str) -> bool:
    """True if a text is not a value, but stands for one: ``YOUR_API_KEY``, ``CAMPAIGN_ID``, ``<id>``, ``…``."""
    return _PLACEHOLDER.fullmatch(text) is not None
