"""Memory: how many bytes the accounts of a mock keep together, within a limit."""

import re
import sys
from typing import Protocol

from migma_contract.errors import MigmaError

_UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_LEAST = 10**6


def parse_size(text: str) -> int:
    """Return the bytes of a size such as ``256MB`` or ``2GiB``.

    Raises:
        ValueError: It is none, or less than a megabyte; the message says what is expected.
    """
    match = re.fullmatch(r"([0-9]{1,6}) ?([kmg]i?b)", text.strip().lower(), re.ASCII)
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if size < _LEAST:
        raise ValueError("a size of 1MB or more, such as 256MB or 2GB")
    return size


class MemoryLimitError(MigmaError):
    """The accounts keep as much as they may; nothing more can be put."""


class _Journal(Protocol):
    bytes: int

    def cut(self, most: int) -> int: ...


class Memory:
    """The bytes that accounts keep, as an estimate that is not below what they really need.

    Journals give way first: the longest ones lose their oldest requests, and all are cut to the same size, so that an
    account with a short journal loses nothing. What else accounts have is never removed; there is an error when more is
    to be added. Not safe for several threads.

    Args:
        limit: How many bytes all accounts may keep.

    Attributes:
        recorded: How many requests all journals have recorded, which tells their order.
        used: How many bytes they keep.
        threshold: Journals are cut when more is used.
        dropped: How many requests the journals have lost so.
    """

    def __init__(self, limit: int) -> None:
        self.limit = self.threshold = limit
        self.used = self.dropped = self.recorded = 0
        # Journals keep a quarter, and after a cut an eighth is free, so that the next one is not necessary at once.
        self._most_shares, self._room = limit // 4 * 3, limit // 8
        self._in_shares = 0
        self._journals: dict[_Journal, None] = {}

    def add_journal(self, journal: _Journal) -> None:
        """Count a journal, which from now on adds to ``used`` what it keeps."""
        self._journals[journal] = None

    def remove_journal(self, journal: _Journal) -> None:
        """Count a journal no more."""
        if journal in self._journals:
            del self._journals[journal]
            self.used -= journal.bytes

    def require(self, number: int) -> None:
        """Check that a number of bytes can be added to the shares.

        Raises:
            MemoryLimitError: There is no room for them.
        """
        if number > 0 and self._in_shares + number > self._most_shares:
            raise MemoryLimitError(
                f"There is no room for more: all accounts together may keep {self.limit / 1e6:g} MB, of which "
                "campaigns, faults and accounts get three quarters. Delete some, or start the mock with a higher "
                "--max-memory."
            )

    def take(self, number: int) -> None:
        """Add a number of bytes to the shares, or remove them if it is negative."""
        self._in_shares += number
        self.used += number
        if self.used > self.threshold:
            self.cut_journals()
        elif self.used <= self.limit:
            self.threshold = self.limit

    def cut_journals(self) -> None:
        """Cut the longest journals until there is room again."""
        room = max(0, self.limit - self._room - self._in_shares)
        most = _common_bound([journal.bytes for journal in self._journals], room)
        self.dropped += sum([journal.cut(most) for journal in self._journals])
        # If everything is full without the journals, the next request does not have to try again.
        self.threshold = max(self.limit, self.used + self._room)


def without_limit() -> Memory:
    """Return a memory that refuses nothing, for what belongs to no mock any more."""
    return Memory(sys.maxsize)


class Share:
    """The bytes that one account keeps beside its journal.

    Args:
        memory: Of which it is a share; None for one without a limit.

    Attributes:
        bytes: How many it keeps.
    """

    def __init__(self, memory: Memory | None = None) -> None:
        self._memory = without_limit() if memory is None else memory
        self.bytes = 0

    def reserve(self, number: int) -> None:
        """Add a number of bytes, or remove them if it is negative.

        Raises:
            MemoryLimitError: There is no room for them.
        """
        self._memory.require(number)
        self.take(number)

    def take(self, number: int) -> None:
        """Do the same for bytes that cannot be refused, such as the progress of a campaign."""
        self.bytes += number
        self._memory.take(number)

    def release(self) -> None:
        """Count nothing more of this share, since its account is gone or starts again."""
        self.take(-self.bytes)
        self._memory = without_limit()


def _common_bound(sizes: list[int], room: int) -> int:
    """Return the largest size to which all larger ones can be cut so that all together fit."""
    left = room
    for position, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - position)
        if size > share:
            return share
        left -= size
    return room
