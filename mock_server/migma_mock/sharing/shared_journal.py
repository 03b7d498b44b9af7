"""SharedJournal: a journal whose requests are kept in the store, and read from there only when somebody looks."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from migma_mock.accounts.journal import Journal


class OutgoingEntry(NamedTuple):
    """A recorded request on its way to the store.

    Attributes:
        data: The record, redacted.
        is_unexpected: True if it is kept when the journal is cleared.
    """

    data: bytes
    is_unexpected: bool


class SharedJournal(Journal):
    """A journal whose requests are kept in the store; it has those that were loaded.

    Attributes:
        position: Of the last record that was loaded, for the store; "0" before the first.
        unrecorded: How many requests the store lacks, since it could not be reached; its gap tells of them.
        on_amend: Is called with a record that amends an earlier one; it goes to the same place in the store.
    """

    position: str
    unrecorded: int
    on_amend: Callable[[bytes], object]

    def take_outbox(self) -> OutgoingEntry | None:
        """Return the request that was recorded since the last call; None if there is none.

        A request that is answered again after it was recorded replaces its first record.
        """
        raise NotImplementedError

    def load(self, page: "object") -> None:
        """Add what the store has beyond :attr:`position`, a ``JournalPage``, and tell the listeners."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop everything that was loaded: the store may have gone back to an earlier state."""
        raise NotImplementedError


def load_all(journals: Iterable[SharedJournal]) -> None:
    """Placeholder until the codec is there."""
    raise NotImplementedError
