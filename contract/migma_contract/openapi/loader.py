"""Reads an OpenAPI document and compiles it into a :class:`Contract`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from migma_contract.errors import ContractError
from migma_contract.json_pointer import pointer
from migma_contract.openapi.contract import Contract, Operation, Response
from migma_contract.openapi.document import Document
from migma_contract.openapi.fields import Fields, read_fields
from migma_contract.openapi.key_place import Keys, read_keys
from migma_contract.openapi.operation_finder import FoundOperation, find_operation
from migma_contract.openapi.parameters import Parameters, read_parameters
from migma_contract.openapi.responses import read_responses
from migma_contract.openapi.servers import Servers, read_servers
from migma_contract.openapi.sources import read_source
from migma_contract.rate_unit import RateUnit
from migma_contract.suggestions import did_you_mean

ENVELOPE = ("success", "data", "error", "code", "message")
"""Names by which an envelope is recognized among alternatives."""

STATS = ("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks", "openRate")
"""Names by which the stats are recognized among alternatives."""

_PERCENT_NOTICE = (
    "openRate and clickRate are read as percentages from 0 to 100, as the vendor's SDK annotates them, since --rates "
    "percent is given. The API page says “Unique opens divided by delivered”, which is a fraction."
)


def load_contract(
    source: Path | str, *, strict_nullable: bool = False, rates: RateUnit = "fraction", refresh: bool = False
) -> Contract:
    """Read and compile a document.

    Args:
        source: A file, or an http or https URL. The document of a URL is kept for later calls.
        strict_nullable: As for :func:`parse_contract`.
        rates: As for :func:`parse_contract`.
        refresh: Fetch the document of a URL again.

    Raises:
        ContractError: It cannot be read, is not OpenAPI 3.0 or 3.1, or lacks what the mock needs.
    """
    content = read_source(source, refresh=refresh)
    try:
        contract = parse_contract(content.raw, source=content.name, strict_nullable=strict_nullable, rates=rates)
    except ContractError as error:
        if content.hint:
            raise ContractError(error.problems, " ".join(filter(None, (content.hint, error.hint)))) from error
        raise
    notices = (*content.notices, *content.keep(), *contract.notices)
    return replace(contract, notices=notices) if notices else contract


def parse_contract(raw: bytes, *, source: str, strict_nullable: bool = False, rates: RateUnit = "fraction") -> Contract:
    """Compile a document from its bytes.

    Args:
        raw: OpenAPI 3.0 or 3.1, in JSON, YAML or a page in Markdown.
        source: The file's name, for messages.
        strict_nullable: Ignore ``nullable`` in a 3.1 document, as plain JSON Schema validators do.
        rates: The unit in which openRate and clickRate are read, since the vendor's sources disagree.

    Raises:
        ContractError: The document cannot be used; the error has the place of the mistake.
    """
    document = Document(raw, source, strict_nullable=strict_nullable)
    info = document.expect(document.root.get("info"), "/info", dict, "an object with title and version")
    version = document.expect(info.get("version"), "/info/version", str, "the version of the API (a string)")
    found = find_operation(document)
    operation, servers, notices = _operation(document, found)
    envelope_at = str(operation.success.schema_pointer)
    envelope = read_fields(document, envelope_at, (*STATS, "success", "data"), "data")
    if "data" not in envelope.properties:
        names = ", ".join(envelope.properties) or "no fields"
        hint = did_you_mean("data", list(envelope.properties)) or "."
        document.refuse(envelope_at, "an envelope with the field 'data', the campaign's stats", f"{names}{hint}")
    stats_pointer = envelope.properties["data"]
    stats = read_fields(document, stats_pointer, STATS)
    if not stats.properties:
        what = f"The document does not say what stats a campaign has, at {stats_pointer}"
        notices.append(f"{what}. The mock serves those of the built-in contract.")
    return Contract(
        source=source,
        raw=document.raw,
        document=document.root,
        schemas=document,
        title=str(info.get("title", "")),
        version=version,
        servers=servers.urls,
        servers_pointer=servers.pointer,
        operation=operation,
        envelope=envelope,
        stats=stats,
        stats_pointer=stats_pointer,
        error_envelope=error_fields(document, operation.error),
        rates=rates,
        notices=(*document.notices, *notices, *([_PERCENT_NOTICE] if rates == "percent" else [])),
    )


def error_fields(document: Document, response: Response) -> Fields:
    """Return the fields of the body of an error response; none if the document has no schema for it."""
    if response.schema_pointer is None:
        return Fields({}, {})
    return read_fields(document, response.schema_pointer, ENVELOPE)


def _operation(document: Document, found: FoundOperation) -> tuple[Operation, Servers, list[str]]:
    """Return the operation, its servers, and sentences for the user."""
    path, at = found.path, found.at
    servers = read_servers(document, [(found.node, at), (found.item, found.item_at), (document.root, "")])
    match = re.fullmatch(r"(/[^{}]*){([^{}]+)}([^{}]*)", path)
    if not match:
        document.refuse(pointer("paths", path), "a path with one parameter, such as /v1/campaigns/{id}/stats", path)
    prefix, parameter, suffix = match.groups()
    keys = read_keys(document, found.node, at)
    secrets = [place.name.lower() for place in keys.places]
    parameters = read_parameters(document, [(found.item, found.item_at), (found.node, at)], parameter, secrets)
    notices = [found.notice, *servers.notices, *keys.notices, *parameters.notices]
    responses = read_responses(document, found.node, at, notices)
    if not any(status.startswith("2") and each.validator for status, each in responses.items()):
        names = ", ".join(responses) or "no responses"
        document.refuse(f"{at}/responses", "a 2xx response with a JSON schema", names)
    operation = Operation(
        pointer=at,
        operation_id=str(found.node.get("operationId", "")),
        method="GET",
        template=path,
        base_path=servers.path,
        path=f"{servers.path}{path}",
        prefix=f"{servers.path}{prefix}",
        suffix=suffix,
        id_parameter=parameters.id,
        parameters=parameters.required,
        key_places=keys.places,
        needs_key=keys.needed,
        description=str(found.node.get("description", "")),
        responses=responses,
        error=_error(responses, at),
    )
    notices += _remarks(operation, parameters, keys)
    return operation, servers, [each for each in notices if each]


def _error(responses: dict[str, Response], at: str) -> Response:
    for status, response in responses.items():
        if status.startswith(("4", "5", "default")) and response.validator:
            return response
    return Response("", "", f"{at}/responses", "application/json", None, None)


def _remarks(operation: Operation, parameters: Parameters, keys: Keys) -> Iterator[str]:
    """Yield what the document leaves open, and how it is read."""
    if operation.repeated_path:
        yield (
            f"The server URL ends in {operation.repeated_path}, and the path {operation.template} begins with it too: "
            f"the full path is {operation.path}."
        )
    if operation.error.validator is None:
        yield (
            "The document describes no error response: errors have the vendor's envelope "
            '{"success": false, "error": …, "code": …}, and their bodies are not checked.'
        )
    status = operation.invalid_status
    for each in parameters.required:
        sent = f"The check sends {each.example!r}."
        what = f"The {_NOUN[each.where]} {each.name!r} is required"
        if status is None:
            why = "but the document has no 400 or 422 for requests without it"
            yield f"{what}, {why}: the mock does not ask for it. {sent}"
        else:
            yield f"{what}: the mock answers {status} without it, or with an invalid value. {sent}"
    if operation.id_parameter.validator is not None:
        missing = f"has no 400 or 422, so such an id gets the 404 of an unknown one ({operation.id_parameter.pointer})"
        reply = f"the mock answers {status} to an id of another form" if status else missing
        yield f"The document restricts the parameter {operation.parameter!r}, and {reply}."
    if keys.needed and operation.response(401) is None:
        yield "The document has no 401: a request without a valid key gets one all the same, marked as undocumented."
    if operation.response(404) is None:
        yield "The document has no 404: an unknown id gets one all the same, marked as undocumented."
    named = [name for name, response in operation.responses.items() if response.headers]
    if named:
        yield (
            f"The mock sends the required headers of the responses {', '.join(named)} with made-up values; "
            "the check does not judge them."
        )


_NOUN = {"header": "header", "query": "query parameter"}
