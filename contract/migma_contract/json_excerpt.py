"""Show what is at the place where a text stops being JSON."""

import re

from migma_contract.redaction import mask

_SECRET = re.compile("key|token|secret|password|credential|authorization|bearer|cookie", re.IGNORECASE)
"""Words beside which a key of any form may be."""
_SHOWN = 20
"""Characters that are shown."""
_AROUND = 500
"""Characters on each side of the place that must have no API key; a key that is cut would not be recognized."""


def near(text: str, at: int) -> str:
    """Return what follows a place of a text, for a message: ``, near ',,'``; "" if a key may be there."""
    around = text[max(at - _AROUND, 0) : at + _AROUND]
    if mask(around) != around or _SECRET.search(around):
        return ""
    line = text[at : at + _AROUND].strip().partition("\n")[0].rstrip()
    if not line:
        return ", where the text ends" if not text[at:].strip() else ""
    return f", near {line[:_SHOWN] + '…' * (len(line) > _SHOWN)!r}"
