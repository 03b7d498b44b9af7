"""Changes for what is around a body: statuses, media types and headers."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from migma_contract.json_pointer import pointer
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.openapi.patch.inferred_schema import inferred_schema
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.expectations import REDIRECTS
from migma_contract.rules.intermediaries import NO_EVIDENCE
from migma_contract.strict_json import describe_json
from migma_contract_tests.patch.observed import Observed


def document_statuses(observed: Observed) -> None:
    """Add a response for each undocumented status, with the schema that was seen."""
    by_status: dict[int, list[ParsedResponse]] = {}
    for response in observed.responses:
        is_new = observed.contract.operation.response(response.status) is None
        if is_new and _is_of_api(response) and observed.rule_at(response.at()):
            by_status.setdefault(response.status, []).append(response)
    place = f"{observed.contract.operation.pointer}/responses"
    for status, found in by_status.items():
        described = _response(observed, found)
        for response in found:
            where = response.at()
            evidence = Evidence(observed.rule_at(where) or "", where, response.index, f"status {status}")
            observed.draft.put(place, str(status), described, evidence, "additive")


def document_media_types(observed: Observed) -> None:
    """Add a media type to a response, with the schema that it has in another one."""
    for response in observed.responses:
        documented, seen = response.documented, _media_type(response)
        where = f"{response.status} header Content-Type"
        rule = observed.rule_at(where)
        if rule and documented.media_type is not None and seen and seen not in documented.media_types:
            place = f"{documented.pointer}/content"
            media = observed.draft.at(f"{place}{pointer(documented.media_type)}")
            if isinstance(media, dict):
                observed.draft.put(place, seen, media, Evidence(rule, where, response.index, seen))


def document_headers(observed: Observed) -> None:
    """Add a header to each response that has it."""
    found: dict[tuple[str, str], list[tuple[str, Evidence]]] = {}
    for response in observed.responses:
        for name, value in response.exchange.headers:
            where = f"header {name}"
            rule = observed.rule_at(where)
            # An undocumented status has no response that could have a header.
            if rule and response.documented.status and name not in response.documented.declared_headers:
                evidence = Evidence(rule, where, response.index, describe_json(value))
                found.setdefault((f"{response.documented.pointer}/headers", name), []).append((value, evidence))
    for (place, name), seen in found.items():
        kind = "integer" if all(value.isascii() and value.isdecimal() for value, _ in seen) else "string"
        for _, evidence in seen:
            observed.draft.put(place, name, {"schema": {"type": kind}}, evidence, "additive")


def _is_of_api(response: ParsedResponse) -> bool:
    """True unless the status is an intermediary's or a redirect, or the body is a page, as proxies send."""
    is_own = response.status // 100 in {2, 4} and response.status not in NO_EVIDENCE | REDIRECTS
    return is_own and (not response.exchange.body or response.exchange.json.readable)


def _media_type(response: ParsedResponse) -> str:
    return (response.exchange.header("content-type") or "").partition(";")[0].strip().lower()


def _response(observed: Observed, found: Sequence[ParsedResponse]) -> dict[str, Any]:
    """Return the description of a response of which some were seen."""
    status = found[0].status
    phrases = {each.value: each.phrase for each in HTTPStatus}
    described = {"description": phrases.get(status, f"Status {status}")}
    with_body = [each for each in found if each.has_body and each.exchange.json.readable and _media_type(each)]
    if not with_body:
        return described
    return {**described, "content": {_media_type(with_body[0]): {"schema": _schema(observed, with_body)}}}


def _schema(observed: Observed, found: Sequence[ParsedResponse]) -> Any:
    """Return the schema of the envelope if the bodies have its form, or else one of the values that were seen."""
    like = found[0].documented.schema_pointer
    if like is not None and all(map(_is_envelope, found)):
        return observed.draft.at(like)
    return inferred_schema([each.value for each in found], is_30=observed.draft.is_30)


def _is_envelope(response: ParsedResponse) -> bool:
    return response.envelope is not None and not (
        response.violations or any(each.undeclared for each in response.declared_objects)
    )
