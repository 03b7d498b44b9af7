"""Comparison: the changes between two parts of documents, and of the parts within them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from migma_contract.openapi.diff.change_rule import ChangeRule, Effect

_SHOWN = 80


class Change(NamedTuple):
    """One change.

    Attributes:
        rule: Its rule.
        old: JSON pointer into the old document; it need not exist there.
        new: JSON pointer into the new one, as the other one.
        text: The change as a clause; ``{place}`` stands for where it is, as people say it.
        was: What the old document has.
        now: What the new one has.
    """

    rule: ChangeRule
    old: str
    new: str
    text: str
    was: str = ""
    now: str = ""


@dataclass(slots=True, eq=False)
class Comparison:
    """The changes between two schemas; a graph, since schemas refer to each other and to themselves.

    Attributes:
        changes: Those of the schemas themselves.
        children: The comparisons of what is in them, each with its path from here: ``.name``, ``[]``.
        is_complete: False while it is made; until then, a circle comes back to it.
    """

    changes: list[Change] = field(default_factory=list)
    children: list[tuple[str, "Comparison"]] = field(default_factory=list)
    is_complete: bool = False

    def add(self, path: str, child: "Comparison") -> None:
        """Add the comparison of a part, unless nothing changed in it."""
        if child.changes or child.children or not child.is_complete:
            self.children.append((path, child))

    def walk(self) -> Iterator[tuple[str, Change]]:
        """Yield every change once, with the shortest path to it."""
        seen, pending = {id(self)}, [("", self)]
        for path, comparison in pending:
            for change in comparison.changes:
                yield path, change
            for step, child in comparison.children:
                if id(child) not in seen:
                    seen.add(id(child))
                    pending.append((f"{path}{step}", child))

    @property
    def narrows(self) -> bool:
        """True if a value that was allowed may not be allowed now."""
        return any(change.rule.effect in {Effect.NARROWED, Effect.CHANGED} for _, change in self.walk())

    @property
    def widens(self) -> bool:
        """True if a value that was not allowed may be allowed now."""
        return any(change.rule.effect in {Effect.WIDENED, Effect.CHANGED} for _, change in self.walk())

    @property
    def effect(self) -> Effect | None:
        """The effect of all changes; None for none."""
        narrows, widens = self.narrows, self.widens
        if narrows and widens:
            return Effect.CHANGED
        if narrows:
            return Effect.NARROWED
        return Effect.WIDENED if widens else None


def shown(value: Any) -> str:
    """Return a value of a document for a sentence, as JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
