"""CampaignFile: a campaign in a fixture file, or in a request to the control API."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from migma_contract.exchange import STATUSES_WITHOUT_BODY
from migma_contract.rate_unit import RateUnit
from migma_mock.campaigns.campaign import Then
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.faults.catalogue import AnyFaultSpec
from migma_mock.input_models import CampaignId, Strict

MAX_TITLE = 120
MAX_STEPS = 100
MAX_TIMES = 1_000_000

REPLY_FIELDS = ("stats", "reply", "growth", "script")


class ReplyFile(Strict):
    """A reply: ``{"status": 429, "headers": {"Retry-After": "30"}, "body": {…}}``."""

    status: int = Field(ge=200, le=599, description="HTTP status.")
    headers: dict[str, str] = Field(default={}, description="Response headers beside Content-Type and Content-Length.")
    body: dict[str, Any] | None = Field(
        default=None, description="The envelope that is sent; null for a status without a body (204, 304, redirects)."
    )

    @model_validator(mode="after")
    def _require_body(self) -> Self:
        status = {"status": self.status}
        if self.body is None and not self.may_lack_body:
            raise PydanticCustomError("body", "the field 'body' with status {status}, got none", status)
        if self.body is not None and self.status in STATUSES_WITHOUT_BODY:
            raise PydanticCustomError("body", "no body with status {status}, got one", status)
        return self

    @property
    def may_lack_body(self) -> bool:
        """True if a response with this status may have no body: a redirect, or a status that allows none."""
        return self.status in STATUSES_WITHOUT_BODY or 300 <= self.status < 400


class RecordedFile(Strict):
    """The origin of a recorded campaign; the mock does not use it."""

    at: str = Field(description="When the response came, in RFC 3339.")
    origin: str = Field(description="The base URL of the server that sent it.")
    changes: list[str] = Field(default=[], description="What differs from the response, in sentences.")
    violations: list[str] = Field(default=[], description="Where the response breaks the contract, in sentences.")


class StepFile(Strict):
    """One step of a script: ``{"stats": {…}}`` or ``{"reply": {…}, "times": 2}``, with or without a ``fault``."""

    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other reply, instead of stats.")
    fault: AnyFaultSpec | None = Field(
        default=None,
        description="A fault for the reply of this step; in a step without a reply, for that of the first with stats.",
    )
    times: int = Field(default=1, ge=1, le=MAX_TIMES, description="How many requests in a row get this step.")

    @model_validator(mode="after")
    def _require_reply_or_fault(self) -> Self:
        if self.stats is not None and self.reply is not None:
            raise PydanticCustomError("step", "either 'stats' or 'reply'")
        if self.stats is None and self.reply is None and self.fault is None:
            raise PydanticCustomError("step", "'stats', 'reply' or 'fault'")
        fault = self.fault
        is_counted = fault and (fault.times is not None or fault.skip or fault.probability != 1)
        if fault and (fault.campaign is not None or is_counted):
            raise PydanticCustomError("step", "a fault without campaign, times, skip and probability")
        return self


class ScriptFile(Strict):
    """Replies that follow each other: ``"replies": […], "then": "last"``."""

    replies: Annotated[list[StepFile], Field(min_length=1, max_length=MAX_STEPS)] = Field(
        description="The steps, in order."
    )
    then: Then = Field(default="last", description="After the last step: `last` repeats it, `loop` starts again.")

    @model_validator(mode="after")
    def _require_stats_for_faults(self) -> Self:
        needs_stats = any(step.stats is None and step.reply is None for step in self.replies)
        if needs_stats and all(step.stats is None for step in self.replies):
            raise PydanticCustomError("script", "a step with 'stats', to which the steps with only a fault apply")
        return self


class CampaignFile(Strict):
    """A campaign: its id, title and description, and one of stats, reply, growth and script."""

    schema_: str | None = Field(default=None, alias="$schema", description="JSON schema for editors; not used.")
    id: CampaignId = Field(description="The campaign id in the URL; the vendor's have 24 hexadecimal characters.")
    title: str | None = Field(
        default=None, min_length=1, max_length=MAX_TITLE, description="A name for lists; null: the id."
    )
    description: str = Field(default="", max_length=2000, description="What this campaign is for.")
    recorded: RecordedFile | None = Field(
        default=None, description="Where and when `migma-contract record` recorded the response."
    )
    stats: dict[str, Any] | None = Field(default=None, description="The `data` of a success envelope.")
    reply: ReplyFile | None = Field(default=None, description="Any other reply, instead of stats.")
    growth: GrowthFile | None = Field(default=None, description="Stats that grow with the account's clock.")
    before: ReplyFile | None = Field(
        default=None, description="With `growth`: the reply before it is sent; null: a 404."
    )
    script: ScriptFile | None = Field(default=None, description="Replies that come one after the other.")
    rates: RateUnit | None = Field(
        default=None,
        description="Unit of openRate and clickRate in `stats`; null: recognized from the numbers. The mock serves "
        "them in the unit of its setting `rates`.",
    )
    undocumented: bool = Field(
        default=False, description="The contract does not document the status or a field of the stats, on purpose."
    )
    incoherent: bool = Field(default=False, description="The numbers contradict each other, on purpose.")

    @model_validator(mode="after")
    def _require_one_reply(self) -> Self:
        given = [name for name in REPLY_FIELDS if getattr(self, name) is not None]
        if len(given) != 1:
            got = "both " + " and ".join(given) if given else "none of them"
            raise PydanticCustomError(
                "reply", "one of {fields}, got {got}", {"fields": ", ".join(REPLY_FIELDS), "got": got}
            )
        if self.before is not None and self.growth is None:
            raise PydanticCustomError("reply", "'before' only together with 'growth'")
        return self
