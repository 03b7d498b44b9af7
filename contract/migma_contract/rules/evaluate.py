"""Evaluation of the rules on exchanges: one finding for each rule and place."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from migma_contract.exchange import Exchange
from migma_contract.finding import Finding, Level, Violation, lowest
from migma_contract.openapi import Contract
from migma_contract.rules import expectations
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.catalogue import RULES
from migma_contract.rules.evidence import Lack, discloses_stats, lack_of_evidence
from migma_contract.rules.interruption import interruption
from migma_contract.rules.not_judged import not_judged
from migma_contract.rules.rule import Rule

MAX_FINDINGS = 100
"""Findings of one rule that are kept; a response may have tens of thousands of fields."""

_MAX_LENGTH = 1000


class Evaluation(NamedTuple):
    """The findings of a run, and how often each rule could judge.

    Attributes:
        findings: Sorted by level (breaking first), rule and place; of each rule at most MAX_FINDINGS.
        omitted: Number of the other findings, for the rules that have more.
        judged: Number of responses that each rule could judge, or of comparisons that it made. With 0 the run
            says nothing about that rule.
        not_judged: One line on what the numbers could not show although every request was answered; "" for nothing.
        lack: Why the run shows nothing of the contract; None if it shows something. Then every finding has level info,
            except in stats that came without a valid key.
        interrupted: Indexes of exchanges, at the start or the end, in which the API was away.
    """

    findings: tuple[Finding, ...]
    omitted: dict[str, int]
    judged: dict[str, int]
    not_judged: str
    lack: Lack | None = None
    interrupted: frozenset[int] = frozenset()


def judge(exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """Return the findings of a run: sorted by level (breaking first), rule and place."""
    return list(evaluate(exchanges, contract).findings)


def judge_one(exchange: Exchange, contract: Contract) -> list[Finding]:
    """Return the findings of one exchange on its own, without the rules that compare several."""
    rules = [replace(each, check_run=None) for each in RULES if each.check]
    return list(evaluate([exchange], contract, rules, is_run=False).findings)


def evaluate(
    exchanges: Sequence[Exchange],
    contract: Contract,
    rules: Iterable[Rule] = RULES,
    *,
    is_run: bool = True,
    earlier: Sequence[Exchange] = (),
) -> Evaluation:
    """Evaluate rules on the exchanges of a run; there is one finding for each rule and place.

    A finding shows the first exchange in which it is most serious, and counts the exchanges that have it.
    If a run shows nothing of the contract (see ``lack_of_evidence``), every finding has level info, except in stats
    that came without a valid key. Every finding in an interruption (see ``interruption``) has level info too.

    Args:
        exchanges: The exchanges of the run.
        contract: The contract.
        rules: The rules to apply.
        is_run: False if the exchanges are not a whole run.
        earlier: Reads of the same campaigns in earlier runs, in order. Rules across runs compare the run with them.
            Nothing is found in them.
    """
    run = [ParsedResponse(exchange, contract, index) for index, exchange in enumerate(exchanges)]
    before = [_of_earlier_run(each, contract, index) for index, each in enumerate(earlier, -len(earlier))]
    lack = lack_of_evidence(exchanges, contract) if is_run else None
    has_evidence = lack is None if is_run else expectations.has_usable_read(exchanges)
    interrupted = interruption(exchanges, contract) if is_run else frozenset[int]()
    silent = interrupted if has_evidence else _without_disclosure(exchanges, contract)
    findings: list[Finding] = []
    omitted: dict[str, int] = {}
    judged: dict[str, int] = {}
    for rule in rules:
        judged[rule.id], violations = rule.judge([*before, *run] if rule.across_runs else run)
        places: dict[str, list[tuple[Level, Violation]]] = {}
        for violation in violations:
            if violation.exchange < 0:
                continue  # in an earlier run
            level = rule.level
            if violation.level is not None or violation.exchange in silent:
                level = lowest(level, violation.level, Level.INFO if violation.exchange in silent else None)
            places.setdefault(violation.where, []).append((level, violation))
        # By place and not as received: with objects in random order, a baseline would see other ones in each run.
        worst_first = sorted(places)
        worst_first.sort(key=lambda where: -max([level.rank for level, _ in places[where]]))
        findings.extend(_finding(rule, places[where], exchanges) for where in worst_first[:MAX_FINDINGS])
        if len(worst_first) > MAX_FINDINGS:
            omitted[rule.id] = len(worst_first) - MAX_FINDINGS
    findings.sort(key=lambda finding: (-finding.level.rank, finding.rule, finding.where))
    return Evaluation(tuple(findings), omitted, judged, not_judged(run), lack, interrupted)


def _of_earlier_run(exchange: Exchange, contract: Contract, index: int) -> ParsedResponse:
    """Return an exchange of an earlier run, as a sample of its own: no attempt of this run replaces it."""
    return ParsedResponse(replace(exchange, sample=index), contract, index)


def _without_disclosure(exchanges: Sequence[Exchange], contract: Contract) -> frozenset[int]:
    """Return the indexes of the exchanges that show nothing by themselves."""
    return frozenset(index for index, each in enumerate(exchanges) if not discloses_stats(each, contract))


def _finding(rule: Rule, found: list[tuple[Level, Violation]], exchanges: Sequence[Exchange]) -> Finding:
    level, worst = max(found, key=lambda each: (each[0].rank, -each[1].exchange))
    count = "" if rule.check_run else _count({violation.exchange for _, violation in found}, exchanges)
    message, expected, got = map(_cut, (worst.message, worst.expected, worst.got))
    return Finding(rule.id, level, worst.where, f"{message}{count}", expected, got, worst.exchange, worst.pointer)


def _cut(text: str) -> str:
    """Return the beginning of a text that quotes a long value of the server."""
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


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
