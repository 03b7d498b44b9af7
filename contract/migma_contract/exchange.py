"""One request and its response, as every rule sees it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Literal

from migma_contract.strict_json import Parsed, parse
from migma_contract.timestamps import parse_http_date

Purpose = Literal[
    "campaign",  # a known campaign with the key: the documented success
    "missing-key",  # a known campaign without a key: 401
    "invalid-key",  # a known campaign with a key that cannot be right: 401
    "unknown-id",  # a campaign that cannot exist, with the key: 404
    "unknown-id-missing-key",  # the same without a key: 401, nothing leaks
    "unusual-id",  # an id that tests the server's manners: a clean 404
    "head",  # HEAD on a known campaign
    "method",  # another method, only when asked for by name
]
"""What an exchange is to show. Rules judge by it; they never know who sent the request."""

FailureKind = Literal[
    "unreachable",  # refused, no such host, no route
    "tls",  # certificate or handshake
    "timeout",  # nothing, or not all, within the time-out
    "reset",  # the connection ended within the response
    "protocol",  # what came is not HTTP
    "too-large",  # more bytes than any answer of this API needs, as they came or decoded
    "encoding",  # Content-Encoding that cannot be decoded
]

STATUSES_WITHOUT_BODY = frozenset({204, 205, 304})
"""Statuses whose responses never have a body (RFC 9110, section 6.4.1)."""

NOTHING_LISTENS = "nothing listens on "
"""How the detail of a refused connection begins; the address follows."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no complete response came: the kind, and one sentence of detail, which may hold what the server sent."""

    kind: FailureKind
    detail: str = field(repr=False)


@dataclass(frozen=True)
class Exchange:
    """A request and what came back.

    What came back is as it came until the recorder of a check takes the key out of it, so a repr does not
    show it.

    Attributes:
        purpose: What it is to show.
        method: HTTP method, in capitals.
        url: As sent; no key is ever part of it.
        campaign_id: The id in the path, decoded.
        request_headers: As sent, secrets replaced.
        started: When it was sent, UTC.
        elapsed: Seconds until the response was complete, or failed.
        status: Of the response; None when none came.
        headers: Of the response, in order, names in lower case.
        body: The response body after content decoding; what came of it, where it failed midway.
        failure: Why the response is not complete, if it is not.
        attempt: 1, or 2 for the retry of an exchange that a transient condition (429, 502 to 504, no answer) spoiled.
        sample: Which read of the same campaign this is, from 1.
        key_in: Where the response repeats the key that the request carried: ``body``, or ``header`` and its name.
    """

    purpose: Purpose
    method: str
    url: str
    campaign_id: str
    request_headers: tuple[tuple[str, str], ...]
    started: datetime
    elapsed: float
    status: int | None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    failure: Failure | None = None
    attempt: int = 1
    sample: int = 1
    key_in: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The first value of a response header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for header, value in self.headers if header == wanted), None)

    @property
    def retry_after(self) -> float | None:
        """Seconds that the response asks to wait (RFC 9110, section 10.2.3); None if it does not.

        A date counts from the response's own Date, so that a wrong clock does not matter.
        """
        value = (self.header("retry-after") or "").strip()
        if self.failure is not None or not value:
            return None
        if value.isascii() and value.isdigit():
            return float(value)
        until = parse_http_date(value)
        if until is None:
            return None
        now = parse_http_date(self.header("date") or "") or datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())

    @cached_property
    def json(self) -> Parsed:
        """The body as JSON, with every departure from the standard."""
        return parse(self.body)
