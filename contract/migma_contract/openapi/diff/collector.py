"""Collector: makes the changes of a document of the changes of its parts."""

from dataclasses import dataclass
from typing import Self

from migma_contract.finding import Level
from migma_contract.openapi.diff.change_rule import ChangeRule
from migma_contract.openapi.diff.comparison import Change, Comparison
from migma_contract.openapi.diff.document_change import DocumentChange
from migma_contract.openapi.diff.operations import Operation
from migma_contract.openapi.diff.side import Side


class Spot(str):
    """A place in an operation, as people say it; and its short name for places that are compared from run to run.

    Args:
        words: As people say it: ``the response 200``.
        short: ``200``.
    """

    __slots__ = ("short",)
    short: str

    def __new__(cls, words: str, short: str) -> Self:
        """Make the text."""
        spot = super().__new__(cls, words)
        spot.short = short
        return spot


@dataclass(slots=True)
class _Entry:
    rule: ChangeRule
    level: Level
    where: str
    message: str
    change: Change
    operations: dict[str, None]
    places: dict[str, None]


class Collector:
    """Collects changes, each once.

    Args:
        old: The old document.
        new: The new one.
    """

    def __init__(self, old: Side, new: Side) -> None:
        self._sides = old, new
        self._entries: dict[tuple[str, str, str, str], _Entry] = {}

    def add(self, operation: Operation, spot: Spot, change: Change, path: str = "") -> None:
        """Add a change.

        Args:
            operation: The operation that it affects.
            spot: The place in the operation.
            change: The change.
            path: The path to what changed in a body or a parameter: ``.data.name``.
        """
        key = change.rule.id, change.old, change.new, change.text
        level = Level.INFO if operation.is_unstable else change.rule.level
        entry = self._entries.get(key)
        if entry is None:
            words = f"{path.removeprefix('.').lstrip()} in {spot}" if path else spot
            message = f"{operation.label}: {change.text.replace('{place}', words)}."
            where = _where(operation, spot, change, path)
            entry = self._entries[key] = _Entry(change.rule, level, where, message, change, {}, {})
        entry.operations[operation.label] = None
        entry.places[" ".join(filter(None, (spot.short, path)))] = None
        entry.level = max(entry.level, level, key=lambda each: each.rank)

    def add_all(self, operation: Operation, spot: Spot, comparison: Comparison) -> None:
        """Add the changes of a schema that is used at a place of an operation."""
        for path, change in comparison.walk():
            self.add(operation, spot, change, path)

    def changes(self) -> list[DocumentChange]:
        """Return all changes, the worst first, and else in the order of the operations."""
        old, new = self._sides
        found = [
            DocumentChange(
                entry.rule.id,
                entry.level,
                entry.where,
                entry.message,
                entry.change.was,
                entry.change.now,
                old.nearest(entry.change.old),
                new.nearest(entry.change.new),
                tuple(entry.operations),
                tuple(entry.places),
            )
            for entry in self._entries.values()
        ]
        return sorted(found, key=lambda change: -change.level.rank)


def _where(operation: Operation, spot: Spot, change: Change, path: str) -> str:
    """Return a place that stays the same when other parts of the documents change."""
    place = change.new if change.new.startswith(f"{change.old}/") else change.old
    if place.startswith("/components/"):
        return place
    if place.startswith(("/servers", "/security")):
        return spot.short  # those of the whole document
    return " ".join(filter(None, (operation.label, spot.short, path)))
