"""Scenarios over the control API, from the start of a mock, and as one thing among armed faults."""

from dataclasses import replace

import httpx
import pytest

from migma_contract.errors import SettingsError
from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock import Mock, MockServer
from migma_mock.faults import parse_fault
from migma_mock.faults.armed import MAX_ARMED, ArmedFaults, TooManyFaultsError
from migma_mock.scenarios import SCENARIO_NAMES, load_scenarios, parse_scenario

CONTRACT = load_contract(openapi_path())


@pytest.fixture(scope="module")
def server():
    with MockServer(reload=False) as mock:
        yield mock


@pytest.fixture
def account(server):
    with server.new_account() as account:
        yield account


@pytest.fixture
def api(server, account):
    """Send a request to a route of the account, check its status, and return the parsed body."""
    with httpx.Client(base_url=f"{server.base_url}/__mock__/accounts/{account.account_id}", trust_env=False) as client:

        def call(method, path, status=200, **options):
            response = client.request(method, path, **options)
            assert response.status_code == status, response.text
            return response.json() if response.content else None

        yield call


def statuses(account, number, campaign_id=None):
    url = account.stats_url(campaign_id or account.example_id)
    return [httpx.get(url, headers=account.auth_headers, trust_env=False).status_code for _ in range(number)]


def test_the_catalogue_has_every_scenario_as_its_file_has_it(server):
    listed = httpx.get(f"{server.base_url}/__mock__/scenarios", trust_env=False).json()
    assert listed == [{"name": name, **scenario.document()} for name, scenario in load_scenarios().items()]


def test_a_scenario_is_armed_listed_and_disarmed_as_one_thing(account, api):
    armed = api("POST", "/scenarios", 201, json={"name": "stale-cache"})
    assert (armed["name"], armed["campaign"]) == ("stale-cache", None)
    assert [each["scenario"] for each in armed["faults"]] == ["stale-cache", "stale-cache"]
    account.fault("reset")
    assert api("GET", "/scenarios") == [armed]
    assert len(api("GET", "/faults")) == 3
    api("DELETE", "/scenarios/stale-cache", 204)
    assert api("GET", "/scenarios") == []
    assert [each["fault"]["kind"] for each in api("GET", "/faults")] == ["reset"]
    refused = api("DELETE", "/scenarios/stale-cache", 404)
    assert refused["error"] == "The account has no armed scenario 'stale-cache'."


def test_a_scenario_for_a_campaign_leaves_the_others_alone(account, api):
    account.campaign("a/b", totalDelivered=5)
    armed = api("POST", "/scenarios", 201, json={"name": "outage-503", "campaign": "a/b"})
    assert (armed["campaign"], armed["faults"][0]["warnings"]) == ("a/b", [])
    assert statuses(account, 1, "a/b") + statuses(account, 1) == [503, 200]
    api("DELETE", "/scenarios/outage-503", 404)
    api("DELETE", "/scenarios/outage-503", 204, params={"campaign": "a/b"})
    assert statuses(account, 1, "a/b") == [200]


def test_arming_again_begins_again_and_replaces_what_was_armed(account, api):
    first = api("POST", "/scenarios", 201, json={"name": "eventual-consistency"})
    assert statuses(account, 3) == [404, 404, 200]
    again = api("POST", "/scenarios", 201, json={"name": "eventual-consistency"})
    assert again["faults"][0]["id"] != first["faults"][0]["id"]
    assert api("GET", "/scenarios") == [again]
    assert statuses(account, 3) == [404, 404, 200]


def test_the_journal_names_the_scenario(account):
    account.scenario("outage-503")
    statuses(account, 1)
    assert account.requests[-1].matched_by.startswith("fault status of scenario outage-503, campaign ")


@pytest.mark.parametrize(
    ("document", "at", "got"),
    [
        ({"name": "outage503"}, "/name", "\"outage503\" (string); did you mean 'outage-503'?"),
        ({"name": "connection-refused"}, "/name", "\"connection-refused\" (string); did you mean 'connection-reset'?"),
        ({"name": 5}, "/name", "5 (integer)"),
        ({}, "", "none"),
        ({"name": "mpp-on", "campaign": ".."}, "/campaign", '".." (string)'),
        ({"name": "mpp-on", "campain": "a"}, "/campain", "'campain'"),
        ("mpp-on", "", '"mpp-on" (string)'),
    ],
)
def test_a_misspelt_scenario_gets_the_nearest_name_and_the_list(api, document, at, got):
    [problem] = api("POST", "/scenarios", 422, json=document)["problems"]
    assert (problem["pointer"], problem["got"]) == (at, got)
    assert at != "/name" or got.startswith("5") or problem["expected"] == f"one of {', '.join(SCENARIO_NAMES)}"
    assert api("GET", "/faults") == []


def test_stats_of_a_scenario_have_their_rates_in_the_unit_of_the_mock():
    percent = replace(CONTRACT, rates="percent")
    [fraction], [percentage] = (parse_scenario({"name": "mpp-on"}, "x", each).faults for each in (CONTRACT, percent))
    assert (fraction.value["openRate"], percentage.value["openRate"]) == (0.81, 81)
    assert parse_scenario({"name": "empty-stats"}, "x", percent).faults[0].value == {}


def test_a_scenario_that_does_not_fit_beside_the_armed_faults_arms_none_of_its_faults():
    faults = ArmedFaults(CONTRACT)
    for _ in range(MAX_ARMED - 1):
        faults.arm(parse_fault({"kind": "reset"}, "x", CONTRACT))
    before = faults.list()
    with pytest.raises(TooManyFaultsError):
        faults.arm_scenario("stale-cache", parse_scenario({"name": "stale-cache"}, "x", CONTRACT).faults)
    assert faults.list() == before


def test_the_setting_arms_scenarios_for_the_keys_of_the_fixtures_and_again_after_a_reset(tmp_path):
    own = tmp_path / "faults.json"
    own.write_text('{"kind": "delay", "seconds": 0.1, "times": 1}', encoding="utf-8")
    mock = Mock(scenario="slow-tail, mpp-on,slow-tail", fault=own)
    names = [fault.scenario for fault in mock.accounts.built_in.state.faults.list()]
    assert names == [None, "slow-tail", "mpp-on"]
    assert [note.partition(":")[0] for note in mock.start_notes[:3]] == [
        f"1 fault armed (--fault {own}).",
        "Scenario slow-tail armed (--scenario)",
        "Scenario mpp-on armed (--scenario)",
    ]
    mock.accounts.built_in.state.faults.clear()
    mock.accounts.built_in.reset()
    assert [fault.scenario for fault in mock.accounts.built_in.state.faults.list()] == names


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"scenario": ["mpp-on", "mppoff"]}, "got \"mppoff\" (string); did you mean 'mpp-off'?"),
        ({"scenario": ["percent-rates"], "rates": "percent"}, "all rates are percentages with the setting rates"),
    ],
)
def test_a_setting_with_an_impossible_scenario_is_one_clear_error(settings, text):
    with pytest.raises(SettingsError) as raised:
        Mock(**settings)
    assert str(raised.value).startswith("the settings cannot be used: scenario: expected ")
    assert text in str(raised.value)
    assert "`migma-mock scenarios` lists all" in str(raised.value)
