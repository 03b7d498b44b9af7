"""Journal: the latest requests of an account and the replies to them."""

from collections import deque
from collections.abc import Callable

from migma_mock.accounts.record_redactor import NO_SECRETS, RecordRedactor
from migma_mock.accounts.recorded_request import FORMER_KEY, PREFLIGHT, UNEXPECTED, RecordedRequest
from migma_mock.memory import Memory, without_limit
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

TARGET_KEPT = 512
"""Bytes that are kept of a path, and of a query."""
_HEADERS_KEPT = 32
_HEADER_BYTES_KEPT = 6144
_NAME_KEPT = 64
_VALUE_KEPT = 128
_UNEXPECTED_KEPT = 20
_EXPECTED = (PREFLIGHT, FORMER_KEY)

Headers = list[tuple[bytes, bytes]]

ENTRY_BYTES = 768
"""Bytes of an entry beside the texts of its request and the body of its reply."""
HEADER_BYTES = 144
"""Bytes of a header beside its texts."""
_PATH_FACTOR = 5
"""The id in a path is kept beside it, as text, with up to four bytes for a character."""
_REPLY_BYTES = 1536
"""Bytes that a reply may repeat of a request whose headers are cut, such as the origin."""
_SHARED_BODY = 1024
"""Smaller bodies count for each entry, also if they are those of a campaign, since looking for that takes time."""


def bounded_headers(headers: Headers) -> tuple[Headers, int]:
    """Return as much of the headers of a request as is kept, and how many bytes an entry with them needs for them."""
    # A copy, since the server may still add to its list.
    headers = headers[:_HEADERS_KEPT]
    # A loop without further calls, since every request is recorded.
    size = 0
    for name, value in headers:
        size += len(name) + len(value) + HEADER_BYTES
    if size > _HEADER_BYTES_KEPT:
        headers = [(name[:_NAME_KEPT], value[:_VALUE_KEPT]) for name, value in headers]
        size = sum([len(name) + len(value) + HEADER_BYTES for name, value in headers]) + _REPLY_BYTES
    return headers, size


def is_unexpected(matched_by: str, all_unexpected: bool) -> bool:  # noqa: FBT001  # called for every request
    """True if a request is unexpected, by what chose its reply and whether all in its journal are."""
    return matched_by in UNEXPECTED or (all_unexpected and matched_by not in _EXPECTED)


class Journal:
    """The latest requests; the oldest is dropped for a new one when there are ``bound``.

    Args:
        bound: How many requests are kept.
        memory: Counts what all journals of the mock keep, and may :meth:`cut` this one.
        all_unexpected: Requests are unexpected whatever they are for, as in the journal of those with an unknown key;
            but for preflights, and those with the key of a deleted account.
        redactor: Removes secrets from the requests whenever they are read.

    Attributes:
        recorded: The number of recorded requests, including those that were dropped since.
        dropped_for_memory: How many requests were dropped before there were ``bound``.
        unexpected_requests: The latest requests that a test is not expected to send, kept also after the journal was
            cleared or newer requests replaced them.
        unexpected_dropped: How many of these were dropped to save memory.
        bytes: How many bytes the entries need.
        listeners: Are called when an entry is new or changed, in the thread that answers requests; the journal that
            replaces this one has the same.
        began: The :attr:`~RecordedRequest.order` of the last request of all accounts before it existed.
    """

    def __init__(
        self,
        bound: int,
        memory: Memory | None = None,
        *,
        all_unexpected: bool = False,
        redactor: RecordRedactor = NO_SECRETS,
    ) -> None:
        self.recorded = self.dropped_for_memory = self.unexpected_dropped = self.bytes = 0
        self.unexpected_requests: deque[RecordedRequest] = deque()
        # How many further requests are kept before the oldest ones are dropped.
        self._free, self._unexpected_free = bound, _UNEXPECTED_KEPT
        self._bound = bound
        self._memory = without_limit() if memory is None else memory
        self._memory.add_journal(self)
        self.began = self._memory.recorded
        self.listeners: list[Callable[[], object]] = []
        self._all_unexpected = all_unexpected
        self.redactor = redactor
        self._entries: deque[RecordedRequest] = deque()
        # How many entries have the same large body, by its id.
        self._bodies: dict[int, int] = {}

    def cleared(self) -> "Journal":
        """Return an empty journal that replaces this one."""
        successor = Journal(self._bound, self._memory, all_unexpected=self._all_unexpected, redactor=self.redactor)
        successor._succeed(self)
        return successor

    def _succeed(self, journal: "Journal") -> None:
        """Take the place of another journal, which was cleared."""
        self.unexpected_dropped = journal.unexpected_dropped
        self.listeners = journal.listeners
        for entry in journal.unexpected_requests:
            self._keep_unexpected(entry)
        journal.release()

    def release(self) -> None:
        """Count its bytes no more, since another journal replaces it or its account is gone; it can still be read."""
        self._memory.remove_journal(self)
        self._memory = without_limit()

    def record(self, time: float, request: Request, campaign: str, reply: Reply, seconds: float) -> None:
        """Add a request.

        Args:
            time: When the reply was chosen, by the account's clock, in seconds since 1970.
            request: The request, secrets included.
            campaign: The campaign id in the path; "" if it has none.
            reply: The reply.
            seconds: How long the mock took to choose the reply.
        """
        method, path, headers, query = request
        headers, size = bounded_headers(headers)
        path, query, campaign = path[:TARGET_KEPT], query[:TARGET_KEPT], campaign[:TARGET_KEPT]
        large_body = len(reply.body)
        size += ENTRY_BYTES + _PATH_FACTOR * len(path)
        if large_body <= _SHARED_BODY:
            size, large_body = size + large_body, 0
        if query:
            size += len(query)
        memory = self._memory
        memory.recorded += 1
        number, order, redactor = self.recorded + 1, memory.recorded, self.redactor
        entry = RecordedRequest(
            number, time, method, path, headers, campaign, reply, seconds, query, size, large_body, redactor, order
        )
        self._add(entry)
        if is_unexpected(reply.matched_by, self._all_unexpected):
            self._keep_unexpected(entry)
        if memory.used > memory.threshold:
            memory.cut_journals()
        if self.listeners:
            self.notify()

    def _add(self, entry: RecordedRequest) -> None:
        """Add an entry, whose number is the next one."""
        self.recorded = entry.number
        entries, size = self._entries, entry.size
        entries.append(entry)
        if entry.large_body:
            size += self._share_body(entry)
        if self._free:
            self._free -= 1
        else:
            oldest = entries.popleft()
            size -= self._freed_by(oldest) if oldest.large_body else oldest.size
        self.bytes += size
        self._memory.used += size

    def notify(self) -> None:
        """Call the listeners, since an entry is new, or its reply was sent after a delay."""
        for listener in tuple(self.listeners):
            listener()

    def cut(self, most: int) -> int:
        """Drop the oldest requests until the others need at most so many bytes, and return how many were dropped."""
        before, dropped_before = self.bytes, self.dropped_for_memory
        while self.bytes > most and self._entries:
            self.bytes -= self._freed_by(self._entries.popleft())
            self._free += 1
            self.dropped_for_memory += 1
        while self.bytes > most and self.unexpected_requests:
            self.bytes -= self._freed_by(self.unexpected_requests.popleft())
            self._unexpected_free += 1
            self.unexpected_dropped += 1
        self._memory.used -= before - self.bytes
        return self.dropped_for_memory - dropped_before

    @property
    def entries(self) -> list[RecordedRequest]:
        """The requests that are kept, oldest first."""
        return list(self._entries)

    def between(self, first: int, last: int) -> list[RecordedRequest]:
        """Return the requests with these numbers, both included, as far as they are kept, oldest first."""
        entries = self._entries
        if not entries:
            return []
        oldest = entries[0].number  # the numbers of the others follow without a gap
        return [entries[number - oldest] for number in range(max(first, oldest), min(last, self.recorded) + 1)]

    @property
    def dropped(self) -> int:
        """The number of requests that were recorded and are not kept."""
        return self.recorded - len(self._entries)

    @property
    def gap(self) -> str:
        """A sentence about the requests since it was cleared that it does not have any more; "" if it has all."""
        dropped = self.dropped
        if not dropped:
            return ""
        option = "--max-memory" if self.dropped_for_memory else "--journal-size"
        return f"the journal lacks the first {dropped} of {self.recorded} requests, which were dropped ({option})"

    def _keep_unexpected(self, entry: RecordedRequest) -> None:
        kept, size = self.unexpected_requests, entry.size
        if entry.large_body:
            size += self._share_body(entry)
        kept.append(entry)
        if self._unexpected_free:
            self._unexpected_free -= 1
        else:
            size -= self._freed_by(kept.popleft())
        self.bytes += size
        self._memory.used += size

    def _share_body(self, entry: RecordedRequest) -> int:
        """Count a large body once, however many entries have it; return the bytes that it adds."""
        body = id(entry.reply_body)
        count = self._bodies.get(body, 0)
        self._bodies[body] = count + 1
        return 0 if count else entry.large_body

    def _freed_by(self, entry: RecordedRequest) -> int:
        """Return the bytes that an entry needed which is dropped."""
        if not entry.large_body:
            return entry.size
        body = id(entry.reply_body)
        self._bodies[body] -= 1
        if self._bodies[body]:
            return entry.size
        del self._bodies[body]
        return entry.size + entry.large_body
