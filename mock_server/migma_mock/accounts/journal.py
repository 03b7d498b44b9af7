"""Journal: the latest requests of an account and the replies to them."""

from collections import deque
from collections.abc import Iterable

from migma_mock.accounts.recorded_request import UNEXPECTED, RecordedRequest
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

_PATH_KEPT = 512
_HEADERS_KEPT = 32
_HEADER_BYTES_KEPT = 4096
_NAME_KEPT = 64
_VALUE_KEPT = 128
_UNEXPECTED_KEPT = 20


class Journal:
    """The latest requests; the oldest is dropped for a new one when there are ``bound``.

    Args:
        bound: How many requests are kept.
        all_unexpected: Every request is unexpected, as in the journal of requests with an unknown key.
        unexpected_requests: The unexpected requests of the journal that this one replaces.

    Attributes:
        recorded: The number of recorded requests, including those that were dropped since.
        unexpected_requests: The latest requests that a test is not expected to send, kept also after the journal was
            cleared or newer requests replaced them.
    """

    def __init__(
        self, bound: int, *, all_unexpected: bool = False, unexpected_requests: Iterable[RecordedRequest] = ()
    ) -> None:
        self.recorded = 0
        self.unexpected_requests = deque(unexpected_requests, maxlen=_UNEXPECTED_KEPT)
        self._all_unexpected = all_unexpected
        self._entries: deque[RecordedRequest] = deque(maxlen=bound)

    def cleared(self) -> "Journal":
        """Return an empty journal that replaces this one."""
        bound = self._entries.maxlen or 0
        return Journal(bound, all_unexpected=self._all_unexpected, unexpected_requests=self.unexpected_requests)

    def record(self, time: float, request: Request, campaign: str, reply: Reply, seconds: float) -> None:
        """Add a request.

        Args:
            time: When the reply was chosen, by the account's clock, in seconds since 1970.
            request: The request, secrets included.
            campaign: The campaign id in the path; "" if it has none.
            reply: The reply.
            seconds: How long the mock took to choose the reply.
        """
        self.recorded += 1
        method, path, headers, query = request
        # A copy, since the server may still add to its list.
        headers = headers[:_HEADERS_KEPT]
        if sum([len(name) + len(value) for name, value in headers]) > _HEADER_BYTES_KEPT:
            headers = [(name[:_NAME_KEPT], value[:_VALUE_KEPT]) for name, value in headers]
        path, query, campaign = path[:_PATH_KEPT], query[:_PATH_KEPT], campaign[:_PATH_KEPT]
        entry = RecordedRequest(self.recorded, time, method, path, headers, campaign, reply, seconds, query)
        self._entries.append(entry)
        if self._all_unexpected or reply.matched_by in UNEXPECTED:
            self.unexpected_requests.append(entry)

    @property
    def entries(self) -> list[RecordedRequest]:
        """The requests that are kept, oldest first."""
        return list(self._entries)
