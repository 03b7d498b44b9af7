"""The fault ``set-field``: any field of any JSON body has any value."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

from migma_contract.errors import Problem
from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract
from migma_contract.strict_json import describe_json
from migma_contract.suggestions import did_you_mean
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.faults.kinds.fields import FieldPointer, JsonValue, parent_in, path_of
from migma_mock.messages.reply import Reply, encode


class SetField(FaultSpec):
    """A field of the body has the given value; it is added if the object that should have it lacks it."""

    client_sees: ClassVar[str] = "nothing until it uses the value: Python and JavaScript parse any JSON"
    example: ClassVar[dict[str, Any]] = {"kind": "set-field", "field": "lastUpdated", "value": ""}
    applies_to: ClassVar[AppliesTo] = AppliesTo.JSON
    applies_to_all: ClassVar[bool] = False

    kind: Literal["set-field"]
    field: FieldPointer = Field(
        description="The name of a field of data, or the JSON pointer of any field: /error, /data/openRate, /data."
    )
    value: JsonValue = Field(description="Its value, any JSON.")
    on: Literal["success", "error"] | None = Field(
        default=None, description="Only successes (2xx), or only errors; null: any reply."
    )

    @property
    def condition(self) -> str:
        """Words for what a reply must have."""
        parent = pointer(*path_of(self.field)[:-1])
        where = f"an object or array at {parent}" if parent else "an object"
        which = {"success": "a 2xx status and ", "error": "an error status and "}.get(self.on or "", "")
        return f"that has {which}{where} in which the field does not have this value yet"

    def contract_problems(self, contract: Contract) -> Iterator[Problem]:
        """Yield the name of a field of ``data`` that the contract does not declare: it is probably misspelt."""
        known = contract.stats.properties
        if not self.field.startswith("/") and self.field not in known:
            hint = did_you_mean(self.field, known)
            expected = f"a field of data ({', '.join(known)}), or the JSON pointer of another one"
            yield Problem("", "/field", expected, f"{describe_json(self.field)}{hint}")

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the value; None if nothing in it can have the field, or it has that value already."""
        is_wanted = self.on in (None, "success" if 200 <= reply.status < 300 else "error")
        if not is_wanted or not reply.is_json:
            return None
        try:
            body = json.loads(reply.body)
        except ValueError:  # the fault of a script step came before
            return None
        if not self._set(body):
            return None
        changed = encode(body)
        return None if changed == reply.body else reply.replace_body(changed)

    def _set(self, body: Any) -> bool:
        """Set the field in a parsed body; False if there is no place for it."""
        path = path_of(self.field)
        parent, name = parent_in(body, path), path[-1]
        if isinstance(parent, dict):
            parent[name] = self.value
            return True
        if isinstance(parent, list) and name.isdecimal() and int(name) < len(parent):
            parent[int(name)] = self.value
            return True
        return False
