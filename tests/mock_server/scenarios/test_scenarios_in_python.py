"""``MigmaMock.scenario`` arms a scenario for a test, and says what is wrong with its arguments."""

import json

import httpx
import pytest

from migma_contract.errors import ArgumentError, IneffectiveFaultWarning
from migma_mock import MigmaMock, MockServer
from migma_mock.scenarios import SCENARIO_NAMES


@pytest.fixture(scope="module")
def server():
    with MockServer(reload=False) as server:
        yield server


@pytest.fixture(params=["in this process", "elsewhere"])
def mock(request, server):
    """An account of a mock, through a handle of each kind."""
    handle = server if request.param == "in this process" else MigmaMock.connect(server.base_url)
    with handle.new_account() as account:
        yield account


@pytest.fixture
def ask(mock):
    """Request a campaign of the account."""
    with httpx.Client(headers=mock.auth_headers, trust_env=False) as client:
        yield lambda campaign_id=mock.example_id: client.get(mock.stats_url(campaign_id))


def test_a_scenario_is_armed_within_the_context_and_its_counts_are_live(mock, ask):
    with mock.scenario("eventual-consistency") as scenario:
        assert [ask().status_code for _ in range(3)] == [404, 404, 200]
        [fault] = scenario.faults
        assert (scenario.name, scenario.campaign_id, fault.applied) == ("eventual-consistency", None, 2)
        assert repr(scenario) == "<scenario eventual-consistency: armed>"
    assert (scenario.faults, mock.faults) == ([], [])
    assert repr(scenario) == "<scenario eventual-consistency: disarmed>"
    scenario.disarm()


def test_the_same_scenario_for_two_campaigns_is_two_things(mock, ask):
    for campaign_id in ("a", "b"):
        mock.campaign(campaign_id, totalDelivered=5)
    first, second = (mock.scenario("outage-503", campaign_id=each) for each in ("a", "b"))
    assert [ask(each).status_code for each in ("a", "b")] == [503, 503]
    first.disarm()
    assert [ask(each).status_code for each in ("a", "b")] == [200, 503]
    assert repr(second) == "<scenario outage-503, campaign_id='b': armed>"


def test_a_scenario_keeps_the_numbers_of_the_campaign_where_it_changes_only_their_form(mock, ask):
    stats = mock.campaign("a", totalDelivered=200, openRate=0.25, botOpens=3)
    with mock.scenario("numbers-as-text"):
        got = ask("a").json()["data"]
    assert got == {name: value if name == "lastUpdated" else json.dumps(value) for name, value in stats.items()}
    with mock.scenario("mpp-off"):
        assert ask("a").json()["data"].keys() == stats.keys() - {"botOpens"}


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("outage", {}, "scenario(name): expected one of outage-503, "),
        ("renamed-fields", {}, "got \"renamed-fields\" (string); did you mean 'renamed-field'?"),
        (503, {}, "scenario(name): expected a string, got 503 (integer)"),
        ("mpp-on", {"campaign_id": ".."}, "scenario(campaign_id): expected an id that a URL can carry"),
    ],
)
def test_a_wrong_argument_is_one_clear_error_and_arms_nothing(mock, name, options, text):
    with pytest.raises(ArgumentError) as raised:
        mock.scenario(name, **options)
    assert text in str(raised.value)
    assert mock.faults == []


def test_a_scenario_that_cannot_apply_is_a_warning_and_where_warnings_are_errors_not_armed(mock):
    with pytest.raises(IneffectiveFaultWarning, match="no campaign 'spring'"):
        mock.scenario("stale-cache", campaign_id="spring")
    assert mock.faults == []
    with pytest.warns(IneffectiveFaultWarning, match="no campaign 'spring'") as warned:
        mock.scenario("stale-cache", campaign_id="spring")
    assert (len(warned), warned[0].filename, len(mock.faults)) == (1, __file__, 2)
    mock.clear_faults()
    mock.scenario("outage-503")
    with pytest.warns(IneffectiveFaultWarning, match=r"fault-\d+ \(status\), armed before this fault, changes every"):
        mock.scenario("percent-rates")


def test_arming_again_is_no_conflict_with_itself(mock):
    for _ in range(2):
        mock.scenario("outage-503")
    assert len(mock.faults) == 1


def test_names_are_known_to_type_checkers_and_each_has_its_file():
    from migma_mock.scenarios.catalogue import _FOLDER

    assert {path.stem for path in _FOLDER.iterdir()} == set(SCENARIO_NAMES)
