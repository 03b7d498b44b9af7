"""Reply: a response that is checked against the contract and encoded once, when it is made."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract, Response, SchemaViolation
from migma_mock.messages.body_forms import forms_of
from migma_mock.messages.delivery import NORMAL, Delivery
from migma_mock.messages.hold import Hold
from migma_mock.messages.sending import Sending

Headers = tuple[tuple[bytes, bytes], ...]

UNDOCUMENTED = b"x-mock-undocumented"
"""The response header that marks a status which the contract does not document; its value is the status."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete response.

    Attributes:
        status: HTTP status.
        headers: With names in lower case, Content-Length included.
        body: The encoded body.
        matched_by: What chose this reply, in a few words: ``campaign 65f1…``, ``no key``.
        delay: Seconds to wait before it is sent.
        delivery: How it is sent.
        hold: Ends its waiting early, if it has to wait.
        sending: Tells if its delay is over; None if it has none.
    """

    status: int
    headers: Headers
    body: bytes
    matched_by: str
    delay: float = 0.0
    delivery: Delivery = NORMAL
    hold: Hold | None = field(default=None, compare=False, repr=False)
    sending: Sending | None = field(default=None, compare=False, repr=False)

    @property
    def failure(self) -> str:
        """The end that the client saw in place of a complete response, in a few words; "" if it got one."""
        if self.sending is not None and not self.sending.has_begun:
            return "no response (delayed)"
        return self.delivery.failure

    @property
    def waits(self) -> bool:
        """True if it is sent late, slowly or never."""
        return bool(self.delay) or self.delivery.kind in ("hang", "drip")

    @property
    def is_json(self) -> bool:
        """True if it has a body that is declared as JSON."""
        return bool(self.body) and any(name == b"content-type" and b"json" in value for name, value in self.headers)

    def success_envelope(self) -> dict[str, Any] | None:
        """Return the parsed body of a success that carries stats; None for any other reply."""
        if not 200 <= self.status < 300 or not self.is_json:
            return None
        envelope = json.loads(self.body)
        has_stats = isinstance(envelope, dict) and isinstance(envelope.get("data"), dict)
        return envelope if has_stats else None

    def with_headers(self, *headers: tuple[bytes, bytes]) -> "Reply":
        """Return the reply with further headers."""
        return replace(self, headers=self.headers + headers)

    def replace_header(self, name: bytes, value: bytes) -> "Reply":
        """Return the reply with another value of a header that it has."""
        return replace(self, headers=tuple((n, value if n == name else v) for n, v in self.headers))

    def replace_body(self, body: bytes) -> "Reply":
        """Return the reply with another body and its Content-Length."""
        return replace(self.replace_header(b"content-length", str(len(body)).encode()), body=body)


class ContractViolationError(MigmaError):
    """The body of a reply violates the contract; ``violations`` says how."""

    def __init__(self, status: int, violations: list[SchemaViolation]) -> None:
        self.violations = violations
        super().__init__(f"the body with status {status} violates the contract: {violations}")


def encode(document: Mapping[str, Any]) -> bytes:
    """Return a document as compact JSON in UTF-8.

    Raises:
        ValueError: It contains NaN or an infinity, which JSON does not have.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def undocumented_headers(status: int, contract: Contract) -> Headers:
    """Return the header that marks a status which the contract does not document; empty for a documented one."""
    return () if contract.operation.response(status) else ((UNDOCUMENTED, str(status).encode()),)


class ReplyMaker:
    """Makes replies that satisfy a contract.

    A body is checked against the schema that the contract has for its status. If the contract does not document the
    status, the body is checked against the error envelope, and the header :data:`UNDOCUMENTED` marks the reply.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._forms = forms_of(contract)

    def success(self, stats: Mapping[str, Any], matched_by: str) -> Reply:
        """Return the success reply with a campaign's stats.

        Raises:
            ContractViolationError: The stats violate the contract.
        """
        return self.enveloped(self._forms.success(stats), matched_by)

    def enveloped(self, envelope: Mapping[str, Any], matched_by: str) -> Reply:
        """Return the success reply with a complete envelope.

        Raises:
            ContractViolationError: The envelope violates the contract.
        """
        return self.json(self._contract.operation.success_status, envelope, matched_by)

    def error(self, status: int, code: str, message: str, matched_by: str, *headers: tuple[bytes, bytes]) -> Reply:
        """Return an error reply with a machine-readable code in the vendor's form (``NOT_FOUND``)."""
        return self.json(status, self._forms.error(status, code, message), matched_by, headers)

    def json(
        self, status: int, body: Mapping[str, Any], matched_by: str, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> Reply:
        """Return a reply with any status and any JSON object as its body.

        Raises:
            ContractViolationError: The body violates the contract.
        """
        operation = self._contract.operation
        response = operation.response(status) or operation.error
        violations = response.violations(body)
        if violations:
            raise ContractViolationError(status, violations)
        encoded = encode(body)
        media_type = (response.media_type or "application/json").encode()
        fixed = ((b"content-type", media_type), (b"content-length", str(len(encoded)).encode()))
        given = (*fixed, *headers, *undocumented_headers(status, self._contract))
        return Reply(status, given + _required_headers(response, given), encoded, matched_by)

    def bodiless(self, status: int, matched_by: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> Reply:
        """Return a reply without a body: a redirect, or a status whose responses have none (204, 304)."""
        # Those have no Content-Length either (RFC 9110, section 8.6); a 205 has one of 0.
        length = () if status in (204, 304) else ((b"content-length", b"0"),)
        return Reply(status, (*length, *headers, *undocumented_headers(status, self._contract)), b"", matched_by)


def _required_headers(response: Response, given: Headers) -> Headers:
    """Return the headers that the contract requires of a response and that are not given yet."""
    if not response.headers:
        return ()
    names = {name for name, _ in given}
    required = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers]
    return tuple(header for header in required if header[0] not in names)


def with_metadata(reply: Reply, timestamp: str, request_id: str) -> Reply:
    """Return the reply with the ``metadata`` that the vendor's introduction shows and the contract does not declare.

    A body that is not a JSON object, or has ``metadata`` already, is not changed.
    """
    if not reply.body.startswith(b"{") or _has_metadata(reply.body):
        return reply
    metadata = encode({"metadata": {"timestamp": timestamp, "requestId": request_id}})
    return reply.replace_body(metadata if reply.body == b"{}" else reply.body[:-1] + b"," + metadata[1:])


def _has_metadata(body: bytes) -> bool:
    if b'"metadata":' not in body:
        return False
    try:
        return "metadata" in json.loads(body)
    except ValueError:  # the fault of a script step came after the metadata
        return True
