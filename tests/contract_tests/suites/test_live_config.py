"""The configuration of the live suite comes from environment variables."""

import pytest

from migma_contract.errors import InputError
from migma_contract_tests.suites.live_config import LivePlan, missing_variables


@pytest.fixture
def environment(monkeypatch, stage):
    """Sets the variables of a run, with changes."""

    def set_variables(**changes):
        given = {"MIGMA_BASE_URL": "http://127.0.0.1:1", "MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": "a, b"}
        for name, value in {**given, **changes}.items():
            monkeypatch.setenv(name, value)

    return set_variables


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIGMA_API_KEY", "two words of a key"),
        ("MIGMA_BASE_URL", "https://me:secret@example.com"),
        ("MIGMA_CAMPAIGN_IDS", "a,.."),
        ("MIGMA_MAX_REQUESTS", "0"),
        ("MIGMA_RATE", "fast"),
        ("MIGMA_MAX_REQUESTS", "1e3"),
        ("MIGMA_MAX_REQUESTS", "4"),
        ("MIGMA_RATE", "off/m"),
        ("MIGMA_BASELINE", "nowhere.json"),
        ("MIGMA_BASELINE", "."),
        ("MIGMA_ALLOW_HTTP", "maybe"),
    ],
)
def test_an_unusable_value_is_an_error_that_shows_no_secret(environment, contract, name, value):
    environment(**{name: value})
    with pytest.raises(InputError, match="cannot be used") as caught:
        LivePlan.from_environment(contract)
    assert "secret" not in str(caught.value)
    assert "two words" not in str(caught.value)


def test_the_variables_mean_the_same_as_the_options_of_a_check(environment, contract):
    environment(MIGMA_MAX_REQUESTS="5", MIGMA_RATE="2/s")
    plan = LivePlan.from_environment(contract)
    assert (plan.options.campaign_ids, plan.options.max_requests) == (("a", "b"), 5)
    assert str(plan.options.rate) == "2 in any 1 s"
    assert len(plan.probes) == 5
    assert [str(probe) for probe in plan.skipped][:2] == ["read 2 of campaign a", "read 2 of campaign b"]


def test_missing_variables_are_named_in_one_line(environment):
    environment(MIGMA_API_KEY="", MIGMA_CAMPAIGN_IDS="")
    assert missing_variables().startswith("set MIGMA_API_KEY, MIGMA_CAMPAIGN_IDS (ids separated by commas)")
    environment()
    assert missing_variables() == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"MIGMA_MAX_REQUESTS": "4"}, "MIGMA_MAX_REQUESTS: expected 5 or more for a verdict on 2 campaigns, got 4"),
        ({"MIGMA_RATE": "fast"}, "MIGMA_RATE: expected requests per time"),
        ({"MIGMA_ALLOW_HTTP": "maybe"}, "MIGMA_ALLOW_HTTP: expected one of 1, true, yes, 0, false, no"),
        ({"MIGMA_BASE_URL": "http://api.example.com"}, "or MIGMA_ALLOW_HTTP=1 if everyone"),
        ({"MIGMA_BASE_URL": "localhost:4010"}, "Write http://localhost:4010."),
    ],
)
def test_a_message_names_the_variable_and_what_would_do(environment, contract, changes, says):
    environment(**changes)
    with pytest.raises(InputError) as caught:
        LivePlan.from_environment(contract)
    assert says in str(caught.value)


def test_variables_are_understood_as_people_paste_them(environment, contract, stage):
    environment(
        MIGMA_BASE_URL=' "http://api.example.com/v1/campaigns/a/stats"\r\n',
        MIGMA_API_KEY=f"export MIGMA_API_KEY='Bearer {stage.key}'",
        MIGMA_CAMPAIGN_IDS='["a"; "b"]',
        MIGMA_MAX_REQUESTS='"9"',
        MIGMA_RATE=" 2/second ",
        MIGMA_ALLOW_HTTP="'True'",
    )
    options = LivePlan.from_environment(contract).options
    assert (options.base_url, options.campaign_ids) == ("http://api.example.com", ("a", "b"))
    assert (options.key.reveal(), options.max_requests, str(options.rate)) == (stage.key, 9, "2 in any 1 s")


@pytest.mark.parametrize("name", ["MIGMA_BASE_URL", "MIGMA_API_KEY", "MIGMA_CAMPAIGN_IDS"])
@pytest.mark.parametrize("nothing", ["", " ", '""', "''"])
def test_a_variable_with_nothing_in_it_counts_as_not_set(environment, name, nothing):
    environment(**{name: nothing})
    assert missing_variables().startswith(f"set {name} ")


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("name", ["MIGMA_MAX_REQUESTS", "MIGMA_RATE", "MIGMA_BASE_URL", "MIGMA_CAMPAIGN_IDS"])
def test_a_key_in_the_wrong_variable_is_not_shown(environment, contract, stage, name):
    environment(**{name: f"x {stage.key}/"})
    with pytest.raises(InputError) as caught:
        LivePlan.from_environment(contract)
    assert stage.key not in str(caught.value)
    assert name in str(caught.value)
