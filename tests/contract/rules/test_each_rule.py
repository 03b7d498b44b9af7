"""Each rule of the catalogue finds its violation and no other rule does; conforming exchanges have no findings."""

import json
import re

import pytest
from samples.exchanges import STATUS, exchange
from samples.violations import ALSO, VIOLATIONS

from migma_contract.exchange import Purpose
from migma_contract.finding import Level
from migma_contract.openapi import Contract, load_contract, parse_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import RULES, Rule, judge


def contract_with_maximum() -> Contract:
    """Return the contract with a maximum, since the vendor's has none."""
    document = json.loads(openapi_path().read_bytes())
    document["components"]["schemas"]["CampaignStats"]["properties"]["totalSent"]["maximum"] = 1200
    return parse_contract(json.dumps(document).encode(), source="openapi.json")


OTHER_CONTRACTS = {
    "constraint-broken": contract_with_maximum(),
    "rate-is-fraction": load_contract(openapi_path(), rates="percent"),
}


@pytest.mark.parametrize("entry", RULES, ids=lambda each: each.id)
def test_each_rule_alone_finds_its_violation(entry: Rule, contract):
    findings = judge(VIOLATIONS[entry.id], OTHER_CONTRACTS.get(entry.id, contract))
    assert {finding.rule for finding in findings} - ALSO.get(entry.id, set()) == {entry.id}
    worst = max(finding.level.rank for finding in findings if finding.rule == entry.id)
    # The contract gives all its fields a type, so only undocumented fields can differ, at level info.
    assert worst == (Level.INFO if entry.id == "response-shape-inconsistent" else entry.level).rank


@pytest.mark.parametrize("purpose", ["campaign", "head", *STATUS])
def test_conforming_exchanges_have_no_findings(purpose: Purpose, contract):
    assert judge([exchange(purpose)], contract) == []


def test_every_rule_has_an_id_texts_and_a_check():
    for each in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert all((each.summary, each.why, each.source, each.example))
        assert each.check or each.check_run
    assert len({each.id for each in RULES}) == len(RULES)
