"""The strategies for users' property tests draw valid campaigns, and shrink to small ones."""

from datetime import UTC, datetime

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_contract.stats import RATES, relation_violations
from migma_mock.generation import Generator, campaign_ids, campaign_stats, envelopes

COHERENT = ("realistic", "edge")
NOW = datetime(2026, 1, 2, tzinfo=UTC)  # later than any campaign in any time zone

contract = load_contract(openapi_path())
PERCENT = load_contract(openapi_path(), rates="percent")


@settings(database=None)
@given(st.sampled_from(COHERENT).flatmap(campaign_stats))
def test_drawn_stats_are_coherent(stats):
    assert relation_violations(stats, NOW) == []
    assert contract.operation.success.violations({"success": True, "data": stats}) == []


@settings(database=None)
@given(st.data(), st.sampled_from(COHERENT))
def test_percentages_are_coherent_too(data, profile):
    """The unit is given, or is that of the contract; whole numbers have no decimal point, as in JavaScript."""
    by_name, by_contract = campaign_stats(profile, rates="percent"), campaign_stats(profile, PERCENT)
    for stats in (data.draw(by_name), data.draw(by_contract), data.draw(envelopes(profile, PERCENT))["data"]):
        assert relation_violations(stats, NOW, "percent") == []
        assert not any(isinstance(stats[name], float) and stats[name].is_integer() for name in RATES)


@pytest.mark.parametrize("profile", COHERENT)
def test_the_same_id_has_the_same_campaign_in_both_units(profile):
    fractions, percentages = (Generator(each, seed=7, profile=profile) for each in (contract, PERCENT))
    for id_ in campaign_ids(0, 300):
        one, other = fractions.envelope(id_)["data"], percentages.envelope(id_)["data"]
        assert relation_violations(other, NOW, "percent") == []
        assert one | dict.fromkeys(RATES) == other | dict.fromkeys(RATES)
        for name in RATES:
            # Rounded to as many decimals of the fraction.
            assert other[name] == pytest.approx(100 * one[name], rel=1e-14)


@settings(database=None)
@given(campaign_stats("schema"))
def test_drawn_schema_stats_satisfy_the_schema_of_data(stats):
    assert contract.operation.success.violations({"success": True, "data": stats}) == []


@settings(database=None)
@given(envelopes("schema", contract))
def test_drawn_schema_envelopes_satisfy_the_contract(body):
    assert contract.operation.success.violations(body) == []


@settings(database=None)
@given(st.sampled_from(COHERENT).flatmap(envelopes))
def test_drawn_envelopes_carry_coherent_stats(body):
    assert body["success"] is True
    assert relation_violations(body["data"], NOW) == []


def smallest(strategy, condition):
    # Without the phase "explain", which takes most of the time and changes nothing of the result.
    phases = [Phase.generate, Phase.shrink]
    return find(strategy, condition, settings=settings(database=None, max_examples=2_000, deadline=None, phases=phases))


@pytest.mark.parametrize("profile", COHERENT)
def test_stats_shrink_to_few_fields_and_small_numbers(profile):
    stats = smallest(campaign_stats(profile), lambda _: True)
    assert stats["totalSent"] < 20
    assert stats.keys() == contract.stats.required.keys()
    assert stats["lastUpdated"].endswith("00:00:00Z")


def test_stats_shrink_towards_the_condition():
    realistic = smallest(campaign_stats("realistic"), lambda s: s["uniqueOpens"] >= 1_000)
    assert realistic["uniqueOpens"] < 1_050
    assert "mppOpens" not in realistic
    assert smallest(campaign_stats("edge"), lambda s: s["clickRate"] == 1)["totalSent"] == 1


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="no such profile: 'wild'"):
        campaign_stats("wild")
