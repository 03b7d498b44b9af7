"""SharedJournal: a journal whose requests are kept in the store, and read from there only when somebody looks."""

import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from migma_contract.openapi import Contract
from migma_mock.accounts.account import Account
from migma_mock.accounts.journal import Journal, is_unexpected
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.sharing.copies.entry_codec import EntryEncoder, LoadedRequest, decode_entry
from migma_mock.sharing.copies.own_keys import OwnKeys
from migma_mock.sharing.store.parts import UNREADABLE
from migma_mock.sharing.store.replies import JournalPage, Record

_START = "0"


class OutgoingEntry(NamedTuple):
    """A recorded request on its way to the store.

    Attributes:
        data: The record, without secrets.
        is_unexpected: True if it is kept when the journal is cleared.
    """

    data: bytes
    is_unexpected: bool


class SharedJournal(Journal):
    """A journal whose requests are kept in the store; it has those that were loaded.

    Args:
        args, options: As for :class:`Journal`.
        encoder: Encodes what is recorded.

    Attributes:
        position: Of the last record that was loaded, for the store; ``0`` before the first.
        unrecorded: How many requests the store lacks, since it could not be reached; the gap tells of them.
        on_amend: Is called with a record that amends an earlier one, which goes to the same journal of the store.
    """

    def __init__(self, *args: Any, encoder: EntryEncoder, **options: Any) -> None:
        super().__init__(*args, **options)
        self.position = _START
        self.unrecorded = 0
        self.on_amend: Callable[[bytes], object] = lambda _record: None
        self.began = 0
        self._encoder = encoder
        self._own_keys: OwnKeys | None = None
        self._outgoing: OutgoingEntry | None = None
        # Entries whose reply was not sent yet when they were recorded, by their tokens, as long as they are kept.
        self._late: WeakValueDictionary[str, LoadedRequest] = WeakValueDictionary()
        # The order of the last of the unexpected requests.
        self._last_unexpected = 0

    def watch_keys(self, account: Account, contract: Callable[[], Contract]) -> None:
        """Record which of the keys of an account a request had, without the key itself."""
        self._own_keys = OwnKeys(account, contract)

    def cleared(self) -> "SharedJournal":
        """Return an empty journal that replaces this one."""
        successor = SharedJournal(
            self._bound,
            self._memory,
            all_unexpected=self._all_unexpected,
            redactor=self.redactor,
            encoder=self._encoder,
        )
        successor._succeed(self)
        successor.on_amend, successor.began = self.on_amend, self.began
        successor._own_keys, successor._late = self._own_keys, self._late
        successor._last_unexpected = self._last_unexpected
        return successor

    def begun(self, order: int) -> "SharedJournal":
        """Return the journal that begins after a request of all accounts: this one, if it has nothing from before."""
        if order == self.began:
            return self
        journal = self if self.position == _START else self.cleared()
        journal.began = order
        return journal

    def record(self, time: float, request: Request, campaign: str, reply: Reply, seconds: float) -> None:
        """Make the record of a request; :meth:`take_outbox` returns it."""
        token = ""
        if reply.sending is not None:
            token = secrets.token_hex(8)
            reply.sending.then(partial(self._amend, token))
        own_keys: Mapping[str, str] = self._own_keys.fingerprints() if self._own_keys else {}
        data = self._encoder.encode(
            request,
            campaign,
            reply,
            times=(time, seconds),
            token=token,
            redactor=self.redactor,
            own_keys=own_keys,
        )
        self._outgoing = OutgoingEntry(data, is_unexpected(reply.matched_by, self._all_unexpected))

    def take_outbox(self) -> OutgoingEntry | None:
        """Return the request that was recorded since the last call; None if there is none."""
        outgoing, self._outgoing = self._outgoing, None
        return outgoing

    def load(self, page: JournalPage) -> None:
        """Add what the store has beyond :attr:`position`, and tell the listeners."""
        decoded = ((record.order, self._decoded(record)) for record in page.unexpected)
        unexpected = {order: entry for order, entry in decoded if entry is not None}
        for record in page.records:
            if not record.number:
                self._note_sending(record)
                continue
            entry = unexpected.get(record.order) or self._decoded(record)
            if entry is None:
                continue
            if record.number != self.recorded + 1:  # those between were dropped before they were loaded
                self._drop_entries()
            self._add(entry)
        for order in sorted(unexpected):
            if order > self._last_unexpected:
                self._keep_unexpected(unexpected[order])
                self._last_unexpected = order
        self.position = page.last_id
        if self._memory.used > self._memory.threshold:
            self._memory.cut_journals()
        if page.records or page.unexpected:
            self.notify()

    def forget(self) -> None:
        """Drop everything that was loaded, since the store may have gone back to an earlier state."""
        self.cut(0)
        self.dropped_for_memory = self.unexpected_dropped = 0
        self.recorded = self._last_unexpected = 0
        self.position = _START

    @property
    def gap(self) -> str:
        """A sentence about the requests since it was cleared that it does not have; "" if it has all."""
        lacks = [super().gap] if super().gap else []
        if not self._bound:
            lacks = ["the journal keeps no requests (--journal-size)"]
        if self.unrecorded:
            requests = "1 request" if self.unrecorded == 1 else f"{self.unrecorded} requests"
            lacks.append(f"the journal lacks {requests} that came while the store could not be reached")
        return "; ".join(lacks)

    def _decoded(self, record: Record) -> LoadedRequest | None:
        """Return the entry of a record; None if no mock wrote it: it is missed then like one that was dropped."""
        try:
            entry = decode_entry(record.data, record.number, record.order, self.redactor)
        except UNREADABLE:
            return None
        if entry.token:
            self._late[entry.token] = entry
        return entry

    def _drop_entries(self) -> None:
        while self._entries:
            freed = self._freed_by(self._entries.popleft())
            self.bytes -= freed
            self._memory.used -= freed
            self._free += 1

    def _amend(self, token: str) -> None:
        self.on_amend(json.dumps(token).encode())

    def _note_sending(self, record: Record) -> None:
        try:
            entry = self._late.pop(json.loads(record.data), None)
        except UNREADABLE:
            return
        if entry is not None:
            entry.note_sending()
