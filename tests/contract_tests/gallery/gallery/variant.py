"""Variant: one way in which the pretended API behaves, and what a check is to say of it."""

from dataclasses import dataclass
from typing import Literal

from gallery.api import Change

Category = Literal[
    "structural", "semantic", "envelope", "auth", "status", "transport", "intermittent", "additive", "conforming"
]


@dataclass(frozen=True)
class Variant:
    """One exhibit.

    Attributes:
        name: Unique, kebab-case.
        does: What the server does, for people.
        change: The change over the API as documented.
        rule: The rule that is to find it; "" where nothing is to be found.
        level: At which level.
        also: Rules that may find something at warning or above as well, since there are several causes.
        campaigns: How many of the two campaigns the check is told of.
        verdict: Of the check.
    """

    category: Category
    name: str
    does: str
    change: Change
    rule: str = ""
    level: str = ""
    also: tuple[str, ...] = ()
    campaigns: int = 1
    verdict: str = "conforms"


def drift(
    name: str,
    does: str,
    change: Change,
    rule: str,
    level: str = "breaking",
    *,
    category: Category,
    also: tuple[str, ...] = (),
    campaigns: int = 1,
) -> Variant:
    """An exhibit that a check has to find."""
    return Variant(category, name, does, change, rule, level, also, campaigns, "drift")
