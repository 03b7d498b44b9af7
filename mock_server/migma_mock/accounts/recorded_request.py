"""RecordedRequest: one request that the mock received, and how it was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from migma_contract.timestamps import format_rfc3339
from migma_mock.accounts.record_redactor import NO_SECRETS, RecordRedactor
from migma_mock.messages.reply import Reply

_CLIENT_HEADERS = frozenset(
    {"user-agent", "host", "connection", "accept-encoding", "accept", "accept-language", "traceparent"}
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

UNEXPECTED = frozenset({"unknown path", "wrong method", "unknown id"})
"""``matched_by`` of the replies to requests that a test is not expected to send."""

PREFLIGHT = "CORS preflight"
"""``matched_by`` of the replies to the questions that a browser asks before it sends a request (CORS).

No client sends them, so they are never unexpected, and count in a verification only if it is about ``OPTIONS``.
"""

FORMER_KEY = "key of a deleted account"
"""``matched_by`` of the replies to requests with a key that an account had which was deleted since.

A client that retries late, after its test, sends them. So they are no fault of a later test, and never unexpected.
"""


@dataclass(slots=True, eq=False, repr=False)
class RecordedRequest:
    """One request that the mock received, and how it was answered; read-only.

    It is stored as it came, since that is quick, and API keys and other secrets are masked whenever it is read.

    Attributes:
        number: Its place in the account's journal, from 1.
        method: In capitals.
        seconds: How long the mock took to choose the reply.
        size: How many bytes it needs, without a large body.
        large_body: The size of the body if it is large, as other entries may share it; else 0.
        order: Its place among the requests of all accounts, whose clocks may differ.
    """

    # pytest shows the fields that are compared, so none with a secret is.
    number: int
    _timestamp: float
    method: str
    _path: bytes = field(compare=False)
    _headers: list[tuple[bytes, bytes]] = field(compare=False)
    _campaign: str = field(compare=False)
    _reply: Reply = field(compare=False)
    seconds: float
    _query: bytes = field(compare=False)
    size: int = field(default=0, compare=False)
    large_body: int = field(default=0, compare=False)
    _redactor: RecordRedactor = field(default=NO_SECRETS, compare=False)
    order: int = field(default=0, compare=False)

    def __repr__(self) -> str:
        target = f"{self.path}?{self.query}" if self._query else self.path
        return f"<{self.number}: {self.method} {target} {self.failure or self.status}, {self.matched_by}>"

    @property
    def time(self) -> datetime:
        """The time when it was answered, by the account's clock."""
        # fromtimestamp() ends with the year 3000 on Windows; the clock does not.
        return _EPOCH + timedelta(seconds=self._timestamp)

    @property
    def path(self) -> str:
        """Percent-encoded, without the query."""
        return self._redactor.data(self._path)

    @property
    def query(self) -> str:
        """The part after the ``?``, percent-encoded; "" without one."""
        return self._redactor.query(self._query)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the query in their order, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    def has_parameter(self, name: str, value: str) -> bool:
        """True if the query has this parameter with this value, which may be a secret."""
        return (name, value) in parse_qsl(self._query.decode("latin-1"), keep_blank_values=True)

    @property
    def header_pairs(self) -> list[tuple[str, str]]:
        """The headers in their order; Authorization keeps its scheme."""
        return [self._redactor.header(name, value) for name, value in self._headers]

    def has_header(self, name: str, value: str) -> bool:
        """True if the request has this header with this value, which may be a secret."""
        return (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace")) in self._headers

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by name, in any case; the values of a repeated header are joined by commas."""
        from httpx import Headers  # imported late, since a mock server needs no client

        return Headers(self.header_pairs, encoding="utf-8")

    @property
    def campaign_id(self) -> str | None:
        """The id in the path; None if the path has none."""
        return self._redactor.text(self._campaign) or None

    @property
    def status(self) -> int | None:
        """The status of the response; None if no complete response was sent, for which see :attr:`failure`."""
        return None if self._reply.failure else self._reply.status

    @property
    def failure(self) -> str | None:
        """The end that the client saw in place of a complete response: ``no response (reset)``; None if it got one.

        It is ``no response (delayed)`` while a reply waits for its delay, and after that if the client did not wait.
        """
        return self._reply.failure or None

    @property
    def matched_by(self) -> str:
        """The reason for the response: ``campaign spring-sale``, ``fault status, campaign spring-sale``."""
        return self._redactor.text(self._reply.matched_by)

    @property
    def is_unexpected(self) -> bool:
        """True for an unknown path or id, or a wrong method."""
        return self._reply.matched_by in UNEXPECTED

    @property
    def is_preflight(self) -> bool:
        """True for a question that a browser asked before it sent a request (CORS)."""
        return self._reply.matched_by == PREFLIGHT

    @property
    def _has_head(self) -> bool:
        sending = self._reply.sending
        return self._reply.delivery.sends_head and (sending is None or sending.has_begun)

    @property
    def response_headers(self) -> list[tuple[str, str]]:
        """The headers of the response; none if no response was sent."""
        if not self._has_head:
            return []
        return [self._redactor.header(name, value) for name, value in self._reply.headers]

    @property
    def reply_body(self) -> bytes:
        """The body of the reply, secrets included."""
        return self._reply.body

    @property
    def response_body(self) -> str:
        """The body of the response as text, as far as it was sent; "" for HEAD."""
        if self.method == "HEAD" or not self._has_head:
            return ""
        return self._redactor.text(self._reply.body[: self._reply.delivery.sent].decode("utf-8", "replace"))

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "number": self.number,
            "time": format_rfc3339(self.time, "milliseconds"),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "campaign": self.campaign_id or "",
            "requestHeaders": self.header_pairs,
            "status": self.status,
            "failure": self.failure,
            "matchedBy": self.matched_by,
            "unexpected": self.is_unexpected,
            "responseHeaders": self.response_headers,
            "body": self.response_body,
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def canonical(self) -> dict[str, Any]:
        """Return the same without what differs between runs: duration, and headers of response and client library."""
        entry = self.as_dict()
        del entry["milliseconds"], entry["responseHeaders"]
        entry["requestHeaders"] = sorted(pair for pair in self.header_pairs if pair[0] not in _CLIENT_HEADERS)
        return entry
