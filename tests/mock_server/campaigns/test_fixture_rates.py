"""The unit of the rates in fixtures: stated or recognized, and served as the mock's setting says."""

import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_campaign import CAMPAIGN, STATS, campaign, with_reply, with_stats

from migma_contract.errors import ArgumentError
from migma_contract.openapi import load_contract
from migma_contract.rate_unit import RATE_UNITS, other_unit
from migma_contract.resources import openapi_path
from migma_contract.stats import RATES, relation_violations, with_rates_in
from migma_mock import MigmaMock, Mock, MockTransport
from migma_mock.campaigns.campaign_builder import build_campaign
from migma_mock.generation import campaign_stats

CONTRACTS = {unit: load_contract(openapi_path(), rates=unit) for unit in RATE_UNITS}
PERCENTAGES = {"openRate": 33.33, "clickRate": 10}
MIXED = {"openRate": 33.33}


def data_of(mock: MigmaMock, campaign_id: str):
    with httpx.Client(transport=MockTransport(mock), headers=mock.auth_headers) as client:
        return client.get(mock.stats_url(campaign_id)).json().get("data")


def built(document, unit="fraction"):
    return build_campaign(json.loads(document) if isinstance(document, bytes) else document, "mine", CONTRACTS[unit])


@pytest.fixture(scope="module")
def served():
    """The stats that the built-in fixtures have at one time, in each unit."""
    result = {}
    for unit in RATE_UNITS:
        with MigmaMock(Mock(rates=unit, reload=False)).new_account() as mock:
            mock.clock.advance(timedelta(days=1))
            ids = [each.id for each in mock._backend.account.state.campaigns.values()]
            result[unit] = {id_: data for id_ in ids if (data := data_of(mock, id_))}
    return result


def test_the_built_in_fixtures_follow_the_setting(served):
    """The counts are the same, and the relations hold; a 404 of a fixture may have data of another kind."""
    assert served["fraction"].keys() == served["percent"].keys()
    for unit, campaigns in served.items():
        with_rates = [data for data in campaigns.values() if "openRate" in data]
        assert len(with_rates) > 10
        assert not [each for data in with_rates for each in relation_violations(data, None, unit)]


def test_the_decimals_of_a_converted_rate_are_exact(served):
    shown = {json.dumps(data["openRate"]) for data in served["percent"].values() if "openRate" in data}
    assert {"37.54", "100.0", "0", "0.0", "42.857142857142854", "36.99"} <= shown
    assert not [text for text in shown if len(text) > 5 and not text.startswith("42.857")]


@pytest.mark.parametrize("unit", RATE_UNITS)
@pytest.mark.parametrize("written", [STATS, STATS | PERCENTAGES, STATS | {"openRate": 33, "clickRate": 10.0}])
def test_the_unit_of_a_file_is_recognized_from_its_numbers(unit, written):
    campaign = built(with_stats(**written), unit)
    assert not relation_violations(campaign.stats, None, unit)
    assert json.loads(campaign.reply.body)["data"] == campaign.stats
    assert campaign.document["stats"] == written, "the file itself stays as it was written"


def test_a_file_that_is_right_already_is_served_to_the_byte():
    for unit, written in (("fraction", STATS), ("percent", STATS | PERCENTAGES)):
        body = built(with_stats(**written), unit).reply.body
        assert body == json.dumps({"success": True, "data": written}, separators=(",", ":")).encode()


@pytest.mark.parametrize("unit", RATE_UNITS)
def test_zeros_need_no_unit_and_whole_rates_show_theirs(unit):
    nothing = dict.fromkeys(STATS, 0) | {"lastUpdated": STATS["lastUpdated"]}
    assert built(with_stats(**nothing), unit).stats == nothing
    everyone = {
        "uniqueOpens": 900,
        "totalOpens": 900,
        "openRate": 1,
        "uniqueClicks": 0,
        "totalClicks": 0,
        "clickRate": 0,
    }
    everyone["botClicks"] = 0
    assert built(with_stats(**everyone), unit).stats["openRate"] == (1 if unit == "fraction" else 100)


@pytest.mark.parametrize("unit", RATE_UNITS)
def test_a_stated_unit_is_checked_and_converted(unit):
    assert built(campaign(rates="fraction"), unit).stats == with_rates_in(STATS, "fraction", unit)
    problems = built(campaign(rates="percent"), unit)
    assert {each.pointer for each in problems} == {"/stats/openRate", "/stats/clickRate"}
    assert "33.3333 (100 × uniqueOpens 300 / totalDelivered 900)" in problems[0].expected


@pytest.mark.parametrize("unit", RATE_UNITS)
@pytest.mark.parametrize("changed", [MIXED, {"openRate": 0.4}, {"openRate": 40}, {"clickRate": 0.001}])
def test_rates_that_are_right_in_neither_unit_are_refused_with_both_readings(unit, changed):
    problems = built(with_stats(**changed), unit)
    assert problems
    for problem in problems:
        assert problem.pointer in {"/stats/openRate", "/stats/clickRate"}
        assert "the fraction 0." in problem.expected
        assert "or the percentage " in problem.expected
        assert "both rates in one unit" in problem.expected


def test_a_script_is_converted_step_by_step_and_its_bodies_stay_as_they_are():
    body = {"success": True, "data": STATS | PERCENTAGES}
    steps = [{"stats": STATS}, {"stats": STATS | PERCENTAGES}, {"reply": {"status": 200, "body": body}}]
    document = {**CAMPAIGN, "script": {"replies": steps}}
    del document["stats"]
    first, second, third = (json.loads(each.reply.body)["data"] for each in built(document, "percent").script.steps)
    assert first == STATS | PERCENTAGES | {"clickRate": 10.0}
    assert second == third == STATS | PERCENTAGES
    (problem, *_) = built(document, "fraction")
    assert problem.pointer == "/script/replies/2/reply/body/data/openRate"
    assert "a fraction from 0 to 1, here 0.333333" in problem.expected


@pytest.mark.parametrize("unit", RATE_UNITS)
def test_contradictions_on_purpose_are_converted_only_from_a_stated_unit(unit):
    odd = {**CAMPAIGN, "stats": STATS | MIXED, "incoherent": True}
    assert built(odd, unit).stats == STATS | MIXED
    assert built({**odd, "rates": other_unit(unit)}, unit).stats == with_rates_in(STATS | MIXED, other_unit(unit), unit)
    assert built({**odd, "rates": unit}, unit).stats == STATS | MIXED


def test_an_error_reply_has_no_rates_to_convert():
    for unit in RATE_UNITS:
        assert json.loads(built(with_reply(), unit).reply.body) == {"success": False, "error": "Gone."}


def test_the_python_api_takes_rates_in_the_unit_of_the_setting():
    with MigmaMock(Mock(rates="percent")).new_account() as mock:
        stats = mock.campaign("spring-sale", totalDelivered=200, openRate=25)
        assert stats == data_of(mock, "spring-sale")
        assert (stats["uniqueOpens"], stats["clickRate"]) == (50, 3.0)
        with pytest.raises(ArgumentError, match=r"campaign\(openRate\): expected 0 or 0\.5, the nearest rates of 200"):
            mock.campaign("spring-sale", totalDelivered=200, openRate=0.25)
        with pytest.raises(ArgumentError, match="a percentage from 0 to 100, here 25"):
            mock.campaign("spring-sale", totalDelivered=200, uniqueOpens=50, openRate=2500)
        mock.add_campaign(CAMPAIGN)
        assert data_of(mock, CAMPAIGN["id"])["openRate"] == 33.33
        mock.add_growing_campaign("growing", recipients=1_000, sent_at="-60d", open_rate=0.4)
        assert data_of(mock, "growing")["openRate"] == 40.0
        for seed in range(5):
            generated = data_of(mock, mock.add_generated_campaign(profile="edge", seed=seed))
            assert not relation_violations(generated, None, "percent")
    with (
        MigmaMock(Mock()).new_account() as mock,
        pytest.raises(ArgumentError, match=r"a fraction from 0 to 1, here 0\.25"),
    ):
        mock.campaign("spring-sale", totalDelivered=200, uniqueOpens=50, openRate=25)


def test_a_fault_that_makes_percentages_is_refused_where_rates_are_percentages():
    words = "all rates are percentages with the setting --rates percent"
    with MigmaMock(Mock(rates="percent")).new_account() as mock, pytest.raises(ArgumentError, match=words):
        mock.fault("percent-rates")


@given(campaign_stats("realistic") | campaign_stats("edge"), st.sampled_from(RATE_UNITS))
def test_any_campaign_is_converted_to_the_other_unit_and_back(stats, unit):
    """Without a decimal more than needed: a rate of 4 decimals has 2 as a percentage."""
    there = built(campaign(stats=stats), unit).stats
    assert not relation_violations(there, None, unit)
    back = built(campaign(stats=there)).stats
    assert [back[name] for name in RATES] == pytest.approx([stats[name] for name in RATES], rel=1e-15)
