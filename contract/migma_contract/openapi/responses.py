"""The responses of an operation: their bodies and the headers that they must have."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from migma_contract.json_pointer import pointer
from migma_contract.openapi.contract import Response
from migma_contract.openapi.document import Document
from migma_contract.openapi.flat_schema import UnsatisfiableError
from migma_contract.openapi.parameters import text_of
from migma_contract.openapi.sampler import Sampler
from migma_contract.strict_json import describe_json

_STATUS = re.compile(r"[1-5](\d\d|XX)|default")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]{0,1024}")
_SERVER_HEADERS = frozenset(
    {"content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "date", "upgrade"}
)
"""Headers that a server sets from what it sends."""


def read_responses(
    document: Document, operation: Mapping[str, Any], at: str, notices: list[str]
) -> dict[str, Response]:
    """Return the documented responses by status; what is not honoured is added to the notices.

    Raises:
        ContractError: A response has a wrong form.
    """
    at = f"{at}/responses"
    found = {}
    for status, node in document.expect(operation.get("responses"), at, dict, "an object of responses").items():
        if status.startswith("x-"):
            continue
        name = status.upper() if status != "default" else status
        if not _STATUS.fullmatch(name):
            document.refuse(at, "statuses such as 200, 4XX or default", describe_json(status))
        response, response_at = document.resolve(node, f"{at}/{status}")
        found[name] = _response(document, name, response, response_at, notices)
    return found


def _response(document: Document, status: str, node: Mapping[str, Any], at: str, notices: list[str]) -> Response:
    content = document.expect(node.get("content", {}), f"{at}/content", dict, "an object of media types")
    media_type = next((name for name in content if "json" in name.split(";")[0]), None)
    schema_at = None
    if media_type is not None:
        media_at = f"{at}/content{pointer(media_type)}"
        if "schema" in document.expect(content[media_type], media_at, dict, "an object"):
            schema_at = f"{media_at}/schema"
    elif content:
        notices.append(
            f"The response {status} is documented as {' or '.join(content)} only. The mock answers with JSON."
        )
    validator = document.validator(schema_at) if schema_at else None
    headers = tuple(_required_headers(document, node, at, notices))
    return Response(
        status,
        str(node.get("description", "")),
        at,
        media_type,
        schema_at,
        validator,
        headers,
        tuple(content),
        frozenset(map(str.lower, node.get("headers", {}))),
    )


def _required_headers(
    document: Document, response: Mapping[str, Any], at: str, notices: list[str]
) -> Iterator[tuple[str, str]]:
    headers = document.expect(response.get("headers", {}), f"{at}/headers", dict, "an object of headers")
    for name, node in headers.items():
        here = f"{at}/headers{pointer(name)}"
        if isinstance(node, dict) and not str(node.get("$ref", "#")).startswith("#"):
            notices.append(f"The header {name!r} of a response ({here}) is in another file and is not sent.")
            continue
        header, place = document.resolve(node, here)
        if header.get("required") is not True or name.lower() == "content-type":
            continue
        if name.lower() in _SERVER_HEADERS or not _HEADER_NAME.fullmatch(name):
            notices.append(f"The required header {name!r} of a response ({here}) is not honoured: the server sets it.")
            continue
        yield name, _header_value(document, name, header, place)


def _header_value(document: Document, name: str, header: Mapping[str, Any], at: str) -> str:
    value = text_of(header["example"]) if "example" in header else "example"
    if "example" not in header and "schema" in header:
        try:
            value = text_of(Sampler(document).value(f"{at}/schema", name))
        except UnsatisfiableError:
            document.refuse(f"{at}/schema", "a schema for which a value can be made, or an example", "none")
    if not _HEADER_VALUE.fullmatch(value):
        document.refuse(at, "a header whose value is printable Latin-1 text", describe_json(value))
    return value
