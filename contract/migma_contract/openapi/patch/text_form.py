"""The form of a text that was seen, as a schema: other digits and letters in the same places."""

import re
from datetime import date

from migma_contract.openapi.patch.inferred_schema import Schema

_RUNS = re.compile("([0-9]+)|([A-Z]+)|([a-z]+)|(.)", re.DOTALL)
_CLASSES = ("[0-9]", "[A-Z]", "[a-z]")
_SPECIAL = frozenset(r"\^$.|?*+()[]{}/")
_MAX_LENGTH = 200


def text_form(text: str) -> Schema:
    """Return a schema of texts of the same form: a date, no text at all, or a pattern.

    A long text has no form worth to be described; then the schema allows it alone.
    """
    if _is_date(text):
        return {"format": "date"}
    if not text:
        return {"maxLength": 0}
    if len(text) > _MAX_LENGTH:
        return {"enum": [text]}
    return {"pattern": f"^{''.join(map(_pattern, _RUNS.finditer(text)))}$"}


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _pattern(run: re.Match[str]) -> str:
    kind = (run.lastindex or 0) - 1
    if kind < len(_CLASSES):
        return f"{_CLASSES[kind]}{{{len(run[0])}}}"
    return f"\\{run[0]}" if run[0] in _SPECIAL else run[0]
