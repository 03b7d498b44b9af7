"""Say where a response breaks the contract: its form, and the relations between the numbers."""

from collections.abc import Iterator
from datetime import datetime

from migma_contract.json_pointer import pointer
from migma_contract.openapi import Contract
from migma_contract.recording.clean_response import CleanResponse
from migma_contract.stats import COUNTS, MAX_COUNT, relation_violations
from migma_contract.strict_json import describe_json


def form_violations(response: CleanResponse, contract: Contract) -> Iterator[str]:
    """Yield a sentence for each violation of the schema that the contract has for the response's status.

    A status that it does not document has the form of errors.
    """
    if response.is_empty:
        return
    if not isinstance(response.value, dict):
        yield f"the body: expected an object, got {describe_json(response.value)}"
        return
    documented = contract.operation.response(response.status) or contract.operation.error
    for each in documented.violations(response.value):
        yield _at(each.pointer, f"expected {each.expected}, got {each.got}")


def contradictions(response: CleanResponse, contract: Contract, now: datetime) -> Iterator[str]:
    """Yield a sentence for each contradiction in a response that has the right form.

    Args:
        response: The response.
        contract: It has the unit of the rates.
        now: The latest time that lastUpdated may be.
    """
    if response.is_empty:
        return
    body, is_error = response.value, response.status >= 400
    success, stats = body.get("success"), body.get("data")
    if isinstance(success, bool) and success is is_error and not 300 <= response.status < 400:
        yield _at("/success", f"expected {not is_error} with status {response.status}, got {success}".lower())
    if response.status >= 300 or not isinstance(stats, dict):
        return
    for relation, violation in relation_violations(stats, now, contract.rates):
        what = f"expected {violation.expected}, got {violation.got} ({relation.id})"
        yield _at(f"/data{pointer(violation.field)}", what)
    for name in COUNTS:
        value = stats.get(name)
        if isinstance(value, int | float) and value > MAX_COUNT:
            what = f"expected at most {MAX_COUNT}, the largest exact integer in JSON, got {describe_json(value)}"
            yield _at(f"/data/{name}", what)


def _at(place: str, what: str) -> str:
    return f"{place or 'the body'}: {what}"
