"""Following journals and accounts: what happened since somebody last looked.

A stream looks ten times a second instead of being told: so a request costs the same whether anybody watches or
not, a journal that was cleared or reset is followed into its successor, and a listener that reads slowly keeps no
queue, only the number of the last entry it was sent.
"""

import json
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from time import time
from typing import Any, NamedTuple

from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Entry, Journal
from migma_mock.mock import Mock

UNCLAIMED = "unclaimed"
"""What stands for the account in entries of requests that came with no known key."""

_ENTRIES_AT_ONCE = 100
_BODY_SHOWN = 8192


class Event(NamedTuple):
    """One server-sent event: its name, and JSON."""

    name: str
    data: dict[str, Any]

    def encode(self) -> bytes:
        """As it goes on the wire."""
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n".encode()


class _Tail:
    """Follows one journal, and the one that takes its place."""

    def __init__(self, name: str, journal: Callable[[], Journal]) -> None:
        self.name = name
        self._current = journal
        self._journal = journal()
        self._number = self._journal.recorded

    def past(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """What was there when following began, newest first, each with its time."""
        for entry in reversed(self._journal.entries):
            if entry.number <= self._number:
                yield -entry.time, _shown(self.name, entry)

    def news(self) -> Iterator[Event]:
        """What came since it was last asked; of very much, the oldest part."""
        journal = self._current()
        if journal is not self._journal:
            self._journal, self._number = journal, 0
            yield Event("cleared", {"account": self.name})
        fresh = journal.newest(journal.recorded - self._number)[::-1][:_ENTRIES_AT_ONCE]
        if fresh:
            missed = fresh[0].number - self._number - 1
            self._number = fresh[-1].number
            entries = [_shown(self.name, entry) for entry in fresh]
            yield Event("entries", {"account": self.name, "missed": missed, "entries": entries})


class EventFeed:
    """Follows some accounts, and the requests that belong to none.

    Args:
        accounts: Those to follow, as they are whenever it is asked.
        unclaimed: The journal of requests with no known key; None to leave them out.
        mock: Whose fixtures are watched too; None to leave them out.
    """

    def __init__(
        self,
        accounts: Callable[[], list[Account]],
        unknown_key_requests: Callable[[], Journal] | None,
        mock: Mock | None,
    ) -> None:
        self._accounts = accounts
        self._tails: dict[str, _Tail] = {}
        self._marks: dict[str, dict[str, object]] = {}
        self._unclaimed = _Tail(UNCLAIMED, unknown_key_requests) if unknown_key_requests else None
        self._mock = mock
        self._problems = mock.fixture_errors if mock else []
        self._sync()

    def past(self, limit: int) -> Iterator[Event]:
        """The newest entries of all, newest first, in parts; at least one part, which may be empty."""
        tails = [*self._tails.values(), *([self._unclaimed] if self._unclaimed else [])]
        newest = merge(*(tail.past() for tail in tails), key=lambda timed: timed[0])
        yield Event("past", {"entries": []})
        entries = (entry for _, entry in islice(newest, limit))
        while part := list(islice(entries, _ENTRIES_AT_ONCE)):
            yield Event("past", {"entries": part})

    def news(self) -> Iterator[Event]:
        """All that happened since it was last asked."""
        if self._sync():
            yield Event("accounts", {"number": len(self._tails)})
        for tail in (*self._tails.values(), *([self._unclaimed] if self._unclaimed else [])):
            yield from tail.news()
        for account in self._accounts():
            before, now = self._marks[account.id], _mark(account)
            parts = [part for part in now if now[part] != before[part]]
            if parts:
                self._marks[account.id] = now
                yield Event("changed", {"account": account.id, "parts": parts})
        if self._mock and self._mock.fixture_errors is not self._problems:
            self._problems = self._mock.fixture_errors
            yield Event("fixtures", {"problems": len(self._problems)})

    def _sync(self) -> bool:
        """Follow the accounts that there are; whether one came or went."""
        accounts = {account.id: account for account in self._accounts()}
        gone, new = self._tails.keys() - accounts.keys(), accounts.keys() - self._tails.keys()
        for id_ in gone:
            del self._tails[id_], self._marks[id_]
        for id_ in new:
            self._tails[id_] = _Tail(id_, _journal_of(accounts[id_]))
            self._marks[id_] = _mark(accounts[id_])
        return bool(gone or new)


def _journal_of(account: Account) -> Callable[[], Journal]:
    return lambda: account.state.journal


def _mark(account: Account) -> dict[str, object]:
    """What is equal for equal campaigns, faults and clock of an account."""
    state = account.state
    clock = state.clock
    return {
        "campaigns": (state, state.revision),
        "clock": clock.now() if clock.is_frozen else round(clock.timestamp() - time()),
        "faults": [(fault.id, fault.applied) for fault in state.faults],
    }


def _shown(account: str, entry: Entry) -> dict[str, Any]:
    """An entry with what a page shows beside: whose it is, and the answer's headers. A long body is cut."""
    shown = entry.as_dict()
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.reply.headers]
    body = shown["body"]
    return shown | {
        "account": account,
        "responseHeaders": headers,
        "body": body[:_BODY_SHOWN],
        "bodyIsCut": len(body) > _BODY_SHOWN,
    }
