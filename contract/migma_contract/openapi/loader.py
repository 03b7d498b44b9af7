"""Reads an OpenAPI document and compiles it into a :class:`Contract`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from migma_contract.errors import ContractError
from migma_contract.json_pointer import pointer
from migma_contract.openapi.contract import Contract, Operation, Response
from migma_contract.openapi.document import Document
from migma_contract.openapi.sources import read_source
from migma_contract.rate_unit import RateUnit
from migma_contract.strict_json import describe_json

OPERATION_ID = "GetCampaignStats"
"""The operation to use if the document has several (the vendor's ``operationId``)."""

_STATUS = re.compile(r"[1-5](\d\d|XX)|default")


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
    operation = _operation(document)
    envelope_at, error_at = str(operation.success.schema_pointer), str(operation.error.schema_pointer)
    envelope = document.fields(envelope_at)
    if "data" not in envelope.properties:
        document.refuse(envelope_at, "an envelope with the field 'data'", "a schema without it")
    stats_pointer = envelope.properties["data"]
    return Contract(
        source=source,
        raw=document.raw,
        document=document.root,
        schemas=document,
        title=str(info.get("title", "")),
        version=version,
        servers=tuple(_servers(document)),
        operation=operation,
        envelope=envelope,
        stats=document.fields(stats_pointer),
        stats_pointer=stats_pointer,
        error_envelope=document.fields(error_at),
        rates=rates,
        notices=(*document.notices, *([_PERCENT_NOTICE] if rates == "percent" else [])),
    )


def _servers(document: Document) -> Iterator[str]:
    for index, server in enumerate(document.expect(document.root.get("servers", []), "/servers", list, "an array")):
        at = f"/servers/{index}"
        yield document.expect(document.expect(server, at, dict, "an object").get("url"), f"{at}/url", str, "a URL")


def _operation(document: Document) -> Operation:
    candidates = list(_operations(document))
    candidates = [each for each in candidates if each[2].get("operationId") == OPERATION_ID] or candidates
    if len(candidates) != 1:
        found = ", ".join(f"GET {path}" for path, _, _ in candidates) or "none"
        expected = f"one GET operation, or one with the operationId {OPERATION_ID}"
        document.refuse("/paths", expected, f"operations: {found}")
    ((path, at, node),) = candidates
    match = re.fullmatch(r"(/[^{}]*){([^{}]+)}([^{}]*)", path)
    if not match:
        document.refuse(pointer("paths", path), "a path with one parameter, such as /v1/campaigns/{id}/stats", path)
    prefix, parameter, suffix = match.groups()
    _require_parameter(document, path, at, parameter)
    responses = dict(_responses(document, node, at))
    for what, digit in (("a 2xx response with a JSON schema", "2"), ("a 4xx response with a JSON schema", "4")):
        if not any(status.startswith(digit) and r.validator for status, r in responses.items()):
            document.refuse(f"{at}/responses", what, ", ".join(responses) or "no responses")
    return Operation(
        pointer=at,
        operation_id=str(node.get("operationId", "")),
        method="GET",
        path=path,
        prefix=prefix,
        suffix=suffix,
        parameter=parameter,
        key_header=_key_header(document, node, at),
        description=str(node.get("description", "")),
        responses=responses,
    )


def _require_parameter(document: Document, path: str, at: str, name: str) -> None:
    """Check that the placeholder in the path is the name of a path parameter."""
    item, item_at = document.resolve(document.root["paths"][path], pointer("paths", path))
    operation = document.at(at)
    others: list[tuple[str, Any]] = []
    for owner, owner_at in ((operation, at), (item, item_at)):
        place = f"{owner_at}/parameters"
        for index, node in enumerate(document.expect(owner.get("parameters", []), place, list, "an array")):
            parameter, here = document.resolve(node, f"{place}/{index}")
            if parameter.get("in") == "path":
                others.append((f"{here}/name", parameter.get("name")))
    if name not in [other for _, other in others]:
        where, got = others[0] if others else (f"{at}/parameters", None)
        document.refuse(where, f"the name in the path, {name!r}", "nothing" if got is None else describe_json(got))


def _operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path of each GET operation, its JSON pointer, and the operation."""
    paths = document.expect(document.root.get("paths"), "/paths", dict, "an object of paths")
    for path, item in paths.items():
        target, item_at = document.resolve(item, pointer("paths", path))
        if "get" in target:
            at = f"{item_at}/get"
            yield path, at, document.expect(target["get"], at, dict, "an operation (an object)")


def _responses(document: Document, operation: Mapping[str, Any], at: str) -> Iterator[tuple[str, Response]]:
    at = f"{at}/responses"
    for status, node in document.expect(operation.get("responses"), at, dict, "an object of responses").items():
        if status.startswith("x-"):
            continue
        if not _STATUS.fullmatch(status):
            document.refuse(at, "statuses such as 200, 4XX or default", describe_json(status))
        response, response_at = document.resolve(node, f"{at}/{status}")
        yield status, _response(document, status, response, response_at)


def _response(document: Document, status: str, node: Mapping[str, Any], at: str) -> Response:
    content = document.expect(node.get("content", {}), f"{at}/content", dict, "an object of media types")
    media_type = next((name for name in content if "json" in name.split(";")[0]), None)
    schema_at = None
    if media_type is not None:
        media_at = f"{at}/content{pointer(media_type)}"
        if "schema" in document.expect(content[media_type], media_at, dict, "an object"):
            schema_at = f"{media_at}/schema"
    validator = document.validator(schema_at) if schema_at else None
    return Response(status, str(node.get("description", "")), at, media_type, schema_at, validator)


def _key_header(document: Document, operation: Mapping[str, Any], at: str) -> str:
    """Return the header of the API key, from the first security requirement: ``apiKey`` in a header, or HTTP bearer."""
    where = f"{at}/security" if "security" in operation else "/security"
    requirements = document.expect(operation.get("security", document.root.get("security")), where, list, "an array")
    names = [name for requirement in requirements for name in document.expect(requirement, where, dict, "an object")]
    if not names:
        document.refuse(where, "a security scheme, since responses depend on the API key", "none")
    place = f"/components/securitySchemes{pointer(names[0])}"
    try:
        scheme, place = document.resolve(document.at(place), place)
    except (LookupError, TypeError, ValueError):
        document.refuse(where, "the name of a scheme in components/securitySchemes", describe_json(names[0]))
    if scheme.get("type") == "http":
        return "Authorization"
    if scheme.get("type") != "apiKey" or scheme.get("in") != "header":
        got = f"type {describe_json(scheme.get('type'))} in {describe_json(scheme.get('in'))}"
        document.refuse(place, "an API key in a header (type apiKey, in header), or type http", got)
    return str(document.expect(scheme.get("name"), f"{place}/name", str, "the name of the header"))
