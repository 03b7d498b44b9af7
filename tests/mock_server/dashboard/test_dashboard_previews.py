"""Previews of replies: equal to the replies of requests, without counting as requests."""

from datetime import datetime, timedelta

import httpx
import pytest

from migma_contract.resources import fixtures_path
from migma_mock.campaigns.fixtures import load_fixtures

GROWING, SCHEDULED, SCRIPT = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40202", "66b2f0a1c4e5d60012a40504"
ACCOUNT = "/accounts/built-in"


@pytest.fixture
def frozen(control):
    """The control API, with the clock of the built-in account frozen."""
    control.patch(f"{ACCOUNT}/clock", json={"frozen": True})
    return control


def test_a_preview_is_the_reply_to_a_request_and_counts_as_none(frozen, mock, ask):
    previews = {each["id"]: each for each in frozen.get(f"{ACCOUNT}/previews").json()}
    replies = {id_: frozen.get(f"{ACCOUNT}/campaigns/{id_}/reply").json() for id_ in previews}
    assert frozen.get(f"{ACCOUNT}/journal").json()["recorded"] == 0
    assert len(previews) > 20
    for id_, reply in replies.items():
        got = ask(id_)
        assert (reply["status"], reply["body"]) == (got.status_code, got.text)
        assert dict(reply["headers"]).items() <= got.headers.items()
        assert previews[id_]["status"] == got.status_code
        if previews[id_]["stats"] is not None:
            assert previews[id_]["stats"] == got.json()["data"]


def test_the_request_of_a_preview_works(frozen, mock):
    request = frozen.get(f"{ACCOUNT}/campaigns/{GROWING}/reply").json()["request"]
    headers = {request["header"]: request["value"]}
    assert httpx.request(request["method"], mock.base_url + request["path"], headers=headers).status_code == 200


def test_the_request_of_a_preview_has_the_key_of_the_account(control, mock):
    account = control.post("/accounts", json={}).json()
    request = control.get(f"/accounts/{account['id']}/campaigns/{GROWING}/reply").json()["request"]
    assert request["value"] == f"Bearer {account['keys']['working']}"


def test_the_curve_has_the_stats_of_each_time(frozen, ask):
    curve = frozen.get(f"{ACCOUNT}/campaigns/{GROWING}/curve").json()
    for point in curve["points"][::16]:
        frozen.patch(f"{ACCOUNT}/clock", json={"set": point["time"]})
        assert ask(GROWING).json()["data"] == point["stats"]
    times = [datetime.fromisoformat(point["time"]) for point in curve["points"]]
    assert times[0] == datetime.fromisoformat(curve["sentAt"])
    assert times[-1] - times[0] == timedelta(days=30)
    assert times == sorted(times)


def test_only_growing_campaigns_have_a_curve(control):
    assert control.get(f"{ACCOUNT}/campaigns/{SCRIPT}/curve").status_code == 404
    assert control.get(f"{ACCOUNT}/campaigns/none/curve").status_code == 404


def test_the_stats_fields_are_those_of_the_contract(control, contract):
    fields = control.get("/stats-fields").json()
    assert [each["name"] for each in fields] == list(contract.stats.properties)
    assert {each["name"] for each in fields if each["required"]} == set(contract.stats.required)


def test_every_fixture_is_a_valid_draft_and_nothing_is_saved(control, contract):
    before = control.get(f"{ACCOUNT}/campaigns").json()
    for campaign in load_fixtures([fixtures_path()], contract).campaigns.values():
        checked = control.post(f"{ACCOUNT}/drafts", json={**campaign.document, "id": "draft"}).json()
        assert checked["problems"] == []
        assert checked["campaign"]["id"] == "draft"
        assert (checked["curve"] is None) is (campaign.growth is None)
    assert control.get(f"{ACCOUNT}/campaigns").json() == before


def test_a_draft_does_not_change_the_campaign_of_its_id(frozen, ask):
    before = ask(SCHEDULED).text
    document = frozen.get(f"{ACCOUNT}/campaigns/{SCHEDULED}").json()
    document["growth"]["sentAt"] = "-1d"
    assert frozen.post(f"{ACCOUNT}/drafts", json=document).json()["campaign"]["status"] == 200
    assert ask(SCHEDULED).text == before


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"[]", ""),
        (b"null", ""),
        (b'{"id": "a", "title": "t", "description": "d", "stats": {"totalSent": 1}}', "/stats"),
    ],
)
def test_the_problems_of_a_draft_are_its_result(control, content, pointer):
    """They are no error, since a draft is incomplete while it is typed."""
    answer = control.post(f"{ACCOUNT}/drafts", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["campaign"] is None
    assert pointer in [problem["pointer"] for problem in answer.json()["problems"]]


def test_campaigns_may_have_the_ids_check_and_drafts(control, ask):
    document = control.get(f"{ACCOUNT}/campaigns/66b2f0a1c4e5d60012a40101").json()
    for id_ in ("check", "drafts"):
        path = f"{ACCOUNT}/campaigns/{id_}"
        assert control.put(path, json={**document, "id": id_}).status_code == 200
        assert control.get(path).json()["id"] == id_
        assert control.post(path, json=document).status_code == 405
        assert ask(id_).status_code == 200
        assert control.delete(path).status_code == 204


def test_inconsistent_numbers_are_a_problem_of_a_draft(control):
    document = control.get(f"{ACCOUNT}/campaigns/66b2f0a1c4e5d60012a40101").json()
    document["stats"]["openRate"] = 37.54
    (problem,) = control.post(f"{ACCOUNT}/drafts", json=document).json()["problems"]
    assert problem["pointer"] == "/stats/openRate"
