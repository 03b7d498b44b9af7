"""Rule: one requirement on an exchange, on a response, or on all exchanges of a run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from migma_contract.exchange import Exchange
from migma_contract.finding import Level
from migma_contract.openapi import Contract
from migma_contract.rules.analysis.parsed_response import ParsedResponse


class Violation(NamedTuple):
    """A violated rule at one place; :mod:`migma_contract.rules.evaluate` makes the Finding from it.

    Attributes:
        where, message, expected, got, pointer: As in Finding.
        exchange: Index in the run; 0 for a rule on single exchanges.
        level: Set only if this case is less serious than the rule's own level.
    """

    where: str
    message: str
    expected: str
    got: str
    pointer: str = ""
    exchange: int = 0
    level: Level | None = None


class Run(NamedTuple):
    """The exchanges of a run in order, and the parsed response of each, or None if it has none."""

    exchanges: Sequence[Exchange]
    responses: Sequence[ParsedResponse | None]
    contract: Contract


ExchangeCheck = Callable[[Exchange, Contract], Iterator[Violation]]
"""Yields the violations in a single exchange."""

ResponseCheck = Callable[[ParsedResponse], Iterator[Violation]]
"""Yields the violations in a single parsed response."""

RunCheck = Callable[[Run], Iterator[Violation]]
"""Yields the violations in all exchanges of a run."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue. Exactly one of its three checks is set.

    Attributes:
        id: Stable, kebab-case; names the violation. Baselines refer to it.
        level: Breaking, warning or info.
        summary: The requirement in one sentence.
        why: What goes wrong in a client if it is violated.
        source: The place in openapi.json, or the vendor's sentence.
        example: A response that violates it.
        check_exchange: For a rule on single exchanges.
        check_response: For a rule on single parsed responses.
        check_run: For a rule on all exchanges of a run.
    """

    id: str
    level: Level
    summary: str
    why: str
    source: str
    example: str
    check_exchange: ExchangeCheck | None = None
    check_response: ResponseCheck | None = None
    check_run: RunCheck | None = None


def any_body(check: ResponseCheck) -> ResponseCheck:
    """Return the check for every body, with its levels limited to what the response allows."""

    def check_any(response: ParsedResponse) -> Iterator[Violation]:
        for violation in check(response):
            level = violation.level or Level.BREAKING
            yield violation._replace(level=min(level, response.max_level, key=lambda each: each.rank))

    return check_any


def json_body(check: ResponseCheck) -> ResponseCheck:
    """Return the check for bodies that can be parsed as JSON; see :func:`any_body`."""
    return any_body(lambda response: check(response) if response.exchange.json.readable else iter(()))
