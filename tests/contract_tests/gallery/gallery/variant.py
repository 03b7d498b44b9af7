"""Variant: one behaviour of the imitated API, and the expected result of a check."""

from dataclasses import dataclass
from typing import Literal

from gallery.api import Change
from migma_contract.rate_unit import RateUnit

Category = Literal[
    "structural",
    "semantic",
    "envelope",
    "auth",
    "status",
    "transport",
    "intermittent",
    "additive",
    "conforming",
    "inconclusive",
]


@dataclass(frozen=True)
class Variant:
    """One variant of the API.

    Attributes:
        name: Unique, kebab-case.
        description: What the server does, for the page.
        change: The change of the documented behaviour.
        rule: The rule that must find it; "" if nothing is to be found.
        level: The level of that finding.
        also: Other rules with findings at warning or above, since there are several causes.
        campaigns: Number of campaigns that the check reads (at most three).
        verdict: The verdict of the check.
        reason: Words that the reason of an inconclusive verdict contains.
        rates: The unit in which the check reads rates.
    """

    category: Category
    name: str
    description: str
    change: Change
    rule: str = ""
    level: str = ""
    also: tuple[str, ...] = ()
    campaigns: int = 1
    verdict: str = "conforms"
    reason: str = ""
    rates: RateUnit = "fraction"


def drift(
    name: str,
    description: str,
    change: Change,
    rule: str,
    level: str = "breaking",
    *,
    category: Category,
    also: tuple[str, ...] = (),
    campaigns: int = 1,
) -> Variant:
    """Return a variant with drift."""
    return Variant(category, name, description, change, rule, level, also, campaigns, "drift")


def inconclusive(name: str, description: str, change: Change, reason: str, *, campaigns: int = 1) -> Variant:
    """Return a variant that shows nothing of the contract: an outage, or a server other than the API."""
    return Variant(
        "inconclusive", name, description, change, campaigns=campaigns, verdict="inconclusive", reason=reason
    )


def additive(
    name: str, description: str, change: Change, rule: str, verdict: str = "conforms", *, campaigns: int = 1
) -> Variant:
    """Return a variant whose findings are information."""
    return Variant("additive", name, description, change, rule, "info", (), campaigns, verdict)


def conforming(name: str, description: str, change: Change, *, campaigns: int = 1) -> Variant:
    """Return a variant without findings."""
    return Variant("conforming", name, description, change, campaigns=campaigns)
