"""GrowthFile: a growing campaign as a fixture file writes it."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from migma_contract.stats import MAX_COUNT
from migma_contract.timestamps import parse_rfc3339
from migma_mock.campaigns.growth.relative_time import parse_relative
from migma_mock.input_models import Strict

_MOST_EACH = 1_000
"""Opens of one opener, and clicks of one clicker: so the largest list stays within MAX_COUNT."""

_Share = Annotated[float, Field(ge=0, le=1)]
_Times = Annotated[float, Field(ge=1, le=_MOST_EACH)]


class GrowthFile(Strict):
    """A growing campaign as a fixture file writes it: ``{"recipients": 20000, "sentAt": "-2h"}`` is enough.

    The rates are those that it ends with, a month after it was sent.
    """

    recipients: int = Field(ge=0, le=MAX_COUNT // _MOST_EACH, description="Whom it is sent to: totalSent.")
    sentAt: str = Field(
        description="When it is sent: an RFC 3339 date-time with its offset, or relative, like -2h, +10m or -3d12h, "
        "to when the campaign was put, or, of fixtures, to when the account began. Fractions of a second are dropped."
    )
    refreshSeconds: int = Field(
        default=300, ge=1, le=86_400, description="Seconds from one refresh of stats to the next."
    )
    bounceRate: _Share = Field(default=0.02, description="Bounces, of sent; the rest is delivered.")
    openRate: _Share = Field(default=0.36, description="Unique opens, of delivered.")
    clickRate: _Share = Field(default=0.025, description="Unique clicks, of delivered.")
    unsubscribeRate: _Share = Field(default=0.002, description="Unsubscribes, of delivered.")
    opensPerOpener: _Times = Field(default=1.6, description="Total opens, of unique opens.")
    clicksPerClicker: _Times = Field(default=1.3, description="Total clicks, of unique clicks.")
    mppShare: _Share | None = Field(
        default=0.45, description="Opens by Apple Mail Privacy Protection, of total opens; null: no mppOpens."
    )
    botOpenShare: _Share | None = Field(default=0.03, description="Opens by bots, of total opens; null: no botOpens.")
    botClickShare: _Share | None = Field(
        default=0.08, description="Clicks by bots, of total clicks; null: no botClicks."
    )

    @field_validator("sentAt")
    @classmethod
    def _is_instant(cls, text: str) -> str:
        if parse_rfc3339(text) is None and parse_relative(text) is None:
            raise PydanticCustomError("sent_at", "a date-time like 2026-01-31T09:30:00Z, or a time span like -3d12h")
        return text

    @field_validator("botOpenShare")
    @classmethod
    def _beside_mpp(cls, share: float | None, info: ValidationInfo) -> float | None:
        # An open is by a bot, by Mail Privacy Protection, or by a person. The default is not checked, and gives way.
        mpp = info.data.get("mppShare") or 0
        if mpp + (share or 0) > 1:
            raise PydanticCustomError("shares", "at most 1 - mppShare ({mpp})", {"mpp": mpp})
        return share
