"""Check the parameters that the contract requires of a request: headers, query, and the form of the id."""

from collections.abc import Iterator, Mapping

from migma_contract.openapi import Operation, Parameter
from migma_mock.engine.key_reader import parameter_of
from migma_mock.messages.request import Request

_SHOWN = 64


class ParameterCheck:
    """Finds what is wrong with the parameters of a request.

    It finds nothing if the contract documents no status for such a request; the contract's notices say so.

    Args:
        operation: Its parameters.
    """

    def __init__(self, operation: Operation) -> None:
        is_documented = operation.invalid_status is not None
        self._id = operation.id_parameter if is_documented and operation.id_parameter.validator else None
        self._parameters = operation.parameters if is_documented else ()
        self.is_needed = bool(self._id or self._parameters)

    def problem(self, request: Request, campaign_id: bytes) -> str:
        """Return a sentence on what is missing or invalid; "" if nothing is."""
        return next(self._problems(request, campaign_id), "")

    def _problems(self, request: Request, campaign_id: bytes) -> Iterator[str]:
        headers = dict(request.headers)
        for parameter in self._parameters:
            value = _value(parameter, headers, request.query)
            noun = "header" if parameter.where == "header" else "query parameter"
            if value is None:
                yield f"The {noun} {parameter.name!r} is missing."
            elif not parameter.allows(text := value.decode("utf-8", "replace")):
                yield f"The {noun} {parameter.name!r} is invalid: expected {parameter.expectation(text)}."
        if self._id and not self._id.allows(text := campaign_id.decode("utf-8", "replace")):
            shown = text[:_SHOWN]
            yield f"The id {shown!r} is invalid: expected {self._id.expectation(text)}."


def _value(parameter: Parameter, headers: Mapping[bytes, bytes], query: bytes) -> bytes | None:
    if parameter.where == "header":
        return headers.get(parameter.name.lower().encode("latin-1", "replace"))
    return parameter_of(query, parameter.name)
