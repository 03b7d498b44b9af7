"""The contract in compiled form: one operation, its responses, and validators made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migma_contract.json_pointer import lookup
from migma_contract.openapi.document import Document, Fields
from migma_contract.openapi.schema_validator import SchemaViolation, Validator


@dataclass(frozen=True, slots=True)
class Response:
    """One response that the document gives the operation.

    Attributes:
        status: As the document writes it: ``"200"``, ``"4XX"`` or ``"default"``.
        description: The document's own words.
        pointer: Where it stands in the document, after following references.
        media_type: Of its body, such as ``application/json``; None where it has no body.
        schema_pointer: Where the body's schema stands, before following its references.
        validator: Of the body; None where it has no schema.
    """

    status: str
    description: str
    pointer: str
    media_type: str | None
    schema_pointer: str | None
    validator: Validator | None

    def violations(self, body: object) -> list[SchemaViolation]:
        """Every way in which a parsed body departs from this response's schema."""
        return self.validator.violations(body) if self.validator else []


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation that this project stands in for, as the document has it.

    Attributes:
        pointer: Of the operation in the document.
        method: In capitals, ``GET``.
        path: The template, ``/v1/campaigns/{id}/stats``.
        prefix, suffix: What stands before and after the path parameter.
        parameter: The name of the path parameter.
        key_header: The header that carries the API key, from the document's security scheme.
        responses: By status as the document writes it.
    """

    pointer: str
    operation_id: str
    method: str
    path: str
    prefix: str
    suffix: str
    parameter: str
    key_header: str
    summary: str
    description: str
    responses: Mapping[str, Response]

    def response(self, status: int) -> Response | None:
        """The response for a status: by number, else its range (``4XX``), else ``default``; None if undocumented."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None

    def key_header_value(self, key: str) -> str:
        """Return the value of the key header for a key: ``Bearer KEY`` in ``Authorization``, the bare key elsewhere."""
        return f"Bearer {key}" if self.key_header.lower() == "authorization" else key

    @property
    def success(self) -> Response:
        """The documented answer that carries stats: the first 2xx with a schema."""
        return next(r for s, r in self.responses.items() if s.startswith("2") and r.validator)

    @property
    def error(self) -> Response:
        """The documented error envelope, to which errors outside the document are held as well."""
        return next(r for s, r in self.responses.items() if s.startswith(("4", "5", "default")) and r.validator)


@dataclass(frozen=True, slots=True)
class Contract:
    """``openapi.json``, the vendor's document, and what was compiled from it.

    Attributes:
        source: The file it was read from.
        raw: Its bytes, exactly as on disk.
        document: The parsed document, nothing changed.
        schemas: The same as a tree with places: what a schema declares, and validators of parts of it.
        title, version: The document's own ``info``.
        servers: Base URLs that the document names; the first is the vendor's production server.
        operation: The one operation that is mocked and checked.
        envelope: Members of the success envelope (``success``, ``data``, ``error``).
        stats: Members of ``data``, the campaign's stats.
        stats_pointer: Where the schema of ``data`` stands.
        error_envelope: Members of the error envelope.
        notices: Sentences about how the document was read, to be said once.
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
    notices: tuple[str, ...] = ()

    def at(self, pointer: str) -> Any:
        """What stands at a JSON pointer into the document, through references."""
        node = lookup(self.document, pointer)
        return self.at(node["$ref"].removeprefix("#")) if isinstance(node, dict) and "$ref" in node else node
