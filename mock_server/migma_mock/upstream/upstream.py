"""Upstream: the live API behind the mock, which gets the requests for campaigns that the mock does not have."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from migma_contract.finding import Finding
from migma_contract.fork_lock import ForkLock
from migma_contract.openapi import Contract
from migma_contract.redaction import Secret
from migma_mock.accounts.rate_limit import RateLimiter
from migma_mock.engine.engine import Engine
from migma_mock.engine.static_replies import UPSTREAM
from migma_mock.event_log import Note
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.metrics.counts import Counts
from migma_mock.plans import parse_plan
from migma_mock.settings import Settings
from migma_mock.upstream.forwarded_headers import is_looping, request_headers, response_headers, without_cors
from migma_mock.upstream.giving_up import result_unless
from migma_mock.upstream.judged_response import Judged, judge_response
from migma_mock.upstream.live_request import MAX_SECONDS, LiveRequests, LiveResponse, NoResponseError
from migma_mock.upstream.stats_recorder import StatsRecorder
from migma_mock.upstream_url import upstream_path

FINDINGS = b"x-mock-findings"
"""The response header with the number of findings, and the rule of the first."""

MAX_PARALLEL = 32
"""Most requests at a time; each may keep a body of 1 MiB."""

MAX_KEYS = 4
"""Most different keys of a request; looking for one in a response of 1 MiB takes a tenth of a second."""

_CODES = {502: "BAD_GATEWAY", 503: "SERVICE_UNAVAILABLE", 504: "GATEWAY_TIMEOUT"}

_PLAN = "free"
"""The plan whose pace is kept if the mock has no plan."""


class UpstreamResponse(NamedTuple):
    """The response to a request that was for the live API.

    Attributes:
        reply: The response as the client gets it.
        seconds: How long it took.
        shown: The response as the journal has it; None for the same.
    """

    reply: Reply
    seconds: float = 0
    shown: Reply | None = None


class Upstream:
    """Forwards requests to the live API, checks its responses against the contract, and records them if that is wanted.

    Args:
        base_url: The base URL of the API.
        settings: The plan, and the folder of recordings.
        instance: The id of the mock, by which it recognizes its own requests.
        note: Is called with a sentence for people about each recording.
        counts: Counts the forwarded requests, if given.
        seconds: Longest time of a request.
    """

    def __init__(
        self,
        base_url: str,
        settings: Settings,
        instance: str,
        note: Note,
        *,
        counts: Counts | None = None,
        seconds: float = MAX_SECONDS,
    ) -> None:
        self._base_url = base_url
        self._live = LiveRequests(base_url, seconds)
        self._pseudonym = f"migma-mock-{instance}".encode()
        self._pace = RateLimiter(parse_plan(settings.plan) or parse_plan(_PLAN))
        self._rates = " and ".join(f"{limit.requests} a {limit.name}" for limit in self._pace.limits)
        self._recorder = StatsRecorder(settings.record, base_url, note) if settings.record else None
        self._counts = counts or Counts()
        self._active = 0
        self._judging = ForkLock()

    @property
    def description(self) -> str:
        """A sentence for the user about what is forwarded, and how often."""
        recorded = f"; stats are recorded in {self._recorder.path}" if self._recorder else ""
        return f"Requests for other campaigns go to {self._base_url}, at most {self._rates} (--upstream){recorded}."

    async def response_to(
        self, request: Request, engine: Engine, contract: Contract, given_up: Callable[[], Awaitable[object]]
    ) -> UpstreamResponse:
        """Return the response to a GET or HEAD of the contract's path, which the caller records in the journal.

        It is that of the API, or an error in the form of the contract: 400, 429, 502, 503, 504 or 508.

        Args:
            request: The request.
            engine: Has the keys and the forms of errors.
            contract: The response is checked against it.
            given_up: Returns what ends when nobody waits for the response any more.
        """
        began = time.perf_counter()
        refusal = self._refusal(request, engine)
        if refusal is not None:
            return UpstreamResponse(refusal)
        self._active += 1
        self._counts.forwarded += 1
        try:
            reply, shown = await result_unless(given_up(), self._forward(request, engine, contract))
        except NoResponseError as error:
            message, matched_by = f"The live API at {self._base_url} {error}.", f"{UPSTREAM}, no response"
            reply = shown = engine.static_replies.make.error(error.status, _CODES[error.status], message, matched_by)
        finally:
            self._active -= 1
        return UpstreamResponse(reply, time.perf_counter() - began, shown)

    def _refusal(self, request: Request, engine: Engine) -> Reply | None:
        """Return the reply to a request that is not forwarded; None for one that is."""
        error = engine.static_replies.make.error
        if is_looping(request.headers, self._pseudonym):
            message = f"This request came back to the mock that sent it. Is {self._base_url} the live API (--upstream)?"
            return error(508, "LOOP_DETECTED", message, f"{UPSTREAM}, loop")
        if len(engine.secrets(request)) > MAX_KEYS:
            return error(400, "BAD_REQUEST", f"A request has at most {MAX_KEYS} different keys.", f"{UPSTREAM}, keys")
        if self._active >= MAX_PARALLEL:
            message = f"{MAX_PARALLEL} requests wait for the live API already. Try again in 1 s."
            return error(503, "SERVICE_UNAVAILABLE", message, f"{UPSTREAM}, busy", (b"retry-after", b"1"))
        # In real time: the clock of an account may be moved, that of the live API is not.
        wait = self._pace.acquire(UPSTREAM, time.monotonic())
        if wait is not None:
            message = f"The mock sends at most {self._rates} to the live API (--plan). Try again in {wait} s."
            return error(429, "RATE_LIMITED", message, f"{UPSTREAM}, rate limit", (b"retry-after", str(wait).encode()))
        return None

    async def _forward(self, request: Request, engine: Engine, contract: Contract) -> tuple[Reply, Reply]:
        """Return the response as the client gets it, and as the journal has it."""
        path = upstream_path(self._base_url, contract.operation.prefix) + request.path
        target = path + b"?" + request.query if request.query else path
        started, clock = datetime.now(UTC), time.perf_counter()
        response = await self._live.send(request.method, target, request_headers(request.headers, self._pseudonym))
        judge = partial(
            self._judge,
            request,
            response,
            contract,
            engine.secrets(request),
            url=f"{self._base_url}{request.path.decode('latin-1')}",
            campaign_id=engine.campaign_id(request),
            started=started,
            elapsed=time.perf_counter() - clock,
        )
        # In a thread: a large body takes a moment, and the event loop has other requests.
        return self._replies(request, response, await asyncio.to_thread(judge))

    def _judge(
        self, request: Request, response: LiveResponse, contract: Contract, secrets: Sequence[Secret], **facts: Any
    ) -> Judged:
        # One at a time: the event loop would have to wait for its turn among all threads that compute.
        with self._judging.held():
            judged = judge_response(request, response, contract, secrets, **facts)
            if self._recorder:
                self._recorder.record(judged.exchange, contract, secrets)
            return judged

    def _replies(self, request: Request, response: LiveResponse, judged: Judged) -> tuple[Reply, Reply]:
        found = _summary(judged.findings)
        matched_by = f"{UPSTREAM}, {found}" if found else UPSTREAM
        headers = response_headers(response.headers, response.version, self._pseudonym)
        if any(name == b"origin" for name, _ in request.headers):
            headers = without_cors(headers)
        headers = [header for header in headers if header[0] != FINDINGS]
        is_bodiless = response.status in (204, 304)
        if request.method == "GET" or is_bodiless:
            # That of the API does not count beside Transfer-Encoding, nor for a response without a body.
            headers = [header for header in headers if header[0] != b"content-length"]
        if request.method == "GET" and not is_bodiless:
            headers.append((b"content-length", str(len(response.body)).encode()))
        headers.append((FINDINGS, found.encode() or b"0"))
        reply = Reply(response.status, tuple(headers), response.body, matched_by)
        return reply, replace(reply, headers=(*judged.headers, headers[-1]), body=judged.body)


def _summary(findings: list[Finding]) -> str:
    """Return the number of findings and the rule of the first, such as ``2; first=campaign-status``; "" for none."""
    return f"{len(findings)}; first={findings[0].rule}" if findings else ""
