"""The model of a campaign's stats, compared with the contract."""

import json

import pytest
from hypothesis import given
from sample_campaign import STATS

from migma_contract.openapi import parse_contract
from migma_contract.stats import COUNTS, RATES, CampaignStats, disagreements
from migma_contract.timestamps import parse_rfc3339
from migma_mock.generation import campaign_stats


def test_the_model_has_exactly_the_fields_of_the_contract(contract):
    assert set(CampaignStats.model_fields) == set(contract.stats.properties)
    required = {name for name, field in CampaignStats.model_fields.items() if field.is_required()}
    assert required == set(contract.stats.required)
    assert {*COUNTS, *RATES, "lastUpdated"} == set(contract.stats.properties)
    assert not disagreements(contract)


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


def edited(document, edit):
    edit(document["components"]["schemas"]["CampaignStats"])
    return disagreements(parse_contract(json.dumps(document).encode(), source="new.json"))


def test_a_limit_of_the_rates_is_a_disagreement_with_the_unit_that_it_excludes(document):
    """A document that states the unit in this way cannot be served in the other one."""
    document["components"]["schemas"]["CampaignStats"]["properties"]["openRate"]["maximum"] = 1
    newer = json.dumps(document).encode()
    assert not disagreements(parse_contract(newer, source="new.json"))
    (problem,) = disagreements(parse_contract(newer, source="new.json", rates="percent"))
    assert problem.pointer == "/components/schemas/CampaignStats/properties/openRate/maximum"
    assert problem.expected == "a schema of openRate that allows 50.0 (number)"


def test_a_new_optional_field_is_not_a_disagreement(document):
    assert not edited(document, lambda s: s["properties"].update(spamReports={"type": "integer"}))


@pytest.mark.parametrize(
    ("edit", "place", "field"),
    [
        (
            lambda s: s["properties"].pop("mppOpens"),
            "/components/schemas/ApiResponseCampaignStats/allOf/1/properties/data",
            "mppOpens",
        ),
        (
            lambda s: s["properties"]["totalSent"].update(type="string"),
            "/components/schemas/CampaignStats/properties/totalSent/type",
            "totalSent",
        ),
        (
            lambda s: s["properties"]["lastUpdated"].update(type="integer"),
            "/components/schemas/CampaignStats/properties/lastUpdated/type",
            "lastUpdated",
        ),
        (lambda s: s["required"].append("spamReports"), "/components/schemas/CampaignStats/required", "spamReports"),
    ],
)
def test_a_disagreement_names_the_field_and_the_place_in_the_document(document, edit, place, field):
    (problem,) = edited(document, edit)
    assert problem.file == "new.json"
    assert problem.pointer == place
    assert field in f"{problem.expected} {problem.got}"
