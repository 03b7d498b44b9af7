"""GrowthFile: a growing campaign in a fixture file, with time spans as people write them: ``-2h``, ``-3d12h``."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from migma_contract.stats import MAX_COUNT
from migma_contract.timestamps import parse_rfc3339
from migma_mock.input_models import Strict

# At most six digits each, so that a timedelta can hold every duration.
_UNITS = "".join(f"(?:([0-9]{{1,6}}){unit})?" for unit in "dhms")
_RELATIVE = re.compile(f"([+-])(?=[0-9]){_UNITS}")

_MAX_EACH = 1_000
"""The most opens per opener, and clicks per clicker, so that all counts stay within MAX_COUNT."""

_Share = Annotated[float, Field(ge=0, le=1)]
_Times = Annotated[float, Field(ge=1, le=_MAX_EACH)]


class GrowthFile(Strict):
    """A growing campaign; ``{"recipients": 20000, "sentAt": "-2h"}`` is enough.

    The rates are reached a month after it was sent. They are fractions from 0 to 1, like the other shares, whatever the
    unit of the rates in the stats is.
    """

    recipients: int = Field(ge=0, le=MAX_COUNT // _MAX_EACH, description="Number of recipients: totalSent.")
    sentAt: str = Field(
        description="When it is sent: an RFC 3339 date-time with a UTC offset, or a time span such as -2h, +10m or "
        "-3d12h, counted from when the campaign was put (for fixtures: from when the account was created). Fractions "
        "of a second are dropped."
    )
    refreshSeconds: int = Field(
        default=300, ge=1, le=86_400, description="Seconds from one refresh of the stats to the next."
    )
    bounceRate: _Share = Field(default=0.02, description="Bounces divided by sent; the rest is delivered.")
    openRate: _Share = Field(default=0.36, description="Unique opens divided by delivered.")
    clickRate: _Share = Field(default=0.025, description="Unique clicks divided by delivered.")
    unsubscribeRate: _Share = Field(default=0.002, description="Unsubscribes divided by delivered.")
    opensPerOpener: _Times = Field(default=1.6, description="Total opens divided by unique opens.")
    clicksPerClicker: _Times = Field(default=1.3, description="Total clicks divided by unique clicks.")
    mppShare: _Share | None = Field(
        default=0.45,
        description="Opens by Apple Mail Privacy Protection divided by total opens; null: no mppOpens.",
    )
    botOpenShare: _Share | None = Field(
        default=0.03, description="Opens by bots divided by total opens; null: no botOpens."
    )
    botClickShare: _Share | None = Field(
        default=0.08, description="Clicks by bots divided by total clicks; null: no botClicks."
    )

    @field_validator("sentAt")
    @classmethod
    def _require_time(cls, text: str) -> str:
        if parse_rfc3339(text) is None and parse_relative(text) is None:
            raise PydanticCustomError("sent_at", "a date-time like 2026-01-31T09:30:00Z, or a time span like -3d12h")
        return text

    @field_validator("botOpenShare")
    @classmethod
    def _require_share_beside_mpp(cls, share: float | None, info: ValidationInfo) -> float | None:
        # Each open is by a bot, by Mail Privacy Protection, or by a person. The default is not checked: it is reduced.
        mpp = info.data.get("mppShare") or 0
        if mpp + (share or 0) > 1:
            raise PydanticCustomError("shares", "at most 1 - mppShare ({mpp})", {"mpp": mpp})
        return share


def parse_relative(text: str) -> timedelta | None:
    """Return the duration of a text such as ``-2h``, ``+10m`` or ``-3d12h``; None for any other text."""
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return None
    sign, *units = match.groups()
    days, hours, minutes, seconds = (int(unit or 0) for unit in units)
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -duration if sign == "-" else duration
