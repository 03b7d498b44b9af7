"""Tells which of the listed values of a schema its other keywords allow."""

import json
from typing import Any

from migma_contract.openapi.diff.schemas.shape import Shape, matches


def allowed_values(shape: Shape) -> frozenset[str] | None:
    """Return the values of ``enum`` and ``const`` that the other keywords allow; None if no values are listed."""
    if shape.values is None or not (shape.facts or shape.is_integer):
        return shape.values
    return frozenset(text for text in shape.values if fits(shape, text))


def fits(shape: Shape, text: str) -> bool:
    """True if the keywords of a shape for numbers and texts allow a value, which is a JSON text."""
    value = json.loads(text)
    if shape.type == "number":
        return _fits_number(shape, value)
    if shape.type == "string":
        return _fits_string(shape, value)
    return True


def _fits_number(shape: Shape, value: float) -> bool:
    low, high = (_fact(shape, name, (value, 0)) for name in ("low", "high"))
    if shape.is_integer and value != int(value):
        return False
    return bool((value, 0) >= low and (value, 0) <= high) and all(
        value % number == 0 for number in _fact(shape, "multipleOf", ()) if isinstance(number, int) and number > 0
    )


def _fits_string(shape: Shape, value: str) -> bool:
    if not _fact(shape, "minLength", 0) <= len(value) <= _fact(shape, "maxLength", len(value)):
        return False
    return all(matches(str(pattern), value) for pattern in _fact(shape, "pattern", ()))


def _fact(shape: Shape, name: str, otherwise: Any) -> Any:
    fact = shape.facts.get(name)
    return otherwise if fact is None else fact.value
