"""Faults of drift: a success that departs from the contract in one respect, as APIs do when they change.

They befall only replies that carry stats and have what they change, and they leave all else as it was.
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
from migma_mock.faults.field_pointer import FieldPlace, MemberName, owner, path, undeclared
from migma_mock.faults.kinds.error_response import StatusWithBody
from migma_mock.faults.rewriting import mark, success_envelope, with_envelope
from migma_mock.messages.reply import Reply, encode

_FIELD = "A member of data by its name, or any member by its JSON pointer (/success)."
_MAX_VALUE_BYTES = 64 * 1024


class _EnvelopeFault(FaultSpec):
    """Changes the parsed envelope."""

    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS
    befalls_all: ClassVar[bool] = False

    def change(self, reply: Reply, contract: Contract, _roll: float) -> Reply | None:
        """The reply with the envelope changed; None where it carries no stats, or not what is changed."""
        envelope = success_envelope(reply)
        if envelope is None or not self._edit(envelope, contract):
            return None
        return with_envelope(reply, envelope)

    @abstractmethod
    def _edit(self, envelope: dict[str, Any], contract: Contract, /) -> bool:
        """Change the envelope in place, and say whether there was something to change."""


class _FieldFault(_EnvelopeFault):
    """Changes one member that is there."""

    field: FieldPlace = Field(default="totalDelivered", description=_FIELD)

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """A member that the contract does not have."""
        return undeclared(self.field, contract)

    def _edit(self, envelope: dict[str, Any], _contract: Contract) -> bool:
        members = owner(envelope, self.field)
        return members is not None and self._edit_member(members, path(self.field)[-1])

    @abstractmethod
    def _edit_member(self, members: MutableMapping[str, Any], name: str, /) -> bool:
        """Change the member of that name, and say whether that could be."""


class DropField(_FieldFault):
    """A member of the stats, or of the envelope, is missing."""

    seen: ClassVar[str] = "Python: KeyError, or None from get(); JavaScript: undefined, and NaN further on"
    example: ClassVar[dict[str, Any]] = {"kind": "drop-field", "field": "totalDelivered"}

    kind: Literal[FaultKind.DROP_FIELD] = FaultKind.DROP_FIELD

    def _edit_member(self, members: MutableMapping[str, Any], name: str) -> bool:
        del members[name]
        return True


class RenameField(_FieldFault):
    """A member goes by another name, at the same place with the same value."""

    seen: ClassVar[str] = "as drop-field, beside a member that no one reads"
    example: ClassVar[dict[str, Any]] = {"kind": "rename-field", "field": "openRate", "to": "open_rate"}

    kind: Literal[FaultKind.RENAME_FIELD] = FaultKind.RENAME_FIELD
    field: FieldPlace = Field(default="openRate", description=_FIELD)
    to: MemberName = Field(description="The new name.")

    @model_validator(mode="after")
    def _is_renamed(self) -> Self:
        if self.to == path(self.field)[-1]:
            raise PydanticCustomError("same", "another name in 'to' than in 'field'")
        return self

    def _edit_member(self, members: MutableMapping[str, Any], name: str) -> bool:
        if self.to in members:
            return False
        renamed = {self.to if each == name else each: value for each, value in members.items()}
        members.clear()
        members.update(renamed)
        return True


class RetypeField(_FieldFault):
    """A member is of another JSON type: a time becomes Unix milliseconds, other text a list, all else its text."""

    seen: ClassVar[str] = "Python: TypeError where it is used; JavaScript: '0.2' + 1 is '0.21'"
    example: ClassVar[dict[str, Any]] = {"kind": "retype-field", "field": "openRate"}

    kind: Literal[FaultKind.RETYPE_FIELD] = FaultKind.RETYPE_FIELD
    field: FieldPlace = Field(default="openRate", description=_FIELD)

    def _edit_member(self, members: MutableMapping[str, Any], name: str) -> bool:
        value = members[name]
        if value is None:
            return False
        members[name] = _retyped(value)
        return True


class NullField(_FieldFault):
    """A member of the stats, or of the envelope, is null."""

    seen: ClassVar[str] = "Python: None, and TypeError where it is used; JavaScript: null, which counts as 0"
    example: ClassVar[dict[str, Any]] = {"kind": "null-field", "field": "lastUpdated"}

    kind: Literal[FaultKind.NULL_FIELD] = FaultKind.NULL_FIELD

    def _edit_member(self, members: MutableMapping[str, Any], name: str) -> bool:
        was, members[name] = members[name], None
        return was is not None


def _can_be_sent(value: Any) -> Any:
    try:
        encoded = encode({"value": value})
    except (TypeError, ValueError, RecursionError) as error:
        raise PydanticCustomError("json", "a value that JSON can carry") from error
    if len(encoded) > _MAX_VALUE_BYTES:
        raise PydanticCustomError("size", f"a value of at most {_MAX_VALUE_BYTES} bytes")
    read = parse(encoded)
    if read.defects:
        raise PydanticCustomError("depth", f"a value of fewer than {MAX_DEPTH} levels of nesting")
    # In Python a tuple, or a key that is a number, would arrive as something else.
    if read.value["value"] != value:
        raise PydanticCustomError("json", "a value that JSON can carry")
    return value


class UnknownField(_EnvelopeFault):
    """The stats have a member that the contract does not have."""

    seen: ClassVar[str] = "nothing, unless the client refuses members that it does not know"
    example: ClassVar[dict[str, Any]] = {"kind": "unknown-field", "name": "spamReports", "value": 3}

    kind: Literal[FaultKind.UNKNOWN_FIELD] = FaultKind.UNKNOWN_FIELD
    name: MemberName = Field(default="spamReports", description="The name of the new member of data.")
    value: Annotated[Any, AfterValidator(_can_be_sent)] = Field(default=0, description="Its value, any JSON.")

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """A name that the contract has."""
        if self.name in contract.stats.properties:
            yield ContractMismatch("name", "a name that the contract's stats do not have", describe_json(self.name))

    def _edit(self, envelope: dict[str, Any], contract: Contract) -> bool:
        if self.name in envelope["data"] or any(self.contract_mismatches(contract)):
            return False
        envelope["data"][self.name] = self.value
        return True


class PercentRates(_EnvelopeFault):
    """Rates are percentages and not fractions: valid by the schema, and wrong a hundredfold."""

    seen: ClassVar[str] = "nothing: an open rate of 4,120 % where the client multiplies"
    example: ClassVar[dict[str, Any]] = {"kind": "percent-rates"}

    kind: Literal[FaultKind.PERCENT_RATES] = FaultKind.PERCENT_RATES

    def _edit(self, envelope: dict[str, Any], _contract: Contract) -> bool:
        rates = {name: number(envelope["data"], name) for name in RATES}
        percentages = {name: _times_hundred(rate) for name, rate in rates.items() if rate}
        envelope["data"].update(percentages)
        return bool(percentages)


class UndocumentedStatus(FaultSpec):
    """A success under a status that the contract does not have; body and all else as they were."""

    seen: ClassVar[str] = "httpx: is_success, yet not 200; fetch: ok is true, yet status is not 200"
    example: ClassVar[dict[str, Any]] = {"kind": "undocumented-status", "status": 202}
    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS

    kind: Literal[FaultKind.UNDOCUMENTED_STATUS] = FaultKind.UNDOCUMENTED_STATUS
    status: StatusWithBody = Field(default=202, description="HTTP status.")

    def contract_mismatches(self, contract: Contract) -> Iterator[ContractMismatch]:
        """A status that the contract has."""
        if contract.operation.response(self.status) is not None:
            known = ", ".join(contract.operation.responses)
            yield ContractMismatch(
                "status", f"a status that the contract does not have (it has {known})", str(self.status)
            )

    def change(self, reply: Reply, contract: Contract, _roll: float) -> Reply | None:
        """The reply under the other status; None where it carries no stats, or the status is documented."""
        if success_envelope(reply) is None or any(self.contract_mismatches(contract)):
            return None
        return replace(reply, status=self.status).with_headers(*mark(self.status, contract))


def _retyped(value: Any) -> Any:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    time = parse_rfc3339(value)
    return [value] if time is None else round(time.timestamp() * 1000)


def _times_hundred(rate: float) -> float:
    # In decimals, as a person would: 0.29 becomes 29.0, and not 28.999999999999996.
    return float(Decimal(repr(rate)) * 100)
