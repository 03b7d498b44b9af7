"""The contract check finds each scenario that is drift by the rules that the scenario names, and no other one."""

import re

import pytest

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract.rules import RULES
from migma_contract_tests.check.runner import run
from migma_contract_tests.probes.options import CheckOptions
from migma_mock import MockServer
from migma_mock.scenarios import SCENARIO_NAMES, load_scenarios

CONTRACT = load_contract(openapi_path())
LEVELS = {rule.id: rule.level.value for rule in RULES}
NEEDS_TWO = ("wrong-campaign",)
"""Scenarios that only a check of two campaigns finds, as each says."""


@pytest.fixture(scope="module")
def server():
    with MockServer(reload=False) as mock:
        yield mock


def check(handle, number=1):
    """Return the report of a check of some campaigns; retries do not wait."""
    ids = [handle.example_id, "66b2f0a1c4e5d60012a40102"][:number]
    key = Secret(handle.api_key)
    options = CheckOptions(base_url=handle.base_url, campaign_ids=tuple(ids), key=key, rate=None, timeout=60)
    return run(options, CONTRACT, sleep=lambda _: None).report(None)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_check_has_the_verdict_and_the_rules_that_the_scenario_names(server, name):
    scenario = load_scenarios()[name]
    with server.new_account() as account:
        account.scenario(name)
        report = check(account, 2 if name in NEEDS_TWO else 1)
        assert all(fault.applied for fault in account.faults)
    assert report.verdict == scenario.verdict, report.reason
    found = {finding.rule: finding.level.value for finding in report.findings}
    broken = {rule for rule, level in found.items() if level != "info"}
    if scenario.verdict == "drift":
        assert broken == set(scenario.rules)
    else:
        assert broken == set()
        assert found.keys() >= set(scenario.rules)


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_a_scenario_is_described_in_sentences_and_names_rules_of_its_verdict(name):
    scenario = load_scenarios()[name]
    assert re.fullmatch("[a-z0-9-]+", name)
    assert all(fault.campaign is None for fault in scenario.faults), "the one that arms it chooses the campaign"
    assert re.fullmatch(r"\w.*[^.]", scenario.title)
    assert re.fullmatch(r"\w.*[.…]", scenario.happens)
    assert re.fullmatch(r"[A-Z].*\.", scenario.clientShould)
    levels = {LEVELS[rule] for rule in scenario.rules}
    assert (
        levels <= ({"breaking", "warning"} if scenario.verdict == "drift" else {"info"}) or scenario.verdict != "drift"
    )
