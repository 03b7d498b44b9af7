"""A small client for campaign stats with a time-out, retries and an exception for each kind of failure."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

import httpx


class StatsError(Exception):
    """The stats are not available."""


class NoSuchCampaignError(StatsError):
    """There is no campaign with this id; a retry does not help."""


class NotAllowedError(StatsError):
    """The API key is unknown, revoked, or lacks email:read."""


class UnavailableError(StatsError):
    """The API was unreachable or overloaded, also when the request was retried."""


class UnexpectedAnswerError(StatsError):
    """The response is not as documented: the contract has changed, or a proxy answered."""


@dataclass(frozen=True)
class Stats:
    """The part of a campaign's stats that this program needs; rates are fractions."""

    delivered: int
    open_rate: float
    click_rate: float
    as_of: datetime


class StatsClient:
    """A client for campaign stats that retries failed requests.

    Args:
        api_key: A key with the permission email:read.
        base_url: The URL of the API, with its version.
        timeout: Seconds to wait for each part of a response.
        retries: How often a failed request is sent again.
        rates: The unit in which the API sends rates; its page says "divided by delivered", the vendor's SDK 0-100.
        sleep: Waits some seconds.
        transport: For tests.
    """

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str = "https://api.migma.ai/v1",
        timeout: float = 5.0,
        retries: int = 2,
        rates: Literal["fraction", "percent"] = "fraction",
        sleep: Callable[[float], object] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout, transport=transport)
        self._retries = retries
        self._whole = 100 if rates == "percent" else 1
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def stats(self, campaign_id: str) -> Stats:
        """Return the stats of a campaign.

        Raises:
            StatsError: One of its subclasses.
        """
        response = self._answer(f"campaigns/{campaign_id}/stats")
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NoSuchCampaignError(campaign_id)
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise NotAllowedError(response.text)
        return _read(response, self._whole)

    def _answer(self, path: str) -> httpx.Response:
        problem = ""
        for attempt in range(self._retries + 1):
            wait = 2.0**attempt
            try:
                response = self._http.get(path)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}"
            else:
                if response.status_code != httpx.codes.TOO_MANY_REQUESTS and not response.is_server_error:
                    return response
                problem = f"status {response.status_code}"
                wait = float(response.headers.get("Retry-After", wait))
            if attempt < self._retries:
                self._sleep(wait)
        raise UnavailableError(problem)


def _read(response: httpx.Response, whole: int) -> Stats:
    try:
        data: dict[str, Any] = response.json()["data"]
        stats = Stats(
            delivered=data["totalDelivered"],
            open_rate=data["openRate"] / whole,
            click_rate=data["clickRate"] / whole,
            as_of=datetime.fromisoformat(data["lastUpdated"]),
        )
        is_sound = stats.delivered >= 0 and 0 <= stats.open_rate <= 1 and 0 <= stats.click_rate <= 1
    except (ValueError, KeyError, TypeError) as error:
        raise UnexpectedAnswerError(f"status {response.status_code}: {error!r}") from error
    if response.status_code != httpx.codes.OK or not is_sound:
        raise UnexpectedAnswerError(f"status {response.status_code}: {data}")
    return stats
