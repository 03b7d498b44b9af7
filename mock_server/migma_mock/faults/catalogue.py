"""The closed list of faults: as a union for parsing, and as a table for people."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError, PydanticKnownError

from migma_contract.errors import Problem
from migma_contract.openapi import Contract
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.base import FaultSpec
from migma_mock.faults.kinds import body, connection, drift, float_counts, latency, set_field, status
from migma_mock.input_models import model_problems

_Union = (
    status.Status
    | status.Html
    | latency.Delay
    | latency.Timeout
    | latency.Drip
    | connection.Reset
    | connection.ResetMidBody
    | connection.Truncate
    | connection.WrongContentLength
    | body.WrongContentType
    | body.EmptyBody
    | body.InvalidJson
    | body.Body
    | set_field.SetField
    | float_counts.FloatCounts
    | drift.DropField
    | drift.RenameField
    | drift.RetypeField
    | drift.NullField
    | drift.UnknownField
    | drift.PercentRates
    | status.UndocumentedStatus
)

FAULTS: Mapping[str, type[FaultSpec]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(_Union)
}
"""Every fault by its kind, the drift faults last."""


def _validate_as_its_kind(document: Any, _validate: object) -> FaultSpec:
    # pydantic's own validator of the union would put the kind into the places of problems.
    if not isinstance(document, dict):
        raise PydanticKnownError("dict_type")
    kind = document.get("kind")
    if isinstance(kind, str) and kind in FAULTS:
        return FAULTS[kind].model_validate(document)
    got = describe_json(kind).encode(errors="replace").decode() if "kind" in document else "no kind"
    hint = did_you_mean(kind, FAULTS) if isinstance(kind, str) else ""
    words = {"kinds": ", ".join(FAULTS), "got": got + hint}
    error = PydanticCustomError("kind", "one of {kinds}, got {got}", words)
    raise ValidationError.from_exception_data("fault", [{"type": error, "loc": ("kind",), "input": kind}])


AnyFaultSpec = Annotated[_Union, Field(discriminator="kind"), WrapValidator(_validate_as_its_kind)]
"""Any fault; its ``kind`` says which."""

_ANY_FAULT_SPEC = TypeAdapter[FaultSpec](AnyFaultSpec)


def parse_fault(document: Any, source: str, contract: Contract) -> FaultSpec | list[Problem]:
    """Return a fault from parsed JSON, or every problem with it.

    Args:
        document: A fault as users write it: ``{"kind": "status", "status": 503, "times": 2}``.
        source: The name of the document, for messages.
        contract: The contract that decides which fields and statuses exist.
    """
    try:
        spec = _ANY_FAULT_SPEC.validate_python(document)
    except ValidationError as error:
        model = FAULTS.get(str(document.get("kind"))) if isinstance(document, dict) else None
        return list(model_problems(error, source, model))
    return [problem._replace(file=source) for problem in spec.contract_problems(contract)] or spec
