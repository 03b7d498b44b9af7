"""Drift faults: a success that violates the contract in one way, as an API does when it changes.

They apply only to replies that carry stats and have what they change, and they leave everything else unchanged.
"""

import json
from abc import abstractmethod
from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_contract.stats import RATES, number
from migma_contract.strict_json import MAX_DEPTH, describe_json, parse
from migma_contract.timestamps import parse_rfc3339
from migma_mock.faults.base import AppliesTo, ContractMismatch, FaultKind, FaultSpec
from migma_mock.faults.field_pointer import FieldName, FieldPointer, field_path, find_parent, undeclared_field
from migma_mock.faults.kinds.error_response import StatusWithBody
from migma_mock.faults.rewriting import success_envelope, undocumented_headers
from migma_mock.messages.reply import Reply, encode

_FIELD = "The name of a field of data, or the JSON pointer of any field (/success)."
_MAX_VALUE_BYTES = 64 * 1024


class _EnvelopeFault(FaultSpec):
    """A fault that changes the parsed envelope."""

    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS
    applies_to_all: ClassVar[bool] = False

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the changed envelope; None if it carries no stats, or has nothing to change."""
        envelope = success_envelope(reply)
        if envelope is None or not self._edit(envelope, contract):
            return None
        return reply.replace_body(encode(envelope))

    @abstractmethod
    def _edit(self, envelope: dict[str, Any], contract: Contract, /) -> bool:
        """Change the envelope in place; False if there is nothing to change."""


class _FieldFault(_EnvelopeFault):
    """A fault that changes one existing field."""

    field: FieldPointer = Field(default="totalDelivered", description=_FIELD)

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """Yield a field that the contract does not declare."""
        return undeclared_field(self.field, contract)

    def _edit(self, envelope: dict[str, Any], _contract: Contract) -> bool:
        parent = find_parent(envelope, self.field)
        return parent is not None and self._edit_field(parent, field_path(self.field)[-1])

    @abstractmethod
    def _edit_field(self, parent: MutableMapping[str, Any], name: str, /) -> bool:
        """Change the field of that name in its parent object; False if there is nothing to change."""


class DropField(_FieldFault):
    """A field of the stats, or of the envelope, is missing."""

    client_sees: ClassVar[str] = "Python: KeyError, or None from get(); JavaScript: undefined, and NaN further on"
    example: ClassVar[dict[str, Any]] = {"kind": "drop-field", "field": "totalDelivered"}

    kind: Literal[FaultKind.DROP_FIELD] = FaultKind.DROP_FIELD

    def _edit_field(self, parent: MutableMapping[str, Any], name: str) -> bool:
        del parent[name]
        return True


class RenameField(_FieldFault):
    """A field has another name, at the same position with the same value."""

    client_sees: ClassVar[str] = "as drop-field; the new name is ignored"
    example: ClassVar[dict[str, Any]] = {"kind": "rename-field", "field": "openRate", "to": "open_rate"}

    kind: Literal[FaultKind.RENAME_FIELD] = FaultKind.RENAME_FIELD
    field: FieldPointer = Field(default="openRate", description=_FIELD)
    to: FieldName = Field(description="The new name of the field.")

    @model_validator(mode="after")
    def _require_other_name(self) -> Self:
        if self.to == field_path(self.field)[-1]:
            raise PydanticCustomError("same", "another name in 'to' than in 'field'")
        return self

    def _edit_field(self, parent: MutableMapping[str, Any], name: str) -> bool:
        if self.to in parent:
            return False
        renamed = {self.to if each == name else each: value for each, value in parent.items()}
        parent.clear()
        parent.update(renamed)
        return True


class RetypeField(_FieldFault):
    """A field has another JSON type: a time is Unix milliseconds, other text a list, any other value its text."""

    client_sees: ClassVar[str] = "Python: TypeError where it is used; JavaScript: '0.2' + 1 is '0.21'"
    example: ClassVar[dict[str, Any]] = {"kind": "retype-field", "field": "openRate"}

    kind: Literal[FaultKind.RETYPE_FIELD] = FaultKind.RETYPE_FIELD
    field: FieldPointer = Field(default="openRate", description=_FIELD)

    def _edit_field(self, parent: MutableMapping[str, Any], name: str) -> bool:
        value = parent[name]
        if value is None:
            return False
        parent[name] = _retyped(value)
        return True


class NullField(_FieldFault):
    """A field of the stats, or of the envelope, is null."""

    client_sees: ClassVar[str] = "Python: None, and TypeError where it is used; JavaScript: null, which counts as 0"
    example: ClassVar[dict[str, Any]] = {"kind": "null-field", "field": "lastUpdated"}

    kind: Literal[FaultKind.NULL_FIELD] = FaultKind.NULL_FIELD

    def _edit_field(self, parent: MutableMapping[str, Any], name: str) -> bool:
        before, parent[name] = parent[name], None
        return before is not None


def _require_json(value: Any) -> Any:
    try:
        encoded = encode({"value": value})
    except (TypeError, ValueError, RecursionError) as error:
        raise PydanticCustomError("json", "a value that JSON can carry") from error
    if len(encoded) > _MAX_VALUE_BYTES:
        raise PydanticCustomError("size", f"a value of at most {_MAX_VALUE_BYTES} bytes")
    read = parse(encoded)
    if read.defects:
        raise PydanticCustomError("depth", f"a value of fewer than {MAX_DEPTH} levels of nesting")
    # A tuple, or a key that is a number, would become something else in JSON.
    if read.value["value"] != value:
        raise PydanticCustomError("json", "a value that JSON can carry")
    return value


class UnknownField(_EnvelopeFault):
    """The stats have a field that the contract does not declare."""

    client_sees: ClassVar[str] = "nothing, unless the client refuses unknown fields"
    example: ClassVar[dict[str, Any]] = {"kind": "unknown-field", "name": "spamReports", "value": 3}

    kind: Literal[FaultKind.UNKNOWN_FIELD] = FaultKind.UNKNOWN_FIELD
    name: FieldName = Field(default="spamReports", description="The name of the new field of data.")
    value: Annotated[Any, AfterValidator(_require_json)] = Field(default=0, description="Its value, any JSON.")

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """Yield a name that the contract declares."""
        if self.name in contract.stats.properties:
            yield ContractMismatch("name", "a name that the contract does not declare", describe_json(self.name))

    def _edit(self, envelope: dict[str, Any], contract: Contract) -> bool:
        if self.name in envelope["data"] or any(self.contract_mismatches(contract)):
            return False
        envelope["data"][self.name] = self.value
        return True


class PercentRates(_EnvelopeFault):
    """Rates are percentages instead of fractions: valid by the schema, and 100 times too large."""

    client_sees: ClassVar[str] = "nothing: an open rate of 4,120 % where the client multiplies"
    example: ClassVar[dict[str, Any]] = {"kind": "percent-rates"}

    kind: Literal[FaultKind.PERCENT_RATES] = FaultKind.PERCENT_RATES

    def _edit(self, envelope: dict[str, Any], _contract: Contract) -> bool:
        rates = {name: number(envelope["data"], name) for name in RATES}
        percentages = {name: _times_hundred(rate) for name, rate in rates.items() if rate}
        envelope["data"].update(percentages)
        return bool(percentages)


class UndocumentedStatus(FaultSpec):
    """A success has a status that the contract does not document; its body is unchanged."""

    client_sees: ClassVar[str] = "httpx: is_success, yet not 200; fetch: ok is true, yet status is not 200"
    example: ClassVar[dict[str, Any]] = {"kind": "undocumented-status", "status": 202}
    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS

    kind: Literal[FaultKind.UNDOCUMENTED_STATUS] = FaultKind.UNDOCUMENTED_STATUS
    status: StatusWithBody = Field(default=202, description="HTTP status.")

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """Yield a status that the contract documents."""
        if contract.operation.response(self.status) is not None:
            known = ", ".join(contract.operation.responses)
            yield ContractMismatch(
                "status", f"a status that the contract does not document (it documents {known})", str(self.status)
            )

    def change(self, reply: Reply, contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the other status; None if it carries no stats, or the status is documented."""
        if success_envelope(reply) is None or any(self.contract_mismatches(contract)):
            return None
        return replace(reply, status=self.status).with_headers(*undocumented_headers(self.status, contract))


def _retyped(value: Any) -> Any:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    time = parse_rfc3339(value)
    return [value] if time is None else round(time.timestamp() * 1000)


def _times_hundred(rate: float) -> float:
    # Decimal arithmetic: 0.29 becomes 29.0 and not 28.999999999999996.
    return float(Decimal(repr(rate)) * 100)
