"""Every rule of the catalogue finds what it is for, alone, and nothing is found where nothing is wrong."""

import json
import re

import pytest
from made.broken import ALSO, BROKEN
from made.exchanges import STATUS, exchange

from migma_contract.exchange import Purpose
from migma_contract.finding import Level
from migma_contract.openapi import Contract, parse_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import RULES, Rule, judge


def bounded() -> Contract:
    """The contract with a bound, since the vendor's own has none."""
    document = json.loads(openapi_path().read_bytes())
    document["components"]["schemas"]["CampaignStats"]["properties"]["totalSent"]["maximum"] = 1200
    return parse_contract(json.dumps(document).encode(), source="openapi.json")


@pytest.mark.parametrize("entry", RULES, ids=lambda each: each.id)
def test_each_rule_finds_what_it_is_for_and_is_alone_with_it(entry: Rule, contract):
    findings = judge(BROKEN[entry.id], bounded() if entry.id == "constraint-broken" else contract)
    assert {finding.rule for finding in findings} - ALSO.get(entry.id, set()) == {entry.id}
    worst = max(finding.level.rank for finding in findings if finding.rule == entry.id)
    # Undocumented members differ in shape at the level of information; the contract types all of its own.
    assert worst == (Level.INFO if entry.id == "response-shape-inconsistent" else entry.level).rank


@pytest.mark.parametrize("purpose", ["campaign", "head", *STATUS])
def test_nothing_is_found_in_what_is_as_documented(purpose: Purpose, contract):
    assert judge([exchange(purpose)], contract) == []


def test_every_rule_is_explained():
    for each in RULES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert all((each.meaning, each.why, each.source, each.example))
        assert [each.one, each.answer, each.series].count(None) == 2
    assert len({each.id for each in RULES}) == len(RULES)
