"""The field of a success envelope that a drift fault changes."""

import re
from collections.abc import Iterator, MutableMapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi import Contract
from migma_contract.strict_json import describe_json
from migma_mock.faults.base import ContractMismatch, Text

_POINTER = re.compile(r"(/([^/~]|~[01])*)+")


def _require_pointer(text: str) -> str:
    if text.startswith("/") and not _POINTER.fullmatch(text):
        raise PydanticCustomError("pointer", "a JSON pointer, or the name of a field of data")
    return text


FieldName = Annotated[Text, Field(min_length=1, max_length=128)]
"""The name of a field of an object."""

FieldPointer = Annotated[Text, Field(min_length=1, max_length=256), AfterValidator(_require_pointer)]
"""The name of a field of ``data``, or (if it starts with ``/``) a JSON pointer into the body."""


def field_path(field: str) -> list[str]:
    """Return the path of names from the body to the field."""
    return tokens(field) if field.startswith("/") else ["data", field]


def find_parent(envelope: dict[str, Any], field: str) -> MutableMapping[str, Any] | None:
    """Return the object that has the field, or None if no object has it."""
    *above, name = field_path(field)
    try:
        parent = lookup(envelope, pointer(*above))
    except (LookupError, TypeError, ValueError):
        return None
    return parent if isinstance(parent, dict) and name in parent else None


def undeclared_field(field: str, contract: Contract) -> Iterator[ContractMismatch]:
    """Yield a mismatch if the contract declares no such field: it is probably misspelt.

    Only fields of the envelope and of ``data`` are checked: :class:`Contract` lists no others.
    """
    *above, name = field_path(field)
    known = {(): contract.envelope, ("data",): contract.stats}.get(tuple(above))
    if known is not None and name not in known.properties:
        parent = "data" if above else "the envelope"
        yield ContractMismatch("field", f"a field of {parent} ({', '.join(known.properties)})", describe_json(name))
