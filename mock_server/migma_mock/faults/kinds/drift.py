"""Drift faults: a success that violates the contract in one way, as an API does when it changes.

They apply only to replies that carry stats and have what they change, and they leave everything else unchanged.
"""

import json
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract
from migma_contract.stats import RATES, number, with_rates_in
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_contract.timestamps import parse_rfc3339
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.faults.kinds.fields import FieldName, FieldNames, FieldPointer, JsonValue, parent_in, path_of
from migma_mock.messages.reply import Reply, encode

_FIELD = "The name of a field of data, or the JSON pointer of any field (/success)."
_FIELDS = f"{_FIELD} Or a list of them."


class _EnvelopeFault(FaultSpec):
    """A fault that changes the parsed envelope."""

    applies_to: ClassVar[AppliesTo] = AppliesTo.STATS
    applies_to_all: ClassVar[bool] = False

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the changed envelope; None if it carries no stats, or has nothing to change."""
        envelope = reply.success_envelope()
        if envelope is None or not self._edit(envelope):
            return None
        return reply.replace_body(encode(envelope))

    @abstractmethod
    def _edit(self, envelope: dict[str, Any], /) -> bool:
        """Change the envelope in place; False if there is nothing to change."""


class _FieldFault(_EnvelopeFault):
    """A fault that changes existing fields: one, or each of a list."""

    field: FieldNames = Field(default="totalDelivered", description=_FIELDS)

    @property
    def _fields(self) -> list[tuple[str, str]]:
        """The fields, each with its JSON pointer in the fault."""
        if isinstance(self.field, str):
            return [(self.field, "/field")]
        return [(field, pointer("field", index)) for index, field in enumerate(self.field)]

    def contract_problems(self, contract: Contract) -> Iterator[Problem]:
        """Yield a field of the envelope or of ``data`` that the contract does not declare: it is probably misspelt."""
        for field, at in self._fields:
            *above, name = path_of(field)
            known = {(): contract.envelope, ("data",): contract.stats}.get(tuple(above))
            if known is not None and name not in known.properties:
                parent = "data" if above else "the envelope"
                expected = f"a field of {parent} ({', '.join(known.properties)})"
                yield Problem("", at, expected, f"{describe_json(name)}{did_you_mean(name, known.properties)}")

    def _edit(self, envelope: dict[str, Any]) -> bool:
        edited = [self._edit_one(envelope, path_of(field)) for field, _ in self._fields]
        return any(edited)

    def _edit_one(self, envelope: dict[str, Any], path: list[str]) -> bool:
        parent = parent_in(envelope, path)
        return isinstance(parent, dict) and path[-1] in parent and self._edit_field(parent, path[-1])

    @abstractmethod
    def _edit_field(self, parent: dict[str, Any], name: str, /) -> bool:
        """Change the field of that name in its parent object; False if there is nothing to change."""


class DropField(_FieldFault):
    """A field of the stats, or of the envelope, is missing."""

    client_sees: ClassVar[str] = "Python: KeyError, or None from get(); JavaScript: undefined, and NaN further on"
    example: ClassVar[dict[str, Any]] = {"kind": "drop-field", "field": "totalDelivered"}

    kind: Literal["drop-field"]

    def _edit_field(self, parent: dict[str, Any], name: str) -> bool:
        del parent[name]
        return True


class RenameField(_FieldFault):
    """A field has another name, at the same position with the same value."""

    client_sees: ClassVar[str] = "as drop-field; the new name is ignored"
    example: ClassVar[dict[str, Any]] = {"kind": "rename-field", "field": "openRate", "to": "open_rate"}

    kind: Literal["rename-field"]
    field: FieldPointer = Field(default="openRate", description=_FIELD)
    to: FieldName = Field(description="The new name of the field.")

    @model_validator(mode="after")
    def _require_other_name(self) -> Self:
        if self.to == path_of(self.field)[-1]:
            raise PydanticCustomError("same", "another name in 'to' than in 'field'")
        return self

    def _edit_field(self, parent: dict[str, Any], name: str) -> bool:
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

    kind: Literal["retype-field"]
    field: FieldNames = Field(default="openRate", description=_FIELDS)

    def _edit_field(self, parent: dict[str, Any], name: str) -> bool:
        before, parent[name] = parent[name], _retyped(parent[name])
        return before is not None


class NullField(_FieldFault):
    """A field of the stats, or of the envelope, is null."""

    client_sees: ClassVar[str] = "Python: None, and TypeError where it is used; JavaScript: null, which counts as 0"
    example: ClassVar[dict[str, Any]] = {"kind": "null-field", "field": "lastUpdated"}

    kind: Literal["null-field"]

    def _edit_field(self, parent: dict[str, Any], name: str) -> bool:
        before, parent[name] = parent[name], None
        return before is not None


class UnknownField(_EnvelopeFault):
    """The stats have a field that the contract does not declare."""

    client_sees: ClassVar[str] = "nothing, unless the client refuses unknown fields"
    example: ClassVar[dict[str, Any]] = {"kind": "unknown-field", "name": "spamReports", "value": 3}

    kind: Literal["unknown-field"]
    name: FieldName = Field(default="spamReports", description="The name of the new field of data.")
    value: JsonValue = Field(default=0, description="Its value, any JSON.")

    def contract_problems(self, contract: Contract) -> Iterator[Problem]:
        """Yield a name that the contract declares."""
        if self.name in contract.stats.properties:
            yield Problem("", "/name", "a name that the contract does not declare", describe_json(self.name))

    def _edit(self, envelope: dict[str, Any]) -> bool:
        if self.name in envelope["data"]:
            return False
        envelope["data"][self.name] = self.value
        return True


class PercentRates(_EnvelopeFault):
    """Rates are percentages instead of fractions: valid by the schema, and 100 times too large.

    It is refused if the mock serves percentages anyway (``--rates percent``).
    """

    client_sees: ClassVar[str] = "nothing: an open rate of 4,120 % where the client multiplies"
    example: ClassVar[dict[str, Any]] = {"kind": "percent-rates"}

    kind: Literal["percent-rates"]

    def contract_problems(self, contract: Contract) -> Iterator[Problem]:
        """Yield the kind if rates are percentages already."""
        if contract.rates == "percent":
            expected = "another kind, since all rates are percentages with the setting --rates percent"
            yield Problem("", "/kind", expected, repr(self.kind))

    def _edit(self, envelope: dict[str, Any]) -> bool:
        stats = envelope["data"]
        envelope["data"] = with_rates_in(stats, "fraction", "percent")
        return any(number(stats, name) for name in RATES)


def _retyped(value: Any) -> Any:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    time = parse_rfc3339(value)
    return [value] if time is None else round(time.timestamp() * 1000)
