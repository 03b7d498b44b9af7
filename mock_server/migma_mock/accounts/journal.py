"""Journal: the latest requests of an account and the replies to them."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from migma_contract.redaction import SECRET_HEADERS, mask, mask_credential
from migma_contract.timestamps import format_rfc3339
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

_CLIENT_HEADERS = frozenset(
    {"user-agent", "host", "connection", "accept-encoding", "accept", "accept-language", "traceparent"}
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PATH_KEPT = 512
_CAMPAIGN_KEPT = 512
_HEADERS_KEPT = 32
_HEADER_BYTES_KEPT = 4096
_NAME_KEPT = 64
_VALUE_KEPT = 128
_UNEXPECTED_KEPT = 20

UNEXPECTED = frozenset({"unknown path", "wrong method", "unknown id"})
"""``matched_by`` of the replies to requests that a test is not expected to send."""


class Entry(NamedTuple):
    """One request and its reply, as they were; :meth:`as_dict` redacts secrets when the entry is read.

    Attributes:
        number: Counts the entries of the journal from 1, including those that were dropped since.
        time: When the reply was chosen, by the account's clock, in seconds since 1970.
        method: In capitals.
        path: As received, percent-encoded.
        headers: As received, secrets included.
        campaign: The campaign id in the path; "" if it has none.
        reply: The reply.
        seconds: How long the mock took to choose the reply.
        query: As received, percent-encoded.
    """

    number: int
    time: float
    method: str
    path: bytes
    headers: list[tuple[bytes, bytes]]
    campaign: str
    reply: Reply
    seconds: float
    query: bytes = b""

    def __repr__(self) -> str:
        return f"<{self.number}: {self.method} {self.shown_path} {self.status}, {self.matched_by}>"

    @property
    def status(self) -> int:
        """The status of the reply."""
        return self.reply.status

    @property
    def shown_path(self) -> str:
        """The path, redacted."""
        return _masked(self.path)

    @property
    def shown_query(self) -> str:
        """The query, redacted."""
        return _masked(self.query)

    @property
    def instant(self) -> datetime:
        """:attr:`time` as an aware datetime."""
        # fromtimestamp() ends with the year 3000 on Windows; the clock does not.
        return _EPOCH + timedelta(seconds=self.time)

    @property
    def shown_campaign(self) -> str:
        """The campaign id, redacted."""
        return mask(self.campaign)

    @property
    def matched_by(self) -> str:
        """The ``matched_by`` of the reply, redacted."""
        return mask(self.reply.matched_by)

    @property
    def is_unexpected(self) -> bool:
        """True if the mock has no such path, method or campaign."""
        return self.reply.matched_by in UNEXPECTED

    @property
    def shown_body(self) -> str:
        """The body of the reply, redacted; empty for HEAD."""
        return "" if self.method == "HEAD" else _masked(self.reply.body, "utf-8")

    def request_headers(self) -> list[tuple[str, str]]:
        """Return the headers of the request, redacted; Authorization keeps its scheme."""
        return [(_masked(name), _shown(name, value)) for name, value in self.headers]

    def as_dict(self) -> dict[str, Any]:
        """Return the entry for JSON, redacted."""
        return {
            "number": self.number,
            "time": format_rfc3339(self.instant, "milliseconds"),
            "method": self.method,
            "path": self.shown_path,
            "query": self.shown_query,
            "campaign": self.shown_campaign,
            "requestHeaders": self.request_headers(),
            "status": self.status,
            "matchedBy": self.matched_by,
            "unexpected": self.is_unexpected,
            "body": self.shown_body,
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def canonical(self) -> dict[str, Any]:
        """Return the same without what differs between runs: the duration, and headers of the client library."""
        entry = self.as_dict()
        del entry["milliseconds"]
        entry["requestHeaders"] = sorted(pair for pair in self.request_headers() if pair[0] not in _CLIENT_HEADERS)
        return entry


def _masked(raw: bytes, encoding: str = "latin-1") -> str:
    return mask(raw.decode(encoding, "replace"))


def _shown(name: bytes, value: bytes) -> str:
    if name.decode("latin-1") in SECRET_HEADERS:
        return mask_credential(value.decode("latin-1"))
    return _masked(value)


class Journal:
    """The latest requests; the oldest is dropped for a new one when there are ``bound``.

    Args:
        bound: How many entries are kept.
        all_unexpected: Every request is unexpected, as in the journal of requests with an unknown key.
        unexpected_requests: The unexpected requests of the journal that this one replaces.

    Attributes:
        unexpected_requests: The latest requests that a test is not expected to send, kept also after the journal was
            cleared or newer entries replaced them.
    """

    def __init__(self, bound: int, *, all_unexpected: bool = False, unexpected_requests: Iterable[Entry] = ()) -> None:
        self.bound = bound
        self.unexpected_requests: deque[Entry] = deque(unexpected_requests, maxlen=_UNEXPECTED_KEPT)
        self._all_unexpected = all_unexpected
        self._entries: deque[Entry] = deque(maxlen=bound)
        self._recorded = 0

    def cleared(self) -> "Journal":
        """Return an empty journal that replaces this one."""
        return Journal(self.bound, all_unexpected=self._all_unexpected, unexpected_requests=self.unexpected_requests)

    def record(self, time: float, request: Request, campaign: str, reply: Reply, seconds: float) -> None:
        """Add an entry; see :class:`Entry`."""
        self._recorded += 1
        method, path, headers, query = request
        # A copy, since the server may still add to its list.
        headers = headers[:_HEADERS_KEPT]
        if sum([len(name) + len(value) for name, value in headers]) > _HEADER_BYTES_KEPT:
            headers = [(name[:_NAME_KEPT], value[:_VALUE_KEPT]) for name, value in headers]
        path, query, campaign = path[:_PATH_KEPT], query[:_PATH_KEPT], campaign[:_CAMPAIGN_KEPT]
        entry = Entry(self._recorded, time, method, path, headers, campaign, reply, seconds, query)
        self._entries.append(entry)
        if self._all_unexpected or reply.matched_by in UNEXPECTED:
            self.unexpected_requests += (entry,)

    @property
    def entries(self) -> list[Entry]:
        """The entries, oldest first."""
        return list(self._entries)

    @property
    def recorded(self) -> int:
        """The number of recorded requests, including those that were dropped since."""
        return self._recorded

    @property
    def dropped(self) -> int:
        """The number of dropped entries."""
        return self._recorded - len(self._entries)

    def newest(self, limit: int) -> list[Entry]:
        """Return the latest entries, newest first."""
        return list(islice(reversed(self._entries), limit))
