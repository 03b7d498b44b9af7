"""Faults of the body as bytes: invalid JSON, no body, or another Content-Type."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.reply import Reply


class WrongContentType(FaultSpec):
    """The body is unchanged and sent with another Content-Type."""

    client_sees: ClassVar[str] = "httpx and fetch: json() works; a client that checks Content-Type refuses it"
    example: ClassVar[dict[str, Any]] = {"kind": "wrong-content-type", "value": "text/html"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY
    applies_to_all: ClassVar[bool] = False

    kind: Literal["wrong-content-type"]
    value: str = Field(
        default="text/plain",
        pattern=r"^[!-~]([ -~]{0,198}[!-~])?$",
        description="The Content-Type to send.",
    )

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the other Content-Type; None if it has that one already, or no body."""
        changed = reply.replace_header(b"content-type", self.value.encode())
        return changed if reply.body and changed != reply else None


class EmptyBody(FaultSpec):
    """Status and Content-Type are unchanged, and the body is empty."""

    client_sees: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "empty-body"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal["empty-body"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with an empty body; None if it has none."""
        return reply.replace_body(b"") if reply.body else None


class InvalidJson(FaultSpec):
    """The JSON body lacks its last character; Content-Length is correct for what is sent."""

    client_sees: ClassVar[str] = "httpx: JSONDecodeError from json(); fetch: SyntaxError from json()"
    example: ClassVar[dict[str, Any]] = {"kind": "invalid-json", "campaign": "66b2f0a1c4e5d60012a40101"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.JSON

    kind: Literal["invalid-json"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply without its closing brace, which even a lenient parser refuses; None if it is not JSON."""
        return reply.replace_body(reply.body[:-1]) if reply.is_json else None
