"""Fields of a JSON body, as faults name and fill them."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, WrapValidator
from pydantic_core import PydanticCustomError

from migma_contract.deep_json import MAX_DEPTH
from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.strict_json import parse
from migma_mock.messages.reply import encode

_POINTER = re.compile(r"(/([^/~]|~[01])*)+")
MAX_VALUE_BYTES = 64 * 1024


def _require_pointer(text: str) -> str:
    if text.startswith("/") and not _POINTER.fullmatch(text):
        raise PydanticCustomError("pointer", "a JSON pointer, or the name of a field of data")
    return text


def _require_json(value: Any) -> Any:
    try:
        encoded = encode({"value": value})
    except (TypeError, ValueError, RecursionError) as error:
        raise PydanticCustomError("json", "a value that JSON can carry") from error
    if len(encoded) > MAX_VALUE_BYTES:
        raise PydanticCustomError("size", f"a value of at most {MAX_VALUE_BYTES} bytes")
    # A tuple, or a key that is a number, would become something else in JSON; too many levels have no value.
    if parse(encoded).value != {"value": value}:
        raise PydanticCustomError("json", f"a value that JSON can carry, of fewer than {MAX_DEPTH} levels of nesting")
    return value


FieldName = Annotated[str, Field(min_length=1, max_length=128)]
"""The name of a field of an object."""

FieldPointer = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_require_pointer)]
"""The name of a field of ``data``, or (if it starts with ``/``) a JSON pointer into the body."""

_FieldList = Annotated[list[FieldPointer], Field(min_length=1, max_length=50)]
_STRICT = ConfigDict(strict=True)
_ONE, _SEVERAL = TypeAdapter[str](FieldPointer, config=_STRICT), TypeAdapter[list[str]](_FieldList, config=_STRICT)


def _validate_names(value: Any, _validate: object) -> str | list[str]:
    # pydantic's own validator of the union would report the problems of both, with their types as places.
    return _SEVERAL.validate_python(value) if isinstance(value, list) else _ONE.validate_python(value)


FieldNames = Annotated[FieldPointer | _FieldList, WrapValidator(_validate_names)]
"""One such field, or several."""

JsonValue = Annotated[Any, AfterValidator(_require_json)]
"""Any value of JSON that is not too large."""


def path_of(field: str) -> list[str]:
    """Return the path of names from the body to a field."""
    return tokens(field) if field.startswith("/") else ["data", field]


def parent_in(body: Any, path: list[str]) -> Any:
    """Return the value in a body that has the last name of a path as its field; None if there is none."""
    try:
        return lookup(body, pointer(*path[:-1]))
    except (LookupError, TypeError, ValueError):
        return None
