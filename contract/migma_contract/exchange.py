"""Exchange: one request and its response."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import Literal

from migma_contract.json_cut import MAX_VALUES
from migma_contract.strict_json import Parsed, parse
from migma_contract.timestamps import parse_retry_after

Purpose = Literal[
    "campaign",  # a known campaign with the API key: the documented success
    "missing-key",  # a known campaign without a key: 401
    "invalid-key",  # a known campaign with a key that cannot exist: 401
    "unknown-id",  # a campaign that cannot exist, with the API key: 404
    "unknown-id-missing-key",  # the same without a key: 401, nothing is disclosed
    "unusual-id",  # an id with unusual characters: 404
    "head",  # HEAD on a known campaign
    "method",  # another method, only on request
]
"""The purpose of an exchange. Rules use it, and never know who sent the request."""

FailureKind = Literal[
    "unreachable",  # connection refused, no such host, no route
    "tls",  # certificate or handshake
    "timeout",  # no response, or not all of it, within the time-out
    "reset",  # the connection ended within the response
    "protocol",  # the response is not valid HTTP
    "too-large",  # more bytes than any response of this API needs, before or after decoding
    "not-read",  # a large body after other large ones, which together are as many bytes as a check judges
    "encoding",  # the Content-Encoding cannot be decoded
]

STATUSES_WITHOUT_BODY = frozenset({204, 205, 304})
"""Statuses whose responses never have a body (RFC 9110, section 6.4.1)."""

NOTHING_LISTENS = "nothing listens on "
"""Beginning of the detail of a refused connection; the address follows."""

THE_PROXY = "the proxy "
"""Beginning of the detail of a failure between the client and its proxy; the proxy's URL follows."""


# Reads of one campaign, and a redacted copy, often have the same body.
_parse_body = lru_cache(maxsize=16)(partial(parse, max_values=MAX_VALUES))


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason for an incomplete response: its kind and one sentence, which may quote the server.

    Attributes:
        was_sent: False if the connection failed before anything of the request was sent, the key included.
    """

    kind: FailureKind
    detail: str = field(repr=False)
    was_sent: bool = True


@dataclass(frozen=True)
class Exchange:
    """A request and its response.

    The response may repeat the API key until a check redacts it, so a repr does not show it.

    Attributes:
        purpose: The purpose of the request.
        method: HTTP method, in capitals.
        url: As sent; it never contains a key.
        campaign_id: The id in the path, decoded.
        request_headers: As sent, with secrets redacted.
        started: Time of the request, UTC.
        elapsed: Seconds until the response was complete or failed.
        status: Status of the response; None without a response.
        headers: Headers of the response, in order, with names in lower case.
        body: Body of the response after content decoding; the part that arrived if it failed midway.
        failure: The reason if the response is incomplete.
        attempt: 1, or 2 for a retry after a temporary condition (429, 502 to 504, 520 to 524, no response, …).
        sample: Number of this read of the same campaign, from 1.
        declared: Names of the fields that the contract declares: they are judged even in a body with too many others.
        key_in: Places where the response repeats the key of the request: ``body``, or ``header`` and its name.
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
    declared: frozenset[str] = field(default=frozenset(), repr=False)

    def header(self, name: str) -> str | None:
        """Return the first value of a response header; its name in any case."""
        wanted = name.lower()
        return next((value for header, value in self.headers if header == wanted), None)

    @property
    def retry_after(self) -> float | None:
        """Seconds that the response asks to wait (RFC 9110, section 10.2.3); None if it does not.

        A date counts from the response's own Date, so that a wrong clock does not matter.
        """
        if self.failure is not None:
            return None
        return parse_retry_after(self.header("retry-after") or "", self.header("date") or "")

    @cached_property
    def json(self) -> Parsed:
        """The body parsed as JSON, with its defects; only MAX_VALUES of its values."""
        return _parse_body(self.body, names=self.declared)
