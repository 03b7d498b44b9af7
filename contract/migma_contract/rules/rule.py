"""Rule: one thing that must hold of an exchange, or of a series of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules.analysis.parsed_response import ParsedResponse


class Violation(NamedTuple):
    """Where a rule does not hold; :mod:`migma_contract.rules` makes the Finding from it.

    Attributes:
        where, message, expected, got, pointer: As in Finding.
        exchange: Index into the series; 0 for a rule that sees one exchange.
        level: Only where this case is milder than the rule's own level.
    """

    where: str
    message: str
    expected: str
    got: str
    pointer: str = ""
    exchange: int = 0
    level: Level | None = None


class Run(NamedTuple):
    """What rules over a series see: the exchanges of a run, in their order, and the answer in each, if there is one."""

    exchanges: Sequence[Exchange]
    answers: Sequence[ParsedResponse | None]
    contract: Contract


One = Callable[[Exchange, Contract], Iterator[Violation]]
"""Judges a single exchange."""

Series = Callable[[Run], Iterator[Violation]]
"""Judges all exchanges of a run together."""

Check = Callable[[ParsedResponse], Iterator[Violation]]
"""Judges the answer in a single exchange."""


def of_body(check: Check) -> Check:
    """A rule about any body, readable or not."""

    def of_answer(answer: ParsedResponse) -> Iterator[Violation]:
        for violation in check(answer):
            level = violation.level or Level.BREAKING
            yield violation._replace(level=min(level, answer.max_level, key=lambda each: each.rank))

    return of_answer


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue.

    Attributes:
        id: Stable, kebab-case; baselines refer to it.
        level: Breaking, warning or info.
        meaning: What must hold, one sentence.
        why: What goes wrong in a client when it does not.
        source: Place in openapi.json, or the vendor's sentence.
        example: A broken answer, as one would see it.
        one: Judges a single exchange.
        answer: Judges the answer in a single exchange, where there is one.
        series: Judges all exchanges of a run together. Of these three, a rule has one.
    """

    id: str
    level: Level
    meaning: str
    why: str
    source: str
    example: str
    one: One | None = None
    answer: Check | None = None
    series: Series | None = None


def of_json(check: Check) -> Check:
    """A rule about a body that can be read as JSON."""
    return of_body(lambda answer: check(answer) if answer.exchange.json.readable else iter(()))
