"""The closed list of faults: as a union for parsing, and as a table for people."""

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
"""Any fault; its ``kind`` says which."""


class CatalogueEntry(NamedTuple):
    """One fault of the closed list, described for people.

    Attributes:
        kind: The kind, as JSON has it.
        sentence: A sentence about its effect.
        client_sees: The effect on a client that uses httpx or Node's fetch.
        example: An example as JSON, to copy.
        spec: The model.
    """

    kind: FaultKind
    sentence: str
    client_sees: str
    example: Mapping[str, Any]
    spec: type[FaultSpec]


def _entry(spec: type[FaultSpec]) -> CatalogueEntry:
    sentence = (spec.__doc__ or "").partition("\n")[0]
    return CatalogueEntry(spec.model_fields["kind"].default, sentence, spec.client_sees, spec.example, spec)


FAULTS: Mapping[str, CatalogueEntry] = {entry.kind.value: entry for entry in map(_entry, get_args(_Union))}
"""Every fault by its kind, the drift faults last."""


def parse_fault(document: Any, source: str, contract: Contract) -> FaultSpec | list[Problem]:
    """Return a fault from parsed JSON, or every problem with it.

    Args:
        document: A fault as users write it: ``{"kind": "status", "status": 503, "times": 2}``.
        source: The name of the document, for messages.
        contract: The contract that decides which fields and statuses exist.
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
    problems = [
        Problem(source, pointer(field), expected, got) for field, expected, got in spec.contract_mismatches(contract)
    ]
    return problems or spec


def fault_problems(
    error: ValidationError, source: str, document: Any, model: type[BaseModel] | None = None
) -> Iterator[Problem]:
    """Return the problems that pydantic found in a document with faults in it; see :func:`model_problems`."""
    for item, problem in zip(error.errors(include_url=False), model_problems(error, source, model), strict=True):
        where = _without_tags(problem.pointer, document)
        if item["type"] in ("union_tag_invalid", "union_tag_not_found"):
            yield _unknown_kind(source, where, item["input"])
        else:
            yield problem._replace(pointer=where)


def _unknown_kind(source: str, where: str, document: Mapping[str, Any]) -> Problem:
    kind = document.get("kind")
    hint = did_you_mean(kind, FAULTS) if isinstance(kind, str) else ""
    got = describe_json(kind) if "kind" in document else "no kind"
    return Problem(source, f"{where}/kind", f"one of {', '.join(FAULTS)}", f"{got}{hint}")


def _without_tags(where: str, document: Any) -> str:
    # pydantic puts the kind of a fault into the path, where the document has no such level.
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
