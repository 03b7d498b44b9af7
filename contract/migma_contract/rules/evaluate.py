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
from migma_contract.rules.rule import Hit, Rule, Run


class _Shown(NamedTuple):
    rule: Rule
    hit: Hit
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
    ceiling = Level.BREAKING if was_answered(exchanges) else Level.INFO
    groups: dict[tuple[str, str], list[_Shown]] = {}
    for rule in rules:
        for hit in _hits(rule, run):
            level = min(rule.level, hit.level or rule.level, ceiling, key=lambda each: each.rank)
            groups.setdefault((rule.id, hit.where), []).append(_Shown(rule, hit, level))
    findings = [_finding(shown, exchanges) for shown in groups.values()]
    return sorted(findings, key=lambda finding: (-finding.level.rank, finding.rule, finding.where))


def _hits(rule: Rule, run: Run) -> Iterator[Hit]:
    if rule.series is not None:
        yield from rule.series(run)
        return
    for index, (exchange, answer) in enumerate(zip(run.exchanges, run.answers, strict=True)):
        if rule.one is not None:
            yield from (hit._replace(exchange=index) for hit in rule.one(exchange, run.contract))
        if rule.answer is not None and answer is not None:
            yield from (hit._replace(exchange=index) for hit in rule.answer(answer))


def _finding(shown: list[_Shown], exchanges: Sequence[Exchange]) -> Finding:
    rule, hit, level = max(shown, key=lambda each: (each.level.rank, -each.hit.exchange))
    tally = _tally({each.hit.exchange for each in shown}, exchanges) if rule.series is None else ""
    return Finding(
        rule=rule.id,
        level=level,
        where=hit.where,
        message=f"{hit.message}{tally}",
        expected=hit.expected,
        got=hit.got,
        exchange=hit.exchange,
        pointer=hit.pointer,
    )


def _tally(shown: set[int], exchanges: Sequence[Exchange]) -> str:
    """In how many of the comparable exchanges it was seen, where that is not all of them."""
    purposes = {exchanges[index].purpose for index in shown}
    alike = shown | {index for index, exchange in expectations.final(exchanges) if exchange.purpose in purposes}
    if len(shown) == len(alike):
        return ""
    return f" (In {len(shown)} of {len(alike)} {'reads' if purposes == {'campaign'} else 'answers'}.)"
