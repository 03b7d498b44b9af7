"""Rule: one thing that must hold of an exchange, or of a series of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contract_tests.exchange import Exchange
from contract_tests.finding import Level
from mock_server.contract import Contract


class Hit(NamedTuple):
    """Where a rule does not hold; :mod:`contract_tests.rules` makes the Finding from it.

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
        one: Judges a single exchange; None for a rule over a series.
        series: Judges all exchanges of a run together; None for a rule over one.
    """

    id: str
    level: Level
    meaning: str
    why: str
    source: str
    example: str
    one: Callable[[Exchange, Contract], Iterator[Hit]] | None = None
    series: Callable[[Sequence[Exchange], Contract], Iterator[Hit]] | None = None
