"""Evaluation of the rules on exchanges: one finding for each rule and place."""

from collections.abc import Iterable, Iterator, Sequence

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level, Violation, lowest
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue import RULES
from migma_contract.rules.rule import Rule


def judge(exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of a run: sorted by level (breaking first), rule and place."""
    return _find(RULES, exchanges, contract)


def judge_one(exchange: Exchange, contract: Contract) -> list[Finding]:
    """Return the findings of one exchange on its own, without the rules that compare several."""
    return _find([each for each in RULES if each.check_run is None], [exchange], contract)


def _find(rules: Iterable[Rule], exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of some rules in the exchanges of a run, one for each rule and place.

    A finding shows the first exchange in which it is most serious, and counts the exchanges that have it.
    If no campaign could be read, there is too little evidence, and every finding has level info.
    """
    run = [ParsedResponse(exchange, contract, index) for index, exchange in enumerate(exchanges)]
    max_level = Level.BREAKING if expectations.has_usable_read(exchanges) else Level.INFO
    groups: dict[tuple[Rule, str], list[tuple[Level, Violation]]] = {}
    for rule in rules:
        for violation in _violations(rule, run):
            level = lowest(rule.level, violation.level, max_level)
            groups.setdefault((rule, violation.where), []).append((level, violation))
    findings = [_finding(rule, found, exchanges) for (rule, _), found in groups.items()]
    return sorted(findings, key=lambda finding: (-finding.level.rank, finding.rule, finding.where))


def _violations(rule: Rule, run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    if rule.check_run is not None:
        yield from rule.check_run(run)
    if rule.check is not None:
        for response in run:
            yield from (each._replace(exchange=response.index) for each in rule.check(response))


def _finding(rule: Rule, found: list[tuple[Level, Violation]], exchanges: Sequence[Exchange]) -> Finding:
    level, worst = max(found, key=lambda each: (each[0].rank, -each[1].exchange))
    count = "" if rule.check_run else _count({violation.exchange for _, violation in found}, exchanges)
    message = f"{worst.message}{count}"
    return Finding(rule.id, level, worst.where, message, worst.expected, worst.got, worst.exchange, worst.pointer)


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
