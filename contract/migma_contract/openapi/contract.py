"""The compiled contract: one operation, its responses, and their validators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode
from zlib import crc32

from migma_contract.json_pointer import lookup
from migma_contract.openapi.document import Document
from migma_contract.openapi.fields import Fields
from migma_contract.openapi.flat_schema import UnsatisfiableError
from migma_contract.openapi.key_place import KeyPlace
from migma_contract.openapi.parameters import Parameter, text_of
from migma_contract.openapi.sampler import Sampler
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
        headers: The headers that it must have, with values that the document allows.
        media_types: All documented media types of the body.
        declared_headers: Names of all documented headers, in lower case.
    """

    status: str
    description: str
    pointer: str
    media_type: str | None
    schema_pointer: str | None
    validator: Validator | None
    headers: tuple[tuple[str, str], ...] = ()
    media_types: tuple[str, ...] = ()
    declared_headers: frozenset[str] = frozenset()

    def violations(self, body: object) -> list[SchemaViolation]:
        """Return every violation of this response's schema in a parsed body."""
        return self.validator.violations(body) if self.validator else []


@dataclass(frozen=True, slots=True)
class Operation:
    """The one operation that is mocked and checked.

    Attributes:
        pointer: JSON pointer to the operation in the document.
        method: ``GET``.
        template: The path in the document: ``/v1/campaigns/{id}/stats``.
        base_path: The path of the server, which comes before it: ``/v1`` if the template is ``/campaigns/{id}/stats``.
        path: Both together, ``/v1/campaigns/{id}/stats``.
        prefix: The path before its parameter.
        suffix: The path after its parameter.
        id_parameter: The parameter in the path.
        parameters: The headers and query parameters that every request must have.
        key_places: Where the API key may be, one of which is enough; the first is for examples and the check.
        needs_key: False if requests without a key are allowed.
        responses: By status, as the document writes it.
        error: The response with the error envelope, which undocumented errors are checked against too.
    """

    pointer: str
    operation_id: str
    method: str
    template: str
    base_path: str
    path: str
    prefix: str
    suffix: str
    id_parameter: Parameter
    parameters: tuple[Parameter, ...]
    key_places: tuple[KeyPlace, ...]
    needs_key: bool
    description: str
    responses: Mapping[str, Response]
    error: Response

    def response(self, status: int) -> Response | None:
        """Return the response for a status: by number, by range (``4XX``) or ``default``; None if undocumented."""
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in self.responses:
                return self.responses[name]
        return None

    @property
    def version_path(self) -> str:
        """The beginning of the path that base URLs of SDKs end with, ``/v1``; "" if it names no version."""
        if self.base_path:
            return self.base_path
        first = f"/{self.template.split('/')[1]}"
        return first if first in self.prefix.removesuffix("/") and len(self.prefix.strip("/").split("/")) > 1 else ""

    @property
    def repeated_path(self) -> str:
        """The end of the server's path with which the template begins too, so that it occurs twice; "" for none."""
        segments = self.base_path.split("/")[1:]
        ends = ("".join(f"/{each}" for each in segments[at:]) for at in range(len(segments)))
        return next((end for end in ends if self.template.startswith(f"{end}/")), "")

    @property
    def parameter(self) -> str:
        """The name of the path parameter."""
        return self.id_parameter.name

    @property
    def key(self) -> KeyPlace:
        """The place of the API key in examples and in requests of the check."""
        return self.key_places[0]

    @property
    def key_header(self) -> str:
        """The name of the header that carries the API key; "" if the query does."""
        return self.key.header

    def key_header_value(self, key: str) -> str:
        """Return the value of that header for a key: ``Bearer KEY`` in ``Authorization``."""
        return self.key.value(key)

    def request_path(self, segment: str, key: str = "") -> str:
        """Return the path and query of a request.

        Args:
            segment: The id, percent-encoded.
            key: The API key, for a document that has it in the query.
        """
        query = "&".join(filter(None, [self.key.query(key) if key else "", self.required_query]))
        return f"{self.prefix}{segment}{self.suffix}{f'?{query}' if query else ''}"

    @property
    def required_query(self) -> str:
        """The query parameters that every request must have, with examples; "" for none."""
        pairs = [(each.name, each.example) for each in self.parameters if each.where == "query"]
        return urlencode(pairs, quote_via=quote)

    @property
    def required_headers(self) -> dict[str, str]:
        """The headers that every request must have, with examples; the key is not among them."""
        return {each.name: each.example for each in self.parameters if each.where == "header"}

    @property
    def invalid_status(self) -> int | None:
        """The documented status of a request with an invalid parameter: 400 or 422; None if there is none."""
        for status in (400, 422):
            if str(status) in self.responses:
                return status
        return 400 if {"4XX", "default"} & self.responses.keys() else None

    @property
    def success(self) -> Response:
        """The response with the stats: the first 2xx with a schema."""
        return next(r for s, r in self.responses.items() if s.startswith("2") and r.validator)

    @property
    def success_status(self) -> int:
        """The status of that response; 200 for ``2XX``."""
        return int(self.success.status.replace("XX", "00"))


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """``openapi.json``, the vendor's document, compiled.

    Attributes:
        source: The file's name for messages: ``openapi.json`` for the built-in contract, else its path.
        raw: The bytes of the file, unchanged.
        document: The parsed document, unchanged.
        schemas: The document with its schemas: their fields, and validators of parts of it.
        title: ``info.title``.
        version: ``info.version``.
        servers: Base URLs of the operation, variables filled in; the first is the vendor's production server.
        servers_pointer: JSON pointer to them in the document.
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
    servers_pointer: str
    operation: Operation = field(repr=False)
    envelope: Fields = field(repr=False)
    stats: Fields = field(repr=False)
    stats_pointer: str
    error_envelope: Fields = field(repr=False)
    rates: RateUnit = "fraction"
    notices: tuple[str, ...] = ()

    def allowed_id(self, id_: str) -> str:
        """Return an id if the contract allows it, else one that is made from its schema and depends on this one.

        Raises:
            ContractError: No id was found that the contract allows.
        """
        parameter = self.operation.id_parameter
        likely = (id_, *((id_ + "0" * length)[:length] for length in (32, 64)), str(crc32(id_.encode())))
        allowed = next((each for each in likely if parameter.allows(each)), None)
        if allowed is not None:
            return allowed
        try:
            return text_of(Sampler(self.schemas).value(parameter.schema_pointer, id_))
        except UnsatisfiableError:
            expected = f"a schema of {parameter.name!r} for which a value can be made, or an example in it"
            self.schemas.refuse(parameter.schema_pointer, expected, "one that no value was found for")

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer into the document, with references followed."""
        node = lookup(self.document, pointer)
        return self.at(node["$ref"].removeprefix("#")) if isinstance(node, dict) and "$ref" in node else node
