"""Each unit of the rates, served by the mock and read by the check."""

import pytest

from migma_contract.errors import SettingsError
from migma_contract.openapi import load_contract
from migma_contract.rate_unit import RATE_UNITS
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract.rules.analysis.rate_diagnosis import WRONG_UNIT
from migma_contract_tests.check.runner import run
from migma_contract_tests.probes.options import CheckOptions, check_rate
from migma_contract_tests.probes.rates import RATES, rate_unit
from migma_mock import MockServer

KINDS = ("fixed", "growing", "completed", "realistic", "edge")


@pytest.fixture(scope="module", params=RATE_UNITS)
def server(request):
    with MockServer(port=0, reload=False, rates=request.param) as mock:
        mock.add_growing_campaign("growing", recipients=20_000, sent_at="-3d")
        mock.campaign("completed", totalDelivered=200)
        for profile in ("realistic", "edge"):
            mock.add_generated_campaign(profile, profile=profile, seed=5)
        yield mock


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", RATE_UNITS)
def test_a_check_in_the_unit_of_the_mock_conforms_and_in_the_other_one_is_one_finding(server, kind, unit):
    campaign = server.example_id if kind == "fixed" else kind
    options = CheckOptions(base_url=server.base_url, campaign_ids=(campaign,), key=Secret(server.api_key), rate=None)
    report = run(options, load_contract(openapi_path(), rates=unit)).report(None)
    if server._mock.settings.rates == unit:
        assert report.verdict == "conforms"
        assert not report.findings
    else:
        assert report.verdict == "drift"
        assert [(each.rule, each.where) for each in report.findings] == [(WRONG_UNIT[unit], "200 /data")]
    assert any("--rates percent" in notice for notice in report.notices) is (unit == "percent")


@pytest.mark.parametrize(
    ("flag", "variable", "unit"),
    [
        (None, None, "fraction"),
        (None, "", "fraction"),
        (None, "percent", "percent"),
        (None, ' "Percent"\n', "percent"),
        ("fraction", "percent", "fraction"),
        ("percent", None, "percent"),
    ],
)
def test_the_flag_wins_over_the_variable(flag, variable, unit, monkeypatch):
    monkeypatch.delenv(RATES, raising=False)
    if variable is not None:
        monkeypatch.setenv(RATES, variable)
    assert rate_unit(flag) == unit


def test_another_unit_is_refused_by_name(monkeypatch):
    monkeypatch.setenv(RATES, "percents")
    with pytest.raises(SettingsError, match="MIGMA_RATES: expected one of fraction, percent, got 'percents'; did you"):
        rate_unit()
    for flag in ("", "0-100", "ratio"):
        with pytest.raises(SettingsError, match="--rates: expected one of fraction, percent"):
            rate_unit(flag)


def test_the_unit_and_the_limit_of_requests_name_each_other():
    """--rates and --rate differ by one letter."""
    with pytest.raises(SettingsError) as unit:
        rate_unit("10/m")
    with pytest.raises(SettingsError) as limit:
        check_rate("percent", "http://127.0.0.1:4010")
    assert "--rate limits the number of requests" in str(unit.value)
    assert "another option: --rates percent" in str(limit.value)
