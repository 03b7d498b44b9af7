"""Reply: what will be sent. Made once, checked against the contract when made, encoded once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from migma_contract.errors import MigmaError
from migma_contract.openapi import Contract, SchemaViolation
from migma_mock.messages.delivery import NORMAL, Delivery

Headers = tuple[tuple[bytes, bytes], ...]

UNDOCUMENTED = b"x-mock-undocumented"
"""Response header that marks a status which the contract does not have; its value is the status."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response in full.

    Attributes:
        status: HTTP status.
        headers: In lower case, Content-Length included.
        body: As sent.
        matched_by: What chose this reply, in a few words: ``campaign 65f1…``, ``no key``.
        delay: Seconds to wait before it is sent.
        delivery: How it is sent.
    """

    status: int
    headers: Headers
    body: bytes
    matched_by: str
    delay: float = 0.0
    delivery: Delivery = NORMAL

    def with_headers(self, *headers: tuple[bytes, bytes]) -> "Reply":
        """The same reply with further headers."""
        return replace(self, headers=self.headers + headers)


class ContractViolationError(MigmaError):
    """A body that was to become a reply departs from the contract; ``violations`` says how."""

    def __init__(self, status: int, violations: list[SchemaViolation]) -> None:
        self.status = status
        self.violations = violations
        super().__init__(f"a {status} body that departs from the contract: {violations}")


def encode(document: Mapping[str, Any]) -> bytes:
    """JSON as it goes on the wire: compact, UTF-8, never NaN."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class ReplyMaker:
    """Makes replies that hold to one contract.

    A status that the contract has is held to that response's schema. One that it does not have is
    held to its error envelope, and marked by the header :data:`UNDOCUMENTED`.
    """

    def __init__(self, contract: Contract) -> None:
        self._operation = contract.operation

    def success(self, stats: Mapping[str, Any], matched_by: str) -> Reply:
        """The documented success envelope around a campaign's stats.

        Raises:
            ContractViolationError: The stats depart from the contract.
        """
        return self.enveloped({"success": True, "data": stats}, matched_by)

    def enveloped(self, envelope: Mapping[str, Any], matched_by: str) -> Reply:
        """A success envelope that is complete already, with the status that the contract gives it.

        Raises:
            ContractViolationError: It departs from the contract.
        """
        return self.json(int(self._operation.success.status.replace("XX", "00")), envelope, matched_by)

    def error(self, status: int, code: str, message: str, matched_by: str, *headers: tuple[bytes, bytes]) -> Reply:
        """An error envelope, with a machine-readable code in the vendor's form (``NOT_FOUND``)."""
        return self.json(status, {"success": False, "error": message, "code": code}, matched_by, headers)

    def json(
        self, status: int, body: Mapping[str, Any], matched_by: str, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> Reply:
        """Any status with any JSON object as its body.

        Raises:
            ContractViolationError: The body departs from the contract.
        """
        documented = self._operation.response(status)
        judge = documented or self._operation.error
        violations = judge.violations(body)
        if violations:
            raise ContractViolationError(status, violations)
        encoded = encode(body)
        mark = () if documented else ((UNDOCUMENTED, str(status).encode()),)
        media_type = (judge.media_type or "application/json").encode()
        fixed = ((b"content-type", media_type), (b"content-length", str(len(encoded)).encode()))
        return Reply(status, (*fixed, *headers, *mark), encoded, matched_by)

    def empty(self, status: int, matched_by: str, *headers: tuple[bytes, bytes]) -> Reply:
        """A status without a body (204)."""
        return Reply(status, headers, b"", matched_by)


def with_metadata(reply: Reply, timestamp: str, request_id: str) -> Reply:
    """The reply with the ``metadata`` that the vendor's introduction shows and the contract does not declare.

    A body that is no JSON object, or has ``metadata`` of its own, stays as it is.
    """
    if not reply.body.startswith(b"{") or b'"metadata":' in reply.body:
        return reply
    metadata = encode({"metadata": {"timestamp": timestamp, "requestId": request_id}})
    body = metadata if reply.body == b"{}" else reply.body[:-1] + b"," + metadata[1:]
    length = str(len(body)).encode()
    headers = tuple((name, length if name == b"content-length" else value) for name, value in reply.headers)
    return replace(reply, body=body, headers=headers)
