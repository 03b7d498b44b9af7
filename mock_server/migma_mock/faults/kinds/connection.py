"""Faults of the connection: reset, closed too early, or out of step with the length that was announced."""

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.faults.base import AppliesTo, FaultKind, FaultSpec
from migma_mock.faults.rewriting import with_header
from migma_mock.messages.delivery import Delivery, DeliveryKind
from migma_mock.messages.reply import Reply

_LARGEST = 1_000_000


def _not_zero(delta: int) -> int:
    if delta == 0:
        raise PydanticCustomError("zero", "a number of bytes other than 0")
    return delta


class Reset(FaultSpec):
    """The connection is reset before any byte of an answer."""

    seen: ClassVar[str] = "httpx: ReadError; fetch: TypeError 'fetch failed', cause ECONNRESET"
    example: ClassVar[dict[str, Any]] = {"kind": "reset", "probability": 0.1, "seed": 7}
    applies_to: ClassVar[AppliesTo] = AppliesTo.ANY

    kind: Literal[FaultKind.RESET] = FaultKind.RESET

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply:
        """The reply, never sent."""
        return replace(reply, delivery=Delivery("reset"))


class _Partial(FaultSpec):
    """Part of the body is sent, never all of it."""

    after: int | None = Field(
        default=None, ge=0, le=_LARGEST, description="Bytes of the body that are sent, never all; null: half of them."
    )

    def _cut(self, reply: Reply, kind: DeliveryKind) -> Reply | None:
        length = len(reply.body)
        if not length:
            return None
        sent = length // 2 if self.after is None else min(self.after, length - 1)
        return replace(reply, delivery=Delivery(kind, sent))


class ResetMidBody(_Partial):
    """The connection is reset after the head and a part of the body."""

    seen: ClassVar[str] = (
        "httpx: ReadError; fetch: TypeError 'terminated' from json(), cause ECONNRESET (or UND_ERR_SOCKET)"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "reset-mid-body", "after": 20}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal[FaultKind.RESET_MID_BODY] = FaultKind.RESET_MID_BODY

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply, sent in part; one without a body has no middle."""
        return self._cut(reply, "reset-mid-body")


class Truncate(_Partial):
    """The body is cut off under the Content-Length of the whole, and the connection is closed."""

    seen: ClassVar[str] = "httpx: RemoteProtocolError; fetch: TypeError 'terminated' from json(), cause UND_ERR_SOCKET"
    example: ClassVar[dict[str, Any]] = {"kind": "truncate"}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal[FaultKind.TRUNCATE] = FaultKind.TRUNCATE

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply, sent in part; one without a body cannot be cut."""
        return self._cut(reply, "truncate")


class WrongContentLength(FaultSpec):
    """The whole body under a Content-Length that is false, and the connection is closed."""

    seen: ClassVar[str] = (
        "too large, httpx: RemoteProtocolError, fetch: TypeError 'terminated'; too small, both: JSON that breaks off"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "wrong-content-length", "delta": -10}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal[FaultKind.WRONG_CONTENT_LENGTH] = FaultKind.WRONG_CONTENT_LENGTH
    delta: Annotated[int, AfterValidator(_not_zero)] = Field(
        default=10,
        ge=-_LARGEST,
        le=_LARGEST,
        description="Bytes announced beyond those sent; negative: fewer than are sent, at least 0.",
    )

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply with the false header; one without a body announces nothing."""
        if not reply.body:
            return None
        announced = max(0, len(reply.body) + self.delta)
        announcing = with_header(reply, b"content-length", str(announced).encode())
        return replace(announcing, delivery=Delivery("wrong-length"))
