"""Faults of time: an answer that comes late, in drops, or never."""

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.openapi import Contract
from migma_mock.faults.base import MAX_SECONDS, AppliesTo, FaultKind, FaultSpec
from migma_mock.input_models import Strict
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply

Seconds = Annotated[float, Field(ge=0, le=MAX_SECONDS, allow_inf_nan=False)]
Mean = Annotated[float, Field(gt=0, le=MAX_SECONDS, allow_inf_nan=False)]


class Lognormal(Strict):
    """Most answers near the median, and a long tail: what latency of real services looks like."""

    median: Mean = Field(description="Half of the delays are shorter, in seconds.")
    sigma: float = Field(gt=0, le=5, allow_inf_nan=False, description="Of the logarithm: 0.5 is calm, 1.5 is wild.")


class Distribution(Strict):
    """Delays that vary: one of three shapes."""

    uniform: list[Seconds] | None = Field(
        default=None, min_length=2, max_length=2, description="The shortest and the longest, in seconds."
    )
    exponential: Mean | None = Field(default=None, description="The mean, in seconds.")
    lognormal: Lognormal | None = Field(default=None, description="Median and spread.")

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if sum(shape is not None for shape in (self.uniform, self.exponential, self.lognormal)) != 1:
            raise PydanticCustomError("shape", "one of uniform, exponential and lognormal")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise PydanticCustomError("order", "the shortest delay before the longest")
        return self

    def seconds(self, roll: float) -> float:
        """The delay that a roll between 0 and 1 (both excluded) stands for, at most :data:`MAX_SECONDS`."""
        if self.uniform:
            shortest, longest = self.uniform
            drawn = shortest + (longest - shortest) * roll
        elif self.lognormal:
            drawn = self.lognormal.median * math.exp(self.lognormal.sigma * NormalDist().inv_cdf(roll))
        else:
            drawn = -(self.exponential or 0.0) * math.log1p(-roll)
        return min(drawn, MAX_SECONDS)


class Delay(FaultSpec):
    """The reply, unchanged, after some seconds: a fixed number of them, or drawn from a distribution."""

    seen: ClassVar[str] = "httpx and fetch: the reply, or their own time-out"
    example: ClassVar[dict[str, Any]] = {
        "kind": "delay",
        "distribution": {"lognormal": {"median": 0.2, "sigma": 0.8}},
        "seed": 7,
    }
    applies_to: ClassVar[AppliesTo] = AppliesTo.ANY

    kind: Literal[FaultKind.DELAY] = FaultKind.DELAY
    seconds: Seconds | None = Field(default=None, description="A fixed delay.")
    distribution: Distribution | None = Field(
        default=None, description=f"Delays that vary, drawn with the seed; none is over {MAX_SECONDS:g} seconds."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.seconds is None) == (self.distribution is None):
            raise PydanticCustomError("way", "either 'seconds' or 'distribution'")
        return self

    def change(self, reply: Reply, _contract: Contract, roll: float) -> Reply:
        """The reply with a delay beside any that it has."""
        seconds = self.distribution.seconds(roll) if self.distribution else self.seconds or 0.0
        return replace(reply, delay=reply.delay + seconds)


class Timeout(FaultSpec):
    """No answer at all, for as long as the client waits."""

    seen: ClassVar[str] = "httpx: ReadTimeout; fetch: TimeoutError of AbortSignal.timeout(), else it waits for minutes"
    example: ClassVar[dict[str, Any]] = {"kind": "timeout", "times": 1}
    applies_to: ClassVar[AppliesTo] = AppliesTo.ANY

    kind: Literal[FaultKind.TIMEOUT] = FaultKind.TIMEOUT

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply:
        """The reply, never sent."""
        return replace(reply, delivery=Delivery("hang"))


class Drip(FaultSpec):
    """The head at once, and the body in small pieces over some seconds."""

    seen: ClassVar[str] = "httpx and fetch: the reply, late; a time-out for each read does not end it"
    example: ClassVar[dict[str, Any]] = {"kind": "drip", "seconds": 2, "pieces": 20}
    applies_to: ClassVar[AppliesTo] = AppliesTo.BODY

    kind: Literal[FaultKind.DRIP] = FaultKind.DRIP
    seconds: Mean = Field(default=2.0, description="From the head to the last piece.")
    pieces: int = Field(default=10, ge=2, le=1000, description="How many, if the body has as many bytes.")

    def change(self, reply: Reply, _contract: Contract, _roll: float) -> Reply | None:
        """The reply, sent slowly; one without a body has nothing to drip."""
        if not reply.body:
            return None
        return replace(reply, delivery=Delivery("drip", pieces=self.pieces, seconds=self.seconds))
