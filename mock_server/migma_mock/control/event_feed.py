"""Follow journals and accounts, and return the events since the last look.

A stream looks ten times a second instead of being notified. So a request costs the same whether a stream is open or
not, a journal that is cleared or reset is followed into its successor, and a slow client needs no queue: only the
number of the last entry that it received is kept.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from time import time
from typing import Any, NamedTuple, Self
from weakref import ref

from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Journal
from migma_mock.accounts.recorded_request import RecordedRequest
from migma_mock.mock import Mock

UNKNOWN_KEY = "unknown-key"
"""The ``account`` of requests that came with an unknown key or without a key."""

_ENTRIES_PER_EVENT = 100
_LOOKED_UP = 20
"""Earlier entries that are looked up at once."""

_MAX_BODY_SHOWN = 8192
_MAX_EVENT_BYTES = 256 * 1024
"""Bytes that the entries of an event may need; the last one may exceed it."""

_READER_BYTES = 2048
"""Bytes that following an account needs."""


class Event(NamedTuple):
    """One event: its name, and its data for JSON."""

    name: str
    data: dict[str, Any]


class _JournalReader:
    """Reads the new entries of one journal, and of the journal that replaces it."""

    def __init__(self, account: str, current: Callable[[], Journal], *, is_new: bool = False) -> None:
        self._account = account
        self._current = current
        # Not kept from being forgotten: a client may not read for long, and the journal be cleared meanwhile.
        self._journal = ref(current())
        # An account that was created since the last look may have got requests already.
        self._last_number = 0 if is_new else current().recorded

    def past(self) -> Iterator[tuple[int, Self, RecordedRequest]]:
        """Yield the entries that existed when reading began and still do, newest first, each after a key to sort it by.

        They are looked up when their turn comes.
        """
        number = self._last_number
        while entries := self._between(number - _LOOKED_UP + 1, number):
            yield from ((-entry.order, self, entry) for entry in reversed(entries))
            number = entries[0].number - 1

    def _between(self, first: int, last: int) -> list[RecordedRequest]:
        journal = self._current()
        return journal.between(first, last) if journal is self._journal() else []

    def follow(self) -> Iterator[Event]:
        """Read the journal that replaced this one, if one did."""
        journal = self._current()
        if journal is not self._journal():
            self._journal, self._last_number = ref(journal), 0
            yield Event("cleared", {"account": self._account})

    def fresh(self) -> Iterator[tuple[int, Self, RecordedRequest]]:
        """Yield the oldest entries that were not taken yet, each after a key to sort it by."""
        journal = self._current()
        first = max(self._last_number, journal.dropped) + 1
        return ((entry.order, self, entry) for entry in journal.between(first, first + _ENTRIES_PER_EVENT - 1))

    def take(self, entries: list[RecordedRequest]) -> Event:
        """Return some of the fresh entries as an event; they count as read from now on."""
        missed = entries[0].number - self._last_number - 1
        self._last_number = entries[-1].number
        data = [self.data(entry) for entry in entries]
        return Event("entries", {"account": self._account, "missed": missed, "entries": data})

    def data(self, entry: RecordedRequest) -> dict[str, Any]:
        """Return an entry with its account and its reply's headers; a long body is truncated."""
        data = entry.as_dict()
        body = data["body"]
        return data | {
            "account": self._account,
            "responseHeaders": entry.response_headers,
            "body": body[:_MAX_BODY_SHOWN],
            "bodyTruncated": len(body) > _MAX_BODY_SHOWN,
        }


class EventFeed:
    """Follows some accounts, and optionally the requests with an unknown key.

    Args:
        accounts: Returns the accounts to follow.
        unknown_key_requests: Returns the journal of requests with an unknown key; None to leave them out.
        mock: The mock whose fixtures are followed too; None to leave them out.
    """

    def __init__(
        self,
        accounts: Callable[[], list[Account]],
        unknown_key_requests: Callable[[], Journal] | None,
        mock: Mock | None,
    ) -> None:
        self._accounts = accounts
        self._readers: dict[str, _JournalReader] = {}
        self._fingerprints: dict[str, dict[str, object]] = {}
        self._unknown_key = [_JournalReader(UNKNOWN_KEY, unknown_key_requests)] if unknown_key_requests else []
        self._mock = mock
        self._fixture_errors = mock.fixture_errors if mock else []
        self._sync()

    @property
    def bytes(self) -> int:
        """Bytes that it needs in memory."""
        return _READER_BYTES * len(self._readers)

    def past(self, limit: int) -> Iterator[Event]:
        """Yield the newest entries of all journals, newest first, in parts; at least one part, which may be empty."""
        readers = [*self._readers.values(), *self._unknown_key]
        newest = merge(*(reader.past() for reader in readers), key=itemgetter(0))
        yield Event("past", {"entries": []})
        for part in _parts((reader, entry) for _, reader, entry in islice(newest, limit)):
            yield Event("past", {"entries": [reader.data(entry) for reader, entry in part]})

    def news(self) -> Iterator[Event]:
        """Yield everything that happened since the last call."""
        if self._sync():
            yield Event("accounts", {"number": len(self._readers)})
        readers = [*self._readers.values(), *self._unknown_key]
        for reader in readers:
            yield from reader.follow()
        # In the order in which they came, whatever the clocks of the accounts show.
        fresh = merge(*(reader.fresh() for reader in readers), key=itemgetter(0))
        for reader, group in groupby(islice(fresh, _ENTRIES_PER_EVENT), key=itemgetter(1)):
            for part in _parts((reader, entry) for _, _, entry in group):
                yield reader.take([entry for _, entry in part])
        for account in self._accounts():
            before, now = self._fingerprints[account.id], _fingerprint(account)
            parts = [part for part in now if now[part] != before[part]]
            if parts:
                self._fingerprints[account.id] = now
                yield Event("changed", {"account": account.id, "parts": parts})
        if self._mock and self._mock.fixture_errors is not self._fixture_errors:
            self._fixture_errors = self._mock.fixture_errors
            yield Event("fixtures", {"problems": len(self._fixture_errors)})

    def _sync(self) -> bool:
        """Follow the accounts that exist now; True if one was created or deleted."""
        accounts = {account.id: account for account in self._accounts()}
        if accounts.keys() == self._readers.keys():
            return False
        readers, fingerprints, are_new = self._readers, self._fingerprints, bool(self._readers)
        self._readers = {
            id_: readers.get(id_) or _JournalReader(id_, _journal_of(account), is_new=are_new)
            for id_, account in accounts.items()
        }
        self._fingerprints = {id_: fingerprints.get(id_) or _fingerprint(accounts[id_]) for id_ in accounts}
        return True


def _parts(
    entries: Iterable[tuple[_JournalReader, RecordedRequest]],
) -> Iterator[list[tuple[_JournalReader, RecordedRequest]]]:
    """Yield the entries in lists, each for one event: of a bounded number and a bounded size."""
    part, size = [], 0
    for reader, entry in entries:
        part.append((reader, entry))
        size += entry.size + min(entry.large_body, _MAX_BODY_SHOWN)
        if len(part) == _ENTRIES_PER_EVENT or size >= _MAX_EVENT_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _journal_of(account: Account) -> Callable[[], Journal]:
    return lambda: account.state.journal


def _fingerprint(account: Account) -> dict[str, object]:
    """Return values that change with the campaigns, the clock and the faults of an account."""
    state = account.state
    clock = state.clock
    return {
        "campaigns": (state, state.revision),
        "clock": clock.now() if clock.is_frozen else round(clock.timestamp() - time()),
        "faults": [(fault.id, fault.applied) for fault in state.faults.list()],
    }
