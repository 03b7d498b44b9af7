"""Faults of time: a response that comes late, slowly, or never."""

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.faults.base import MAX_SECONDS, AppliesTo, FaultSpec
from migma_mock.input_models import Strict
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply

Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS)]
Mean = Annotated[float, Field(gt=0, le=MAX_SECONDS)]


class Lognormal(Strict):
    """Most delays near the median and a few much longer ones, as the latency of real services is."""

    median: Mean = Field(description="Half of the delays are shorter, in seconds.")
    sigma: float = Field(
        gt=0,
        le=5,
        description="Standard deviation of the logarithm: 0.5 varies little, 1.5 varies a lot.",
    )


class Distribution(Strict):
    """A random delay: one of three distributions."""

    uniform: list[Seconds] | None = Field(
        default=None, min_length=2, max_length=2, description="The shortest and the longest delay, in seconds."
    )
    exponential: Mean | None = Field(default=None, description="The mean delay, in seconds.")
    lognormal: Lognormal | None = Field(default=None, description="The median delay and its spread.")

    @model_validator(mode="after")
    def _require_one_distribution(self) -> Self:
        if sum(shape is not None for shape in (self.uniform, self.exponential, self.lognormal)) != 1:
            raise PydanticCustomError("distribution", "exactly one of uniform, exponential and lognormal")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise PydanticCustomError("order", "the shortest delay before the longest")
        return self

    def seconds(self, random_number: float) -> float:
        """Return the quantile of a number between 0 and 1 (both excluded), at most :data:`MAX_SECONDS`."""
        if self.uniform:
            shortest, longest = self.uniform
            seconds = shortest + (longest - shortest) * random_number
        elif self.lognormal:
            seconds = self.lognormal.median * math.exp(self.lognormal.sigma * NormalDist().inv_cdf(random_number))
        else:
            seconds = -(self.exponential or 0.0) * math.log1p(-random_number)
        return min(seconds, MAX_SECONDS)


class Delay(FaultSpec):
    """The reply is unchanged and sent later: after a fixed time, or after a random one."""

    client_sees: ClassVar[str] = "httpx and fetch: the reply, or a timeout of the client"
    example: ClassVar[dict[str, Any]] = {
        "kind": "delay",
        "distribution": {"lognormal": {"median": 0.2, "sigma": 0.8}},
        "seed": 7,
    }

    kind: Literal["delay"]
    seconds: Seconds | None = Field(default=None, description="A fixed delay, in seconds.")
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
