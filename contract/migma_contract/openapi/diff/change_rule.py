"""ChangeRule: one kind of change between two documents, and its level from the side of a client."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Literal, NamedTuple

from migma_contract.finding import Level

Direction = Literal["request", "response"]
"""The sender of a value: a client (requests), or the server (responses, and the bodies of webhooks and callbacks)."""


class Effect(StrEnum):
    """The effect of a change on the values that a document allows."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    CHANGED = "changed"

    @property
    def mirrored(self) -> "Effect":
        """The effect on what is not allowed, which is also that of the change in the other direction of time."""
        return _MIRRORED[self]


_MIRRORED = {
    Effect.NARROWED: Effect.WIDENED,
    Effect.WIDENED: Effect.NARROWED,
    Effect.CHANGED: Effect.CHANGED,
}


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One entry of the catalogue of changes.

    Attributes:
        level: Breaking if clients that were right before may fail; warning if that depends on the client; else info.
        id: Stable, kebab-case.
        summary: What the change is, in one sentence.
        why: What it means for a client.
        example: The document before and after.
        source: Where it is said that this is so.
        effect: What it does to the values that are allowed; None if it is not about values.
    """

    level: Level
    id: str
    summary: str
    why: str
    example: str
    source: str = "OpenAPI 3.0 and 3.1"
    effect: Effect | None = None


breaking, warning, info = (partial(ChangeRule, level) for level in Level)

_LEVELS: Mapping[tuple[Direction, Effect], Level] = {
    ("request", Effect.NARROWED): Level.BREAKING,
    ("request", Effect.WIDENED): Level.INFO,
    ("request", Effect.CHANGED): Level.BREAKING,
    ("response", Effect.NARROWED): Level.INFO,
    ("response", Effect.WIDENED): Level.BREAKING,
    ("response", Effect.CHANGED): Level.BREAKING,
}
_WHY: Mapping[tuple[Direction, Effect], str] = {
    ("request", Effect.NARROWED): "The server may refuse a request that was valid before.",
    ("request", Effect.WIDENED): "Every request that was valid stays valid.",
    ("request", Effect.CHANGED): "The server may refuse a request that was valid before.",
    ("response", Effect.NARROWED): "Every answer is one that a client was prepared for.",
    ("response", Effect.WIDENED): "A client may get an answer that the old document excludes.",
    ("response", Effect.CHANGED): "A client may get an answer that the old document excludes.",
}
_VERBS = {Effect.NARROWED: "allows less", Effect.WIDENED: "allows more", Effect.CHANGED: "allows other values"}


class Subject(NamedTuple):
    """A part of a schema that can change, for which there are rules in both directions.

    Attributes:
        id: The part in ids of rules: ``request-ID-narrowed``.
        noun: The part in sentences: ``maximum``.
        loose: An example that allows more, as JSON without braces.
        tight: An example that allows less.
        levels: Levels that are not those of the direction and the effect, each with the reason.
    """

    id: str
    noun: str
    loose: str
    tight: str
    levels: Mapping[tuple[Direction, Effect], tuple[Level, str]] = {}

    def rule(self, direction: Direction, effect: Effect) -> ChangeRule:
        """Return the rule for a change of this part."""
        level, why = self.levels.get((direction, effect), (_LEVELS[direction, effect], _WHY[direction, effect]))
        before, after = (self.tight, self.loose) if effect is Effect.WIDENED else (self.loose, self.tight)
        return ChangeRule(
            level,
            f"{direction}-{self.id}-{effect}",
            f"The {self.noun} in a schema of a {direction} {_VERBS[effect]}.",
            why,
            f"before: {{{before}}}\nafter:  {{{after}}}",
            "JSON Schema, and OpenAPI's schema objects",
            effect,
        )

    def rules(self) -> Iterator[ChangeRule]:
        """Yield the rules of this part."""
        for direction, effect in _LEVELS:
            yield self.rule(direction, effect)
