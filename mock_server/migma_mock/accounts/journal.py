"""Journal: what was asked and answered, bounded, the oldest entry going first."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from migma_contract.redaction import SECRET_HEADERS, mask, mask_credential
from migma_contract.timestamps import format_rfc3339
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

_CLIENT_OWN = frozenset(
    {"user-agent", "host", "connection", "accept-encoding", "accept", "accept-language", "traceparent"}
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PATH_KEPT = 512
_CAMPAIGN_KEPT = 512
_HEADERS_KEPT = 32
_HEADER_BYTES_KEPT = 4096
_NAME_KEPT = 64
_VALUE_KEPT = 128
_SURPRISES_KEPT = 20

UNEXPECTED = frozenset({"unknown path", "wrong method", "unknown id"})
"""What decides an answer to a request that no test should have sent."""


class Entry(NamedTuple):
    """One request and its answer, as it was at hand; made readable by :meth:`as_dict` when somebody reads it.

    Attributes:
        number: Counts the entries of one journal from 1, dropped ones included.
        time: When the answer was decided, by the account's clock, in seconds since 1970.
        method: In capitals.
        path: As received, percent-encoded.
        headers: As received; secrets are replaced when read.
        campaign: The id that was asked for; "" where the path has none.
        reply: The answer.
        seconds: How long the mock took to decide.
    """

    number: int
    time: float
    method: str
    path: bytes
    headers: list[tuple[bytes, bytes]]
    campaign: str
    reply: Reply
    seconds: float

    def __repr__(self) -> str:
        return f"<{self.number}: {self.method} {self.shown_path} {self.status}, {self.matched_by}>"

    @property
    def status(self) -> int:
        """Of the answer."""
        return self.reply.status

    @property
    def shown_path(self) -> str:
        """The path, with anything in it that looks like a key replaced."""
        return _masked(self.path)

    @property
    def shown_campaign(self) -> str:
        """The id, likewise."""
        return mask(self.campaign)

    @property
    def matched_by(self) -> str:
        """What chose the answer, likewise."""
        return mask(self.reply.matched_by)

    @property
    def is_unexpected(self) -> bool:
        """Whether the path, the method or the id is none that the mock has."""
        return self.reply.matched_by in UNEXPECTED

    @property
    def shown_body(self) -> str:
        """The body of the answer, likewise; HEAD gets none."""
        return "" if self.method == "HEAD" else _masked(self.reply.body, "utf-8")

    def request_headers(self) -> list[tuple[str, str]]:
        """The request's headers without secrets; of Authorization, its scheme stays."""
        return [(_masked(name), _shown(name, value)) for name, value in self.headers]

    def as_dict(self) -> dict[str, Any]:
        """For people and for JSON."""
        return {
            "number": self.number,
            "time": _instant(self.time),
            "method": self.method,
            "path": self.shown_path,
            "campaign": self.shown_campaign,
            "requestHeaders": self.request_headers(),
            "status": self.status,
            "matchedBy": self.matched_by,
            "unexpected": self.is_unexpected,
            "body": self.shown_body,
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def canonical(self) -> dict[str, Any]:
        """The same without what differs from run to run: duration, and headers that belong to the client program."""
        entry = self.as_dict()
        del entry["milliseconds"]
        entry["requestHeaders"] = sorted(pair for pair in self.request_headers() if pair[0] not in _CLIENT_OWN)
        return entry


def _instant(seconds: float) -> str:
    # fromtimestamp() ends with the year 3000 on Windows; the clock does not.
    return format_rfc3339(_EPOCH + timedelta(seconds=seconds), "milliseconds")


def _masked(raw: bytes, encoding: str = "latin-1") -> str:
    return mask(raw.decode(encoding, "replace"))


def _shown(name: bytes, value: bytes) -> str:
    if name.decode("latin-1") in SECRET_HEADERS:
        return mask_credential(value.decode("latin-1"))
    return _masked(value)


class Journal:
    """The last ``bound`` entries.

    Args:
        bound: How many are kept.
        unclaimed: It is for requests with no known key, and each of them is a surprise.
        surprises: Those of the journal that it takes the place of.

    Attributes:
        surprises: The last requests that no test should have sent. They stay when the journal is emptied, and when
            newer entries have taken the place of theirs: whoever asks for them does not ask what is in the journal.
    """

    def __init__(
        self, bound: int, *, unknown_key_requests: bool = False, unexpected_requests: Iterable[Entry] = ()
    ) -> None:
        self.bound = bound
        self.unexpected_requests: deque[Entry] = deque(unexpected_requests, maxlen=_SURPRISES_KEPT)
        self._unclaimed = unknown_key_requests
        self._entries: deque[Entry] = deque(maxlen=bound)
        self._recorded = 0

    def cleared(self) -> "Journal":
        """A journal to take the place of this one, without its entries."""
        return Journal(self.bound, unknown_key_requests=self._unclaimed, unexpected_requests=self.unexpected_requests)

    def record(self, time: float, request: Request, campaign: str, reply: Reply, seconds: float) -> None:
        """Keep one request and its answer; see :class:`Entry`."""
        self._recorded += 1
        method, path, headers = request
        # A copy: the list is the server's, which may go on adding to it.
        headers = headers[:_HEADERS_KEPT]
        if sum([len(name) + len(value) for name, value in headers]) > _HEADER_BYTES_KEPT:
            headers = [(name[:_NAME_KEPT], value[:_VALUE_KEPT]) for name, value in headers]
        path, campaign = path[:_PATH_KEPT], campaign[:_CAMPAIGN_KEPT]
        entry = Entry(self._recorded, time, method, path, headers, campaign, reply, seconds)
        self._entries.append(entry)
        if self._unclaimed or reply.matched_by in UNEXPECTED:
            self.unexpected_requests += (entry,)

    @property
    def entries(self) -> list[Entry]:
        """A copy, oldest first."""
        return list(self._entries)

    @property
    def recorded(self) -> int:
        """How many entries there were, dropped ones included."""
        return self._recorded

    @property
    def dropped(self) -> int:
        """How many entries are gone because of the bound."""
        return self._recorded - len(self._entries)

    def newest(self, limit: int) -> list[Entry]:
        """The last entries, newest first."""
        return list(islice(reversed(self._entries), limit))
