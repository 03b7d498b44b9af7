"""The conforming API, with replies as plain data that variants change before they are sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

KEY = "mgma_sk_test_drift_gallery"
CAMPAIGNS = ("65f1a0b2c3d4e5f601234567", "65f1a0b2c3d4e5f60123456a", "65f1a0b2c3d4e5f60123456b")
Kind = Literal["campaign", "missing-key", "invalid-key", "unknown-id", "unusual-id", "head"]


@dataclass(frozen=True)
class Request:
    """A request, as the API understands it.

    Attributes:
        kind: The case of the API; an unknown id without a key is ``missing-key``.
        known: True if the campaign exists.
        read: Number of this read of the same campaign with a valid key, from 1.
        campaign: Index of a known campaign.
        number: Number of this request among all that the server received, from 1.
    """

    kind: Kind
    known: bool
    read: int = 1
    campaign: int = 0
    number: int = 0


@dataclass(frozen=True)
class Reply:
    """A response to send.

    Attributes:
        value: The JSON body as a value; ``body`` overrides it with bytes.
        framing: How the end of the body is marked.
        claimed: A Content-Length other than that of the body.
        wire: Bytes to send in place of an HTTP response.
        reset: True to reset the connection afterwards.
    """

    status: int
    value: Any = None
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    body: bytes | None = None
    framing: Literal["length", "chunked", "broken-chunks", "close"] = "length"
    claimed: int | None = None
    wire: bytes | None = None
    reset: bool = False

    @property
    def encoded(self) -> bytes:
        """The body as bytes."""
        if self.body is not None:
            return self.body
        return json.dumps(self.value, ensure_ascii=False).encode()

    def with_header(self, name: str, value: str | None) -> "Reply":
        """Return the reply with a header set, or removed."""
        kept = tuple(header for header in self.headers if header[0].lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))


Change = Callable[[Reply, Request], Reply]


@dataclass
class Api:
    """The documented API, with a change of every reply, and a record of its requests."""

    change: Change
    reads: dict[str, int] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)

    def answer(self, method: str, campaign_id: str, key: str | None) -> Reply:
        """Return the reply to a request for a campaign's stats."""
        self.methods.append(method)
        request = replace(self._request(method, campaign_id, key), number=len(self.methods))
        reply = self._conforming_reply(request).with_header("Date", format_datetime(datetime.now(UTC), usegmt=True))
        return self.change(reply, request)

    def _request(self, method: str, campaign_id: str, key: str | None) -> Request:
        known = campaign_id in CAMPAIGNS
        if key is None:
            return Request("missing-key", known)
        if key != KEY:
            return Request("invalid-key", known)
        if not known:
            return Request("unknown-id" if campaign_id.isalnum() else "unusual-id", known)
        if method == "HEAD":
            return Request("head", known)
        self.reads[campaign_id] = self.reads.get(campaign_id, 0) + 1
        return Request("campaign", known, self.reads[campaign_id], CAMPAIGNS.index(campaign_id))

    def _conforming_reply(self, request: Request) -> Reply:
        match request.kind:
            case "missing-key":
                return error(401, "Missing API key", "UNAUTHORIZED")
            case "invalid-key":
                return error(401, "Invalid API key", "UNAUTHORIZED")
            case "unknown-id" | "unusual-id":
                return error(404, "Campaign not found", "NOT_FOUND")
            case _:
                return Reply(200, {"success": True, "data": stats(request.campaign)})


def error(status: int, text: str, code: str) -> Reply:
    """Return the documented error envelope."""
    reply = Reply(status, {"success": False, "error": text, "code": code})
    return reply.with_header("WWW-Authenticate", 'Bearer realm="api"') if status == 401 else reply


def stats(campaign: int = 0) -> dict[str, Any]:
    """Return a campaign's stats. Rounding makes none of its rates equal to another."""
    scale = campaign + 1
    numbers = {
        "totalSent": 1200 * scale,
        "totalDelivered": 1150 * scale,
        "uniqueOpens": 439 * scale,
        "totalOpens": 812 * scale,
        "uniqueClicks": 97 * scale,
        "totalClicks": 143 * scale,
        "unsubscribes": 5 * scale,
        "bounces": 50 * scale,
        "botOpens": 31 * scale,
        "botClicks": 4 * scale,
        "mppOpens": 120 * scale,
    }
    return {
        **numbers,
        "openRate": numbers["uniqueOpens"] / numbers["totalDelivered"],
        "clickRate": numbers["uniqueClicks"] / numbers["totalDelivered"],
        "lastUpdated": stamp(minutes=-7),
    }


def stamp(**ago: float) -> str:
    """Return an RFC 3339 timestamp relative to now, in whole seconds."""
    return (datetime.now(UTC) + timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
