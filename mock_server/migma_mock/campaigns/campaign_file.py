"""CampaignFile: a campaign as a fixture file, or the control API, writes it."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migma_mock.campaigns.growth import GrowthFile
from migma_mock.campaigns.script import Then
from migma_mock.faults.catalogue import AnyFaultSpec
from migma_mock.input_models import CampaignId, Strict

MAX_STEPS = 100
MAX_TIMES = 1_000_000

ANSWERS = ("stats", "reply", "growth", "script")


class ReplyFile(Strict):
    """A reply as files write it: ``{"status": 429, "headers": {"Retry-After": "30"}, "body": {…}}``."""

    status: int = Field(ge=200, le=599, description="HTTP status.")
    headers: dict[str, str] = Field(default={}, description="Response headers beside Content-Type and Content-Length.")
    body: dict[str, Any] = Field(description="The envelope, as sent.")


class StepFile(Strict):
    """One step: ``{"stats": {…}}``, ``{"reply": {…}, "times": 2}``, or either or neither with a ``fault``."""

    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other answer, instead of stats.")
    fault: AnyFaultSpec | None = Field(
        default=None, description="AppliesTo this step's answer; alone, that of the script's first step with stats."
    )
    times: int = Field(default=1, ge=1, le=MAX_TIMES, description="How many requests in a row get it.")

    @model_validator(mode="after")
    def _has_an_answer(self) -> Self:
        if self.stats is not None and self.reply is not None:
            raise PydanticCustomError("step", "either 'stats' or 'reply'")
        if self.stats is None and self.reply is None and self.fault is None:
            raise PydanticCustomError("step", "'stats', 'reply' or 'fault'")
        fault = self.fault
        if fault and (fault.campaign is not None or fault.times is not None or fault.probability != 1):
            raise PydanticCustomError("step", "a fault without campaign, times and probability: the step has its own")
        return self

    @property
    def has_answer(self) -> bool:
        """Whether it says itself what is answered, and is no fault alone."""
        return self.stats is not None or self.reply is not None


class ScriptFile(Strict):
    """Members of a campaign file that has a script: ``"replies": […], "then": "last"``."""

    replies: Annotated[list[StepFile], Field(min_length=1, max_length=MAX_STEPS)] = Field(
        description="The answers, in order."
    )
    then: Then = Field(default="last", description="After the last: `last` repeats it for ever, `loop` starts again.")

    @model_validator(mode="after")
    def _faults_have_an_answer_to_befall(self) -> Self:
        lonely = any(not step.has_answer for step in self.replies)
        if lonely and all(step.stats is None for step in self.replies):
            raise PydanticCustomError("script", "a step with 'stats', which a fault that stands alone applies_to")
        return self

    @property
    def first_with_stats(self) -> int:
        """Which step's answer is befallen by a fault that stands alone."""
        return next(index for index, step in enumerate(self.replies) if step.stats is not None)


class CampaignFile(Strict):
    """One campaign as a file, or the control API, writes it: what it is, and one of stats, reply, growth and script."""

    schema_: str | None = Field(default=None, alias="$schema", description="For editors; not used.")
    id: CampaignId = Field(description="The id in the URL; the vendor's are 24 hexadecimal characters.")
    title: str = Field(min_length=1, max_length=120, description="A name for lists.")
    description: str = Field(min_length=1, max_length=2000, description="What this campaign teaches.")
    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other answer, instead of stats.")
    growth: GrowthFile | None = Field(default=None, description="Stats that grow with the account's clock.")
    before: ReplyFile | None = Field(
        default=None, description="With `growth`: the answer until it is sent; else a 404."
    )
    script: ScriptFile | None = Field(default=None, description="Answers that come one after the other.")
    undocumented: bool = Field(default=False, description="A reply's status is not in the contract, on purpose.")
    incoherent: bool = Field(default=False, description="The numbers contradict each other, on purpose.")

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        given = [name for name in ANSWERS if getattr(self, name) is not None]
        if len(given) != 1:
            got = "both " + " and ".join(given) if given else "none of them"
            raise PydanticCustomError(
                "answer", "one of {answers}, got {got}", {"answers": ", ".join(ANSWERS), "got": got}
            )
        if self.before is not None and self.growth is None:
            raise PydanticCustomError("answer", "'before' only beside 'growth'")
        return self
