"""Faults of time: a response that comes late, slowly, or never."""

from dataclasses import replace
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.delays import MAX_SECONDS, Distribution, Mean, Seconds
from migma_mock.faults.base import AppliesTo, FaultSpec
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply


class Delay(FaultSpec):
    """The reply is unchanged and sent later: after a fixed time, or after a random one."""

    client_sees: ClassVar[str] = "httpx and fetch: the reply, or a timeout of the client"
    example: ClassVar[dict[str, Any]] = {
        "kind": "delay",
        "distribution": {"lognormal": {"median": 0.2, "sigma": 0.8}},
        "seed": 7,
    }

    # For forms: of these fields, one is given.
    model_config = ConfigDict(json_schema_extra={"x-exclusive": ["seconds", "distribution"]})

    kind: Literal["delay"]
    seconds: Seconds | None = Field(default=None, examples=[2], description="A fixed delay, in seconds.")
    distribution: Distribution | None = Field(
        default=None, description=f"Random delays, which depend on the seed; at most {MAX_SECONDS:g} seconds each."
    )

    @model_validator(mode="after")
    def _require_one_kind(self) -> Self:
        if (self.seconds is None) == (self.distribution is None):
            raise PydanticCustomError("delay", "either 'seconds' or 'distribution'")
        return self

    def change(self, reply: Reply, _contract: Contract, random_number: float) -> Reply:
        """Return the reply with the delay added to its own."""
        seconds = self.distribution.seconds(random_number) if self.distribution else self.seconds or 0.0
        return replace(reply, delay=reply.delay + seconds)


class Timeout(FaultSpec):
    """No response at all, for as long as the client waits."""

    client_sees: ClassVar[str] = (
        "httpx: ReadTimeout; fetch: TimeoutError of AbortSignal.timeout(), without it a wait of minutes"
    )
    example: ClassVar[dict[str, Any]] = {"kind": "timeout", "times": 1}

    kind: Literal["timeout"]

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply:
        """Return the reply with the delivery ``hang``."""
        return replace(reply, delivery=Delivery("hang"))


class Drip(FaultSpec):
    """The headers are sent at once, and the body slowly in small pieces."""

    client_sees: ClassVar[str] = "httpx and fetch: the reply, late; a timeout for each read does not end it"
    example: ClassVar[dict[str, Any]] = {"kind": "drip", "seconds": 2, "pieces": 20}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal["drip"]
    seconds: Mean = Field(default=2.0, description="Seconds from the headers to the last piece.")
    pieces: int = Field(default=10, ge=2, le=1000, description="How many pieces, if the body has as many bytes.")

    def change(self, reply: Reply, _contract: Contract, _random_number: float) -> Reply | None:
        """Return the reply with the delivery ``drip``; None if it has no body."""
        if not reply.body:
            return None
        return replace(reply, delivery=Delivery("drip", pieces=self.pieces, seconds=self.seconds))
