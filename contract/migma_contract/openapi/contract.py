"""The compiled contract: one operation, its responses, and their validators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migma_contract.json_pointer import lookup
from migma_contract.openapi.document import Document, Fields
from migma_contract.openapi.schema_validator import SchemaViolation, Validator
from migma_contract.rate_unit import RateUnit


@dataclass(frozen=True, slots=True)
class Response:
    """One documented response of the operation.

    Attributes:
        status: As the document writes it: ``"200"``, ``"4XX"`` or ``"default"``.
        description: From the document.
        pointer: JSON pointer to the response in the document, with references followed.
        media_type: Media type of the body, such as ``application/json``; None without a body.
        schema_pointer: JSON pointer to the schema of the body, before its own references are followed.
        validator: Validator of the body; None without a schema.
    """

    status: str
    description: str
    pointer: str
    media_type: str | None
    schema_pointer: str | None
    validator: Validator | None

    def violations(self, body: object) -> list[SchemaViolation]:
        """Return every violation of this response's schema in a parsed body."""
        return self.validator.violations(body) if self.validator else []


@dataclass(frozen=True, slots=True)
class Operation:
    """The one operation that is mocked and checked.

    Attributes:
        pointer: JSON pointer to the operation in the document.
        method: ``GET``.
        path: The template, ``/v1/campaigns/{id}/stats``.
        prefix: The path before its parameter.
        suffix: The path after its parameter.
        parameter: The name of the path parameter.
        key_header: The header that carries the API key, from the document's security scheme.
        responses: By status, as the document writes it.
    """

    pointer: str
    operation_id: str
    method: str
    path: str
    prefix: str
    suffix: str
    parameter: str
    key_header: str
    description: str
    responses: Mapping[str, Response]

    def response(self, status: int) -> Response | None:
        """Return the response for a status: by number, by range (``4XX``) or ``default``; None if undocumented."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None

    def key_header_value(self, key: str) -> str:
        """Return the value of the key header for a key: ``Bearer KEY`` in ``Authorization``, the bare key elsewhere."""
        return f"Bearer {key}" if self.key_header.lower() == "authorization" else key

    @property
    def success(self) -> Response:
        """The response with the stats: the first 2xx with a schema."""
        return next(r for s, r in self.responses.items() if s.startswith("2") and r.validator)

    @property
    def error(self) -> Response:
        """The response with the error envelope, which undocumented errors are checked against too."""
        return next(r for s, r in self.responses.items() if s.startswith(("4", "5", "default")) and r.validator)


@dataclass(frozen=True, slots=True)
class Contract:
    """``openapi.json``, the vendor's document, compiled.

    Attributes:
        source: The file's name for messages: ``openapi.json`` for the built-in contract, else its path.
        raw: The bytes of the file, unchanged.
        document: The parsed document, unchanged.
        schemas: The document with its schemas: their fields, and validators of parts of it.
        title: ``info.title``.
        version: ``info.version``.
        servers: Base URLs in the document; the first is the vendor's production server.
        operation: The one operation that is mocked and checked.
        envelope: Fields of the success envelope (``success``, ``data``, ``error``).
        stats: Fields of ``data``, the campaign's stats.
        stats_pointer: JSON pointer to the schema of ``data``.
        error_envelope: Fields of the error envelope.
        rates: The unit in which openRate and clickRate are read; the document does not state it.
        notices: Sentences about how the document was read, shown once to the user.
    """

    source: str
    raw: bytes = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)
    schemas: Document = field(repr=False)
    title: str
    version: str
    servers: tuple[str, ...]
    operation: Operation = field(repr=False)
    envelope: Fields = field(repr=False)
    stats: Fields = field(repr=False)
    stats_pointer: str
    error_envelope: Fields = field(repr=False)
    rates: RateUnit = "fraction"
    notices: tuple[str, ...] = ()

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer into the document, with references followed."""
        node = lookup(self.document, pointer)
        return self.at(node["$ref"].removeprefix("#")) if isinstance(node, dict) and "$ref" in node else node
