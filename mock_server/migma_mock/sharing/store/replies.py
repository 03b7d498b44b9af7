"""Replies of the store: how it was opened, changes of maps, records of journals, outcomes of commits."""

from typing import Any, NamedTuple, Self

from migma_mock.sharing.store.commit import Change, Commit, Committed, Stale


class Opened(NamedTuple):
    """The store was opened.

    Attributes:
        epoch: One life of the store's process with its data. Versions and orders of another epoch mean nothing.
        is_new: The store was empty, and has the registry of this worker now.
        is_lost: The worker knew another epoch.
        serving_digest: The digest of what the worker serves that opened the store last; "" if there was none.
        warning: A sentence about how the store is set up, for its operator; "" without one.
    """

    epoch: str
    is_new: bool
    is_lost: bool
    serving_digest: str
    warning: str


class Changes(NamedTuple):
    """The parts of a map that changed since a version.

    Attributes:
        version: The version of the map; 0 if it has no parts.
        changes: The parts.
        exists: False if the store has nothing of the map; it was deleted, or not used for 30 days.
        gap: How many requests its journal lacks, since the store could not be reached.
        is_whole: These are all parts, and a copy has to drop all others.
    """

    version: int
    changes: list[Change]
    exists: bool
    gap: int
    is_whole: bool


class Record(NamedTuple):
    """An entry of a journal, or an amendment of an earlier one.

    Attributes:
        order: Its place among the commits of all accounts.
        number: Its place in its journal, from 1; 0 for an amendment.
        data: What was recorded.
    """

    order: int
    number: int
    data: bytes


class JournalPage(NamedTuple):
    """Records of a journal, oldest first.

    Attributes:
        last_id: The id after which the next ones follow.
        records: Entries and amendments.
        unexpected: The entries of requests that a test is not expected to send, which outlast a clear.
    """

    last_id: str
    records: list[Record]
    unexpected: list[Record]


class Head(NamedTuple):
    """Numbers that tell if a map or its journal has changed.

    Attributes:
        version: The version of the map; 0 if it has no parts.
        number: The number of the last request in its journal.
        amended: How many amendments its journal has.
        gap: How many requests its journal lacks.
    """

    version: int
    number: int
    amended: int
    gap: int

    @classmethod
    def of(cls, reply: list[bytes | None]) -> Self:
        """Return the head that the store answered."""
        return cls(*(int(field or 0) for field in reply))


UNREADABLE_HEAD = Head(-1, -1, -1, -1)
"""Stands for one that cannot be read; it is that of no map."""


def opening(reply: Any) -> tuple[int, str, bool, str] | tuple[int]:
    """Return what ``open.lua`` answered: the format; if it is that of this mock, the epoch and the rest too."""
    found, *rest = reply
    if not rest:
        return (int(found),)
    epoch, is_new, digest = rest
    return int(found), epoch.decode(), bool(is_new), digest.decode()


def recorded(commit: Commit, reply: Any) -> Committed | Stale:
    """Return the outcome of a commit that only adds an entry to a journal (``record.lua``)."""
    if isinstance(reply, int):
        return Committed(commit.registry, commit.version, reply)
    return Stale(int(reply[1]), int(reply[2]))


def committed(reply: Any) -> Committed | Stale:
    """Return the outcome of any other commit (``commit.lua``)."""
    is_applied, registry, version, *order = reply
    return Committed(int(registry), int(version), *order) if is_applied else Stale(int(registry), int(version))


def changes(reply: Any) -> Changes:
    """Return the parts of a map that ``changes.lua`` read."""
    version, exists, gap, names, *texts = reply
    # The whole map comes as the store has it, with the fields that are no parts.
    pairs = zip(names, texts[0], strict=True) if texts else zip(names[::2], names[1::2], strict=True)
    parts = [
        Change(name.decode(), None if text is None else text.decode())
        for name, text in pairs
        if not name.startswith(b"#")
    ]
    return Changes(version, parts, bool(exists), gap, is_whole=not texts)


def journal_page(most: int, after: str, reply: Any) -> JournalPage:
    """Return the records of a journal that ``journal.lua`` read.

    Args:
        most: How many records it read at most.
        after: The id after which it read.
        reply: The reply.
    """
    records, unexpected = ([_record(item) for item in items] for items in reply)
    if len(records) == most:
        # Those that are newer than the last one come with the next page.
        unexpected = [each for each in unexpected if each.order <= records[-1].order]
    newest = max((*records[-1:], *unexpected[-1:]), default=None)
    return JournalPage(f"{newest.order}-{newest.number}" if newest else after, records, unexpected)


def _record(item: Any) -> Record:
    order, number = item[0].split(b"-")
    return Record(int(order), int(number), item[1][1])
