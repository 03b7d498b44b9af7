"""From exchanges to findings: every rule, each place once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import read
from migma_contract.rules.catalogue import RULES
from migma_contract.rules.catalogue.availability import was_answered
from migma_contract.rules.rule import Rule, Run, Violation


class _Shown(NamedTuple):
    rule: Rule
    violation: Violation
    level: Level


def judge(exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of a run: sorted by level (breaking first), rule and place."""
    return find(RULES, exchanges, contract)


def judge_one(exchange: Exchange, contract: Contract) -> list[Finding]:
    """Return the findings of one exchange on its own, without the rules that compare several."""
    return find([each for each in RULES if each.series is None], [exchange], contract)


def find(rules: Iterable[Rule], exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """What the rules find in the exchanges of a run; one finding for each rule and place.

    The finding shows the first exchange in which it is at its worst, and says in how many it was.
    Where no campaign was answered, too little was seen to judge by, and all findings are information.
    """
    run = Run(exchanges, [read(exchange, contract) for exchange in exchanges], contract)
    max_level = Level.BREAKING if was_answered(exchanges) else Level.INFO
    groups: dict[tuple[str, str], list[_Shown]] = {}
    for rule in rules:
        for violation in _violations(rule, run):
            level = min(rule.level, violation.level or rule.level, max_level, key=lambda each: each.rank)
            groups.setdefault((rule.id, violation.where), []).append(_Shown(rule, violation, level))
    findings = [_finding(shown, exchanges) for shown in groups.values()]
    return sorted(findings, key=lambda finding: (-finding.level.rank, finding.rule, finding.where))


def _violations(rule: Rule, run: Run) -> Iterator[Violation]:
    if rule.series is not None:
        yield from rule.series(run)
        return
    for index, (exchange, answer) in enumerate(zip(run.exchanges, run.answers, strict=True)):
        if rule.one is not None:
            yield from (violation._replace(exchange=index) for violation in rule.one(exchange, run.contract))
        if rule.answer is not None and answer is not None:
            yield from (violation._replace(exchange=index) for violation in rule.answer(answer))


def _finding(shown: list[_Shown], exchanges: Sequence[Exchange]) -> Finding:
    rule, violation, level = max(shown, key=lambda each: (each.level.rank, -each.violation.exchange))
    tally = _tally({each.violation.exchange for each in shown}, exchanges) if rule.series is None else ""
    return Finding(
        rule=rule.id,
        level=level,
        where=violation.where,
        message=f"{violation.message}{tally}",
        expected=violation.expected,
        got=violation.got,
        exchange=violation.exchange,
        pointer=violation.pointer,
    )


def _tally(shown: set[int], exchanges: Sequence[Exchange]) -> str:
    """In how many of the comparable exchanges it was seen, where that is not all of them."""
    purposes = {exchanges[index].purpose for index in shown}
    alike = shown | {
        index for index, exchange in expectations.final_attempts(exchanges) if exchange.purpose in purposes
    }
    if len(shown) == len(alike):
        return ""
    return f" (In {len(shown)} of {len(alike)} {'reads' if purposes == {'campaign'} else 'answers'}.)"
