"""Evaluation of the rules on exchanges: one finding for each rule and place."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import parse_response
from migma_contract.rules.catalogue import RULES
from migma_contract.rules.rule import Rule, Run, Violation


class _Occurrence(NamedTuple):
    rule: Rule
    violation: Violation
    level: Level


def judge(exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of a run: sorted by level (breaking first), rule and place."""
    return find(RULES, exchanges, contract)


def judge_one(exchange: Exchange, contract: Contract) -> list[Finding]:
    """Return the findings of one exchange on its own, without the rules that compare several."""
    return find([each for each in RULES if each.check_run is None], [exchange], contract)


def find(rules: Iterable[Rule], exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of some rules in the exchanges of a run, one for each rule and place.

    A finding shows the first exchange in which it is most serious, and counts the exchanges that have it.
    If no campaign could be read, there is too little evidence, and every finding has level info.
    """
    run = Run(exchanges, [parse_response(exchange, contract) for exchange in exchanges], contract)
    max_level = Level.BREAKING if expectations.has_usable_read(exchanges) else Level.INFO
    groups: dict[tuple[str, str], list[_Occurrence]] = {}
    for rule in rules:
        for violation in _violations(rule, run):
            level = min(rule.level, violation.level or rule.level, max_level, key=lambda each: each.rank)
            groups.setdefault((rule.id, violation.where), []).append(_Occurrence(rule, violation, level))
    findings = [_finding(occurrences, exchanges) for occurrences in groups.values()]
    return sorted(findings, key=lambda finding: (-finding.level.rank, finding.rule, finding.where))


def _violations(rule: Rule, run: Run) -> Iterator[Violation]:
    if rule.check_run is not None:
        yield from rule.check_run(run)
        return
    for index, (exchange, response) in enumerate(zip(run.exchanges, run.responses, strict=True)):
        if rule.check_exchange is not None:
            yield from (each._replace(exchange=index) for each in rule.check_exchange(exchange, run.contract))
        if rule.check_response is not None and response is not None:
            yield from (each._replace(exchange=index) for each in rule.check_response(response))


def _finding(occurrences: list[_Occurrence], exchanges: Sequence[Exchange]) -> Finding:
    rule, violation, level = max(occurrences, key=lambda each: (each.level.rank, -each.violation.exchange))
    count = ""
    if rule.check_run is None:
        count = _count({each.violation.exchange for each in occurrences}, exchanges)
    return Finding(
        rule=rule.id,
        level=level,
        where=violation.where,
        message=f"{violation.message}{count}",
        expected=violation.expected,
        got=violation.got,
        exchange=violation.exchange,
        pointer=violation.pointer,
    )


def _count(affected: set[int], exchanges: Sequence[Exchange]) -> str:
    """Return in how many of the comparable exchanges a finding is; nothing if it is in all of them."""
    purposes = {exchanges[index].purpose for index in affected}
    comparable = affected | {
        index for index, exchange in expectations.final_attempts(exchanges) if exchange.purpose in purposes
    }
    if len(affected) == len(comparable):
        return ""
    noun = "reads" if purposes == {"campaign"} else "responses"
    return f" (In {len(affected)} of {len(comparable)} {noun}.)"
