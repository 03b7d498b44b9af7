"""Types of the keyword arguments of a handle's methods, so that type checkers and editors know every name.

A test compares them with the models that check the values (``CampaignStats``, ``GrowthFile``, the faults).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict


class StatsArguments(TypedDict, total=False):
    """Fields of CampaignStats, named as the vendor names them; None omits an optional one."""

    totalSent: int
    totalDelivered: int
    uniqueOpens: int
    totalOpens: int
    uniqueClicks: int
    totalClicks: int
    unsubscribes: int
    bounces: int
    openRate: float
    clickRate: float
    lastUpdated: datetime | str
    botOpens: int | None
    botClicks: int | None
    mppOpens: int | None


class GrowthArguments(TypedDict, total=False):
    """Optional parameters of a growing campaign; the rates are those that it reaches after a month."""

    refresh_seconds: int
    bounce_rate: float
    open_rate: float
    click_rate: float
    unsubscribe_rate: float
    opens_per_opener: float
    clicks_per_clicker: float
    mpp_share: float | None
    bot_open_share: float | None
    bot_click_share: float | None


class DurationArguments(TypedDict, total=False):
    """The units of :class:`datetime.timedelta`."""

    weeks: float
    days: float
    hours: float
    minutes: float
    seconds: float
    milliseconds: float
    microseconds: float


class PatternArguments(TypedDict, total=False):
    """A pattern of requests.

    Attributes:
        method: In any case.
        path: Percent-encoded, without the query.
        query: Parameters of the query and their values, decoded; there may be others.
        status: Of the response.
        matched_by: A part of what decided the response, such as ``fault``.
        headers: Request headers and their values. Secrets are masked, as in ``Bearer [redacted]``; only keys of the
            account itself are compared as they are, as in ``auth_headers``.
    """

    method: str | None
    path: str | None
    query: Mapping[str, str] | None
    status: int | None
    matched_by: str | None
    headers: Mapping[str, str] | None


class RequestPattern(PatternArguments, total=False):
    """A pattern of requests; whatever is left out, or is None, matches anything."""

    campaign_id: str | None


class ExpectationArguments(PatternArguments, total=False):
    """The requests that are expected, and their number.

    Attributes:
        times: Exactly how many such requests.
        at_least: The fewest.
        at_most: The most.
    """

    times: int | None
    at_least: int | None
    at_most: int | None


class FaultArguments(TypedDict, total=False):
    """The parameters that all kinds of faults have.

    Attributes:
        times: How many responses are changed; None until the fault is disarmed.
        skip: How many responses pass unchanged first.
        expect_used: See :meth:`migma_mock.MigmaMock.fault`.
    """

    campaign_id: str | None
    times: int | None
    skip: int
    probability: float
    seed: int
    expect_used: bool | None


class ErrorArguments(FaultArguments, total=False):
    """The envelope of an error."""

    code: str | None
    message: str | None
    retry_after: int | None


class Lognormal(TypedDict):
    """Delays near a median, with a long tail."""

    median: float
    sigma: float


class Distribution(TypedDict, total=False):
    """Delays that vary: one of the three."""

    uniform: list[float]
    exponential: float
    lognormal: Lognormal
