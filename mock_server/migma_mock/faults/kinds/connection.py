"""Faults of the connection: reset, closed too early, or with a wrong Content-Length."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply

_LARGEST = 1_000_000


def _require_nonzero(delta: int) -> int:
    if delta == 0:
        raise PydanticCustomError("zero", "a number of bytes other than 0")
    return delta


class Reset(FaultSpec):
    """The connection is reset before the first byte of the response."""

    client_sees: ClassVar[str] = "httpx: ReadError; fetch: TypeError 'fetch failed', cause ECONNRESET"
    example: ClassVar[dict[str, Any]] = {"kind": "reset", "probability": 0.1, "seed": 7}

    kind: Literal["reset"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply:
        """Return the reply with the delivery ``reset``."""
        return replace(reply, delivery=Delivery("reset"))


class _Partial(FaultSpec):
    """Only a part of the body is sent."""

    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal["reset-mid-body", "truncate"]
    after: int | None = Field(
        default=None,
        ge=0,
        le=_LARGEST,
        description="Bytes of the body to send, at most all but one; null: half of them.",
    )

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the delivery that is called as the fault; None if it has no body."""
        length = len(reply.body)
        if not length:
            return None
        sent = length // 2 if self.after is None else min(self.after, length - 1)
        return replace(reply, delivery=Delivery(self.kind, sent))


class ResetMidBody(_Partial):
    """The connection is reset after the head and a part of the body."""

    client_sees: ClassVar[str] = (
        "httpx: ReadError; fetch: TypeError 'terminated' from json(), cause ECONNRESET (or UND_ERR_SOCKET)"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "reset-mid-body", "after": 20}

    kind: Literal["reset-mid-body"]


class Truncate(_Partial):
    """The body is cut off, with the Content-Length of the whole, and the connection is closed."""

    client_sees: ClassVar[str] = (
        "httpx: RemoteProtocolError; fetch: TypeError 'terminated' from json(), cause UND_ERR_SOCKET"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "truncate"}

    kind: Literal["truncate"]


class WrongContentLength(FaultSpec):
    """The whole body is sent with a wrong Content-Length, and the connection is closed."""

    client_sees: ClassVar[str] = (
        "too large, httpx: RemoteProtocolError, fetch: TypeError 'terminated'; too small, both: incomplete JSON"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "wrong-content-length", "delta": -10}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal["wrong-content-length"]
    delta: Annotated[int, AfterValidator(_require_nonzero)] = Field(
        default=10,
        ge=-_LARGEST,
        le=_LARGEST,
        description="Added to the length of the body; Content-Length is at least 0.",
    )

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the wrong header; None if it has no body."""
        if not reply.body:
            return None
        announced = max(0, len(reply.body) + self.delta)
        announcing = reply.replace_header(b"content-length", str(announced).encode())
        return replace(announcing, delivery=Delivery("wrong-length", is_short=self.delta > 0))
