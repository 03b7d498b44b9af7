"""The kinds of states and journals that several workers share."""

from functools import partial

from migma_mock.accounts.registry import StateKinds
from migma_mock.sharing.copies.entry_codec import EntryEncoder
from migma_mock.sharing.copies.shared_journal import SharedJournal
from migma_mock.sharing.copies.shared_state import SharedState


def shared_kinds() -> StateKinds:
    """Return the classes for the accounts of a worker; all their journals have one encoder."""
    return StateKinds(partial(SharedJournal, encoder=EntryEncoder()), SharedState)
