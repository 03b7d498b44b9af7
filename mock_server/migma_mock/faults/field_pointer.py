"""Field: where in a success envelope a drift fault works."""

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


def _is_place(text: str) -> str:
    if text.startswith("/") and not _POINTER.fullmatch(text):
        raise PydanticCustomError("pointer", "a JSON pointer, or the name of a member of data")
    return text


MemberName = Annotated[Text, Field(min_length=1, max_length=128)]
"""The name of a member of an object."""

FieldPlace = Annotated[Text, Field(min_length=1, max_length=256), AfterValidator(_is_place)]
"""The name of a member of ``data``, or (from ``/`` on) a JSON pointer into the body."""


def path(place: str) -> list[str]:
    """The reference tokens from the body to the member."""
    return tokens(place) if place.startswith("/") else ["data", place]


def owner(envelope: dict[str, Any], place: str) -> MutableMapping[str, Any] | None:
    """The object that has the member; None where there is no such member."""
    *above, name = path(place)
    try:
        found = lookup(envelope, pointer(*above))
    except (LookupError, TypeError, ValueError):
        return None
    return found if isinstance(found, dict) and name in found else None


def undeclared(place: str, contract: Contract) -> Iterator[ContractMismatch]:
    """Says if the contract has no such member, since then it is a slip of the pen.

    Members of the envelope and of ``data`` are looked at; what is deeper has no list in :class:`Contract`.
    """
    *above, name = path(place)
    known = {(): contract.envelope, ("data",): contract.stats}.get(tuple(above))
    if known is not None and name not in known.properties:
        of = "data" if above else "the envelope"
        yield ContractMismatch("field", f"a member of {of} ({', '.join(known.properties)})", describe_json(name))
