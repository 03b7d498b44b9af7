"""RULES: the one catalogue of what must hold, and the judge that applies it to exchanges."""

from collections.abc import Sequence

from contract_tests.exchange import Exchange
from contract_tests.finding import Finding
from contract_tests.rules import (
    auth,
    body,
    envelope,
    fields,
    findings,
    headers,
    meaning,
    reads,
    schema,
    series,
    status,
    transport,
    values,
)
from contract_tests.rules.model import Hit, Rule
from mock_server.contract import Contract

__all__ = ["RULES", "Hit", "Rule", "judge", "judge_one", "rule"]

RULES: tuple[Rule, ...] = (
    *status.RULES,
    *auth.RULES,
    *reads.RULES,
    *transport.RULES,
    *headers.RULES,
    *body.RULES,
    *envelope.RULES,
    *schema.RULES,
    *values.RULES,
    *meaning.RULES,
    *series.RULES,
    *fields.RULES,
)
"""Every rule, in the order in which a reader of an answer meets its subject. Ids are stable."""

_BY_ID = {each.id: each for each in RULES}


def rule(rule_id: str) -> Rule:
    """The rule with an id.

    Raises:
        KeyError: There is none.
    """
    return _BY_ID[rule_id]


def judge(exchanges: Sequence[Exchange], contract: Contract) -> list[Finding]:
    """What is to be said of the exchanges of a run: sorted by level (breaking first), rule and place."""
    return findings.find(RULES, exchanges, contract)


def judge_one(exchange: Exchange, contract: Contract) -> list[Finding]:
    """What is to be said of one exchange on its own, without the rules that compare several."""
    return findings.find([each for each in RULES if each.series is None], [exchange], contract)
