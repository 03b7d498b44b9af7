"""The closed list of faults as one union, and as a table for people."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import BaseModel, Field, ValidationError

from migma_contract.errors import Problem
from migma_contract.json_pointer import lookup, pointer, tokens
from migma_contract.openapi import Contract
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.base import FaultKind, FaultSpec
from migma_mock.faults.kinds.body import EmptyBody, InvalidJson, WrongContentType
from migma_mock.faults.kinds.connection import Reset, ResetMidBody, Truncate, WrongContentLength
from migma_mock.faults.kinds.drift import (
    DropField,
    NullField,
    PercentRates,
    RenameField,
    RetypeField,
    UndocumentedStatus,
    UnknownField,
)
from migma_mock.faults.kinds.error_response import Html, Status
from migma_mock.faults.kinds.latency import Delay, Drip, Timeout
from migma_mock.input_models import model_problems

_Union = (
    Status
    | Html
    | Delay
    | Timeout
    | Drip
    | Reset
    | ResetMidBody
    | Truncate
    | WrongContentLength
    | WrongContentType
    | EmptyBody
    | InvalidJson
    | DropField
    | RenameField
    | RetypeField
    | NullField
    | UnknownField
    | PercentRates
    | UndocumentedStatus
)

AnyFaultSpec = Annotated[_Union, Field(discriminator="kind")]
"""Any fault, told apart by its ``kind``."""


class Entry(NamedTuple):
    """One line of the list.

    Attributes:
        kind: As JSON has it.
        sentence: What it does.
        seen: What httpx and Node's fetch make of it.
        example: As JSON, to copy.
        spec: The model.
    """

    kind: FaultKind
    sentence: str
    seen: str
    example: Mapping[str, Any]
    spec: type[FaultSpec]


def _entry(spec: type[FaultSpec]) -> Entry:
    sentence = (spec.__doc__ or "").partition("\n")[0]
    return Entry(spec.model_fields["kind"].default, sentence, spec.seen, spec.example, spec)


FAULTS: Mapping[str, Entry] = {entry.kind.value: entry for entry in map(_entry, get_args(_Union))}
"""Every fault by its kind: connection, body and answer first, drift last."""


def parse_fault(document: Any, source: str, contract: Contract) -> FaultSpec | list[Problem]:
    """A fault from parsed JSON, or everything that is wrong with it.

    Args:
        document: As users write it, ``{"kind": "status", "status": 503, "times": 2}``.
        source: Where it came from, for messages.
        contract: That the fault is to break, or to leave whole.
    """
    if not isinstance(document, dict):
        return [Problem(source, "", "an object", describe_json(document))]
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in FAULTS:
        return [_unknown_kind(source, "", document)]
    try:
        spec = FAULTS[kind].spec.model_validate(document)
    except ValidationError as error:
        return list(model_problems(error, source, FAULTS[kind].spec))
    contract_mismatches = [
        Problem(source, pointer(member), expected, got) for member, expected, got in spec.contract_mismatches(contract)
    ]
    return contract_mismatches or spec


def fault_problems(
    error: ValidationError, source: str, document: Any, model: type[BaseModel] | None = None
) -> Iterator[Problem]:
    """Return the problems that pydantic found in a document with faults in it; see :func:`model_problems`."""
    for item, problem in zip(error.errors(include_url=False), model_problems(error, source, model), strict=True):
        where = _without_tags(problem.pointer, document)
        match item["type"]:
            case "union_tag_invalid" | "union_tag_not_found":
                yield _unknown_kind(source, where, item["input"])
            case "model_attributes_type":
                yield Problem(source, where, "an object", problem.got)
            case _:
                yield problem._replace(pointer=where)


def _unknown_kind(source: str, where: str, document: Mapping[str, Any]) -> Problem:
    kind = document.get("kind")
    meant = did_you_mean(kind, FAULTS) if isinstance(kind, str) else ""
    got = describe_json(kind) if "kind" in document else "no such member"
    return Problem(source, f"{where}/kind", f"one of {', '.join(FAULTS)}", f"{got}{meant}")


def _without_tags(where: str, document: Any) -> str:
    # Of a union told apart by `kind`, pydantic puts the kind into the place, where the document has no such step.
    node, kept, tag = document, list[str](), None
    for token in tokens(where):
        if token == tag:
            tag = None
            continue
        kept.append(token)
        node = _step(node, token)
        tag = node.get("kind") if isinstance(node, dict) else None
    return pointer(*kept)


def _step(node: Any, token: str) -> Any:
    try:
        return lookup(node, pointer(token))
    except (LookupError, TypeError, ValueError):
        return None
