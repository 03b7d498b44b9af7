"""Faults of the body as bytes: not JSON, not there, or not what Content-Type says."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultKind, FaultSpec
from migma_mock.faults.rewriting import is_json, with_body, with_header
from migma_mock.messages.reply import Reply


class WrongContentType(FaultSpec):
    """The body as it is, under another Content-Type."""

    seen: ClassVar[str] = "httpx and fetch: json() works; a client that looks at Content-Type refuses"
    example: ClassVar[dict[str, Any]] = {"kind": "wrong-content-type", "value": "text/html"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY
    befalls_all: ClassVar[bool] = False

    kind: Literal[FaultKind.WRONG_CONTENT_TYPE] = FaultKind.WRONG_CONTENT_TYPE
    value: str = Field(
        default="text/plain", pattern=r"^[!-~]([ -~]{0,198}[!-~])?$", description="What Content-Type says instead."
    )

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply with the other header; one that has it already, or no body, stays."""
        changed = with_header(reply, b"content-type", self.value.encode())
        return changed if reply.body and changed != reply else None


class EmptyBody(FaultSpec):
    """Status and Content-Type as they are, and no body."""

    seen: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "empty-body"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal[FaultKind.EMPTY_BODY] = FaultKind.EMPTY_BODY

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply without its body, if it has one."""
        return with_body(reply, b"") if reply.body else None


class InvalidJson(FaultSpec):
    """JSON that lacks its last character, under the Content-Length that is right for it."""

    seen: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "invalid-json", "campaign": "66b2f0a1c4e5d60012a40101"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.JSON

    kind: Literal[FaultKind.INVALID_JSON] = FaultKind.INVALID_JSON

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply with its brace left open, which no parser forgives, however lenient."""
        return with_body(reply, reply.body[:-1]) if is_json(reply) else None
