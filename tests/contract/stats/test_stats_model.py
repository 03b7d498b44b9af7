"""The model of a campaign's stats, compared with the contract."""

import pytest
from hypothesis import given
from sample_campaign import STATS

from migma_contract.stats import COUNTS, RATES, CampaignStats
from migma_contract.timestamps import parse_rfc3339
from migma_mock.generation import campaign_stats


def test_the_model_has_exactly_the_fields_of_the_contract(contract):
    assert set(CampaignStats.model_fields) == set(contract.stats.properties)
    required = {name for name, field in CampaignStats.model_fields.items() if field.is_required()}
    assert required == set(contract.stats.required)
    assert {*COUNTS, *RATES, "lastUpdated"} == set(contract.stats.properties)


def test_counts_are_integers_and_rates_numbers_in_the_contract(contract):
    types = {name: contract.at(place)["type"] for name, place in contract.stats.properties.items()}
    assert {name for name, kind in types.items() if kind == "integer"} == set(COUNTS)
    assert {name for name, kind in types.items() if kind == "number"} == set(RATES)


@given(campaign_stats("realistic") | campaign_stats("edge"))
def test_the_model_accepts_every_coherent_campaign(stats):
    model = CampaignStats.model_validate(stats)
    assert model.totalSent == stats["totalSent"]
    assert model.lastUpdated == parse_rfc3339(stats["lastUpdated"])


def test_the_model_rejects_impossible_numbers():
    for name in COUNTS:
        with pytest.raises(ValueError, match="greater than or equal to 0"):
            CampaignStats.model_validate(STATS | {name: -1})
    with pytest.raises(ValueError, match="less than or equal to 100"):
        CampaignStats.model_validate(STATS | {"openRate": 140})
