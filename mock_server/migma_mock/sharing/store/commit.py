"""Commit: the changes of one request in the store, applied as a whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

REGISTRY = "registry"
"""The map that has the accounts and their keys."""

UNKNOWN_KEY = "unknown-key"
"""The map of the requests without a known key; it has a journal and no parts."""

ACCOUNT = "account:"
"""The map of an account is named so, and its id."""

LOST = "lost"
"""The part of an account whose state was in a store that lost its data, and that no worker has restored."""


class Change(NamedTuple):
    """A part of a map, and what it is now.

    Attributes:
        name: Its name; ``#`` is not its first character.
        text: Its new text; None if it is removed.
    """

    name: str
    text: str | None


@dataclass(slots=True)
class Commit:
    """The changes of one request, and the versions of what they were computed from.

    The store applies it only if both versions are still the current ones.

    Attributes:
        registry: The version of the registry.
        account: The map: ``account:<id>`` or `UNKNOWN_KEY`.
        version: The version of that map; 0 if it has no parts yet.
        changes: Parts of the map.
        registry_changes: Parts of the registry.
        deleted: Maps to remove, with their journals.
        entry: A record for the map's journal; None for no record.
        is_unexpected: The record is also kept when the journal is cleared.
        clears_journal: The journal is empty, complete and numbered from 1 again, before the entry is added. The map's
            part ``journal`` is then ``{"began": ORDER}``, with the order of the last request before.
        unrecorded: How many requests the journal lacks, since the store could not be reached.
        marks_used: The map is used now, and kept for another 30 days.
    """

    registry: int
    account: str
    version: int
    changes: Sequence[Change] = ()
    registry_changes: Sequence[Change] = ()
    deleted: Sequence[str] = ()
    entry: bytes | None = None
    is_unexpected: bool = False
    clears_journal: bool = False
    unrecorded: int = 0
    marks_used: bool = False

    @property
    def only_records(self) -> bool:
        """True if it does nothing but to add an entry to the journal, which most requests do."""
        return not (
            self.changes
            or self.registry_changes
            or self.is_unexpected
            or self.marks_used
            or self.clears_journal
            or self.unrecorded
            or self.deleted
        )

    @property
    def frees_memory(self) -> bool:
        """True if the store needs less memory after it; False for a new account, whose journal begins too."""
        return self.version != 0 and bool(self.deleted or self.clears_journal)


class Committed(NamedTuple):
    """A commit was applied.

    Attributes:
        registry: The version of the registry after it.
        version: The version of the map after it.
        order: The place of the commit among those of all accounts that have an entry or a change; the order of its
            journal entry.
    """

    registry: int
    version: int
    order: int = 0


class Stale(NamedTuple):
    """A commit was not applied, since others came before it.

    Attributes:
        registry: The version of the registry in the store.
        version: The version of the map in the store; 0 if it has no parts.
    """

    registry: int
    version: int


def change_arguments(changes: Sequence[Change]) -> list[str | int]:
    """Return changes as the scripts read them: ``change_parts`` in ``parts.lua``."""
    pairs: list[str | int] = []
    removed = []
    for name, text in changes:
        if text is None:
            removed.append(name)
        else:
            pairs += (name, text)
    return [len(pairs) // 2, *pairs, len(removed), *removed]
