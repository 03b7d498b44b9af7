"""BodyForms: the envelopes of a contract, as the mock fills them."""

from functools import lru_cache
from typing import Any

from migma_contract.openapi import Contract, Fields, Response, Sampler, UnsatisfiableError, read_fields
from migma_mock.messages.stats_form import StatsForm

_FORMS_KEPT = 8
_VENDOR = {"success": True, "data": None}
_MESSAGE = ("error", "message", "detail", "title", "error_description", "reason")
"""Names of fields that take the message of an error, where the vendor's ``error`` does not fit."""


class BodyForms:
    """Makes the bodies of a contract.

    Args:
        contract: The contract.

    Attributes:
        stats: Adapts stats to it.

    Raises:
        ContractError: There is no value for a required field.
    """

    def __init__(self, contract: Contract) -> None:
        self.stats = StatsForm(contract)
        self._contract = contract
        self._sampler = Sampler(contract.schemas)
        self._errors: dict[str, _ErrorForm] = {}
        self._around = _around(contract, contract.envelope)

    @property
    def notices(self) -> list[str]:
        """Sentences for the user about what differs from the bodies that this release knows."""
        notices = list(self.stats.notices)
        if self._around is not None:
            names = ", ".join(self._around)
            notices.append(f"The success envelope differs from the vendor's; it is sent with the fields {names}.")
        return notices

    def success(self, stats: Any) -> dict[str, Any]:
        """Return the success envelope around stats."""
        if self._around is None:
            return {**_VENDOR, "data": stats}
        return {name: stats if name == "data" else value for name, value in self._around.items()}

    def error(self, status: int, code: str, message: str) -> dict[str, Any]:
        """Return the body of an error response.

        It is the vendor's envelope as far as the contract declares its fields; where the contract has another form,
        it is made from the schema, with the message and the code where they fit.
        """
        response = self._contract.operation.response(status) or self._contract.operation.error
        form = self._errors.get(response.status)
        if form is None:
            form = self._errors[response.status] = _ErrorForm(self._contract, response, self._sampler)
        return form.body(status, code, message)


@lru_cache(_FORMS_KEPT)
def forms_of(contract: Contract) -> BodyForms:
    """Return the forms of a contract, made once."""
    return BodyForms(contract)


def _around(contract: Contract, fields: Fields) -> dict[str, Any] | None:
    """Return the envelope of a success with no stats in it; None if it is the vendor's."""
    sampler, declared = Sampler(contract.schemas), fields.properties
    around: dict[str, Any] = {"success": True, "data": None}
    if declared:
        at = declared.get("success")
        if at is None:
            del around["success"]
        elif not contract.schemas.validator(at).is_valid(around["success"]):
            around["success"] = sampler.value(at, "success")
    missing = [name for name in fields.required if name not in around]
    if len(around) == len(_VENDOR) and around["success"] is True and not missing:
        return None
    return around | {name: sampler.value(declared[name], name) if name in declared else "example" for name in missing}


class _ErrorForm:
    """The bodies of one error response."""

    def __init__(self, contract: Contract, response: Response, sampler: Sampler) -> None:
        self._response, self._sampler = response, sampler
        at = response.schema_pointer
        declared = read_fields(contract.schemas, at, _MESSAGE).properties if at else {}
        # Of a schema that declares no fields, the vendor's are as good as any.
        self._names = [name for name in ("success", "error", "code") if name in declared or not declared]

    def body(self, status: int, code: str, message: str) -> dict[str, Any]:
        vendor = {"success": False, "error": message, "code": code}
        body = {name: vendor[name] for name in self._names}
        says_it = "error" in body
        if says_it and not self._response.violations(body):
            return body
        hints = {
            **vendor,
            **dict.fromkeys(_MESSAGE, message),
            "status": status,
            "statusCode": status,
            "errorCode": code,
        }
        try:
            made = self._sampler.value(str(self._response.schema_pointer), status, hints=hints)
        except UnsatisfiableError:
            return body
        return made if isinstance(made, dict) else body
