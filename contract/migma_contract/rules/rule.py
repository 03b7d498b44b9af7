"""Rule: one requirement on a response, or on all responses of a run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from migma_contract.finding import Level, Violation, lowest
from migma_contract.rules.analysis.parsed_response import ParsedResponse

Check = Callable[[ParsedResponse], Iterator[Violation]]
"""Yields the violations in a single response."""

RunCheck = Callable[[Sequence[ParsedResponse]], Iterator[Violation]]
"""Yields the violations in all responses of a run, in order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue. Exactly one of its two checks is set.

    Attributes:
        level: Breaking, warning or info.
        id: Stable, kebab-case; names the violation. Baselines refer to it.
        summary: The requirement in one sentence.
        why: What goes wrong in a client if it is violated.
        source: The place in openapi.json, or the vendor's sentence.
        example: A response that violates it.
        check: For a rule on single responses.
        check_run: For a rule on all responses of a run.
    """

    level: Level
    id: str
    summary: str
    why: str
    source: str
    example: str
    check: Check | None = None
    check_run: RunCheck | None = None


breaking, warning, info = (partial(Rule, level) for level in Level)


def any_body(check: Check) -> Check:
    """Return the check for complete responses with a body, with its levels limited to what the response allows."""

    def check_any(response: ParsedResponse) -> Iterator[Violation]:
        for violation in check(response) if response.has_body else ():
            yield violation._replace(level=lowest(violation.level or Level.BREAKING, response.max_level))

    return check_any


def json_body(check: Check) -> Check:
    """Return the check for bodies that can be parsed as JSON; see :func:`any_body`."""
    return any_body(lambda response: check(response) if response.exchange.json.readable else iter(()))
