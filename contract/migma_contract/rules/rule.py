"""Rule: one requirement on a response, or on all responses of a run."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from migma_contract.exchange import Purpose
from migma_contract.finding import Level, Violation, lowest
from migma_contract.rules.analysis.parsed_response import ParsedResponse, final_responses

Condition = Callable[[ParsedResponse], bool]
"""True for a response that has something to judge."""

CheckFunction = Callable[[ParsedResponse], Iterator[Violation]]
"""Yields the violations in a single response."""

RunCheck = Callable[[Sequence[ParsedResponse]], Iterator[Violation]]
"""Yields the violations in all responses of a run, in order."""


class Check(NamedTuple):
    """A check on single responses.

    Attributes:
        judges: True for the responses that it can judge. Only those are checked, and the report has their number.
        violations: Yields the violations in such a response.
    """

    judges: Condition
    violations: CheckFunction


def responded(response: ParsedResponse) -> bool:
    """True if a response came, complete or not."""
    return response.status != 0


def is_success(response: ParsedResponse) -> bool:
    """True for a response whose status is 2xx."""
    return response.is_success


def is_error(response: ParsedResponse) -> bool:
    """True for a response whose status is not 2xx."""
    return not response.is_success


def anything(_response: ParsedResponse) -> bool:
    """True for every response."""
    return True


def requests_for(*purposes: Purpose) -> Callable[[Sequence[ParsedResponse]], int]:
    """Return a function that counts the requests of a run for some purposes, without retries; without any, all."""
    return lambda run: sum(not purposes or each.exchange.purpose in purposes for each in final_responses(run))


_every_request = requests_for()


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the catalogue. It has one check or both; with both, ``check`` is for a response on its own.

    Attributes:
        level: Breaking, warning or info.
        id: Stable, kebab-case; names the violation. Baselines refer to it.
        summary: The requirement in one sentence.
        why: What goes wrong in a client if it is violated.
        source: The place in openapi.json, or the vendor's sentence.
        example: A response that violates it.
        check: For a rule on single responses. A plain function judges every response that came.
        check_run: For a rule on all responses of a run.
        comparisons: For such a rule, the number of comparisons that it makes in a run; by default of the requests.
        across_runs: True if the responses that ``check_run`` gets begin with reads of earlier runs, if they are known.
    """

    level: Level
    id: str
    summary: str
    why: str
    source: str
    example: str
    check: Check | CheckFunction | None = None
    check_run: RunCheck | None = None
    comparisons: Callable[[Sequence[ParsedResponse]], int] = _every_request
    across_runs: bool = False

    def judge(self, run: Sequence[ParsedResponse]) -> tuple[int, list[Violation]]:
        """Return how often this rule had something to judge in the responses of a run, and the violations."""
        if self.check_run is not None:
            return self.comparisons(run), list(self.check_run(run))
        if self.check is None:
            return 0, []
        check = self.check if isinstance(self.check, Check) else Check(responded, self.check)
        judged = [response for response in run if check.judges(response)]
        return len(judged), [_of(one, each) for one in judged for each in check.violations(one)]


def _of(response: ParsedResponse, violation: Violation) -> Violation:
    is_set = violation.exchange == response.index  # there may be 100,000, and most are made with it
    return violation if is_set else violation._replace(exchange=response.index)


breaking, warning, info = (partial(Rule, level) for level in Level)


def any_body(check: CheckFunction, judges: Condition = anything) -> Check:
    """Return the check for complete responses with a body, with its levels limited to what the response allows."""

    def check_any(response: ParsedResponse) -> Iterator[Violation]:
        if response.max_level is Level.BREAKING:
            yield from check(response)
            return
        for violation in check(response):
            yield violation._replace(level=lowest(violation.level or Level.BREAKING, response.max_level))

    return Check(lambda response: response.has_body and judges(response), check_any)


def json_body(check: CheckFunction, judges: Condition = anything) -> Check:
    """Return the check for bodies that can be parsed as JSON; see :func:`any_body`."""
    return any_body(check, lambda response: response.exchange.json.readable and judges(response))
