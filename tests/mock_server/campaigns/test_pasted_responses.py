"""A response of the API, pasted in place of a campaign or of a reply, is taken."""

import json

import pytest
from sample_campaign import CAMPAIGN, STATS

from migma_mock.api_keys import Key
from migma_mock.campaigns.campaign import Campaign
from migma_mock.campaigns.campaign_builder import parse_campaign
from migma_mock.campaigns.fixtures import load_fixtures

OK = {"success": True, "data": STATS}
GONE = {"success": False, "error": "Gone.", "code": "NOT_FOUND"}
SLOW = {"success": False, "error": "Slow down.", "code": "RATE_LIMITED"}


def build(contract, content):
    return parse_campaign(json.dumps(content).encode(), "mine.json", contract, campaign_id="mine")


@pytest.mark.parametrize("id_", ["spring-sale", "two words", "a/b"])
def test_a_file_with_nothing_but_a_response_has_the_id_of_its_name(contract, fixture_folder, id_):
    """It was refused with ten problems."""
    name = id_.replace("/", "%2F").replace(" ", "%20")
    (fixture_folder / f"{name}.json").write_text(json.dumps(OK))
    (campaign,) = load_fixtures([fixture_folder], contract, [Key(key="mgma_sk_test_any")]).campaigns.values()
    assert (campaign.id, campaign.title, campaign.stats) == (id_, id_, STATS)


@pytest.mark.parametrize(
    ("content", "status", "body"),
    [
        (OK, 200, OK),
        (OK | {"metadata": {"requestId": "req_1"}}, 200, OK),
        (OK | {"warnings": []}, 200, OK | {"warnings": []}),
        (GONE, 404, GONE),
        (SLOW, 429, SLOW),
        ({"id": "mine", "reply": OK}, 200, OK),
        ({"id": "mine", "reply": GONE}, 404, GONE),
        ({"id": "mine", "script": {"replies": [{"reply": SLOW, "times": 2}, {"reply": OK}]}}, 429, SLOW),
    ],
)
def test_a_response_is_served_as_it_was_received(contract, content, status, body):
    campaign = build(contract, content)
    assert isinstance(campaign, Campaign), campaign
    assert (campaign.reply.status, json.loads(campaign.reply.body)) == (status, body)
    assert not campaign.warnings


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (OK | {"data": STATS | {"openRate": 40}}, "/data/openRate"),
        ({"id": "mine", "reply": OK | {"data": STATS | {"bounces": "x"}}}, "/reply/data/bounces"),
        ({"success": False, "error": 5, "code": "NOT_FOUND"}, "/error"),
        ({"id": "mine", "reply": GONE | {"error": 5}}, "/reply/error"),
        ({"id": "mine", "script": {"replies": [{"reply": OK | {"data": {}}}]}}, "/script/replies/0/reply/data"),
    ],
)
def test_problems_have_the_place_in_what_was_pasted(contract, content, place):
    assert {problem.pointer for problem in build(contract, content)} == {place}


def test_an_error_without_a_known_code_needs_its_status(contract):
    (problem,) = build(contract, GONE | {"code": "TEAPOT"})
    assert problem.pointer == "/code"
    assert 'or the status: "reply": {"status": 404' in problem.text


def test_a_campaign_is_never_taken_for_a_response(contract):
    assert build(contract, CAMPAIGN).id == CAMPAIGN["id"]
    assert build(contract, CAMPAIGN | {"success": True})[0].pointer == "/success"
