"""What campaigns would answer: as a request gets it, and without a trace of one."""

from datetime import datetime, timedelta

import httpx
import pytest

from migma_contract.resources import fixtures_path
from migma_mock.campaigns.fixtures import load_fixtures

GROWING, SCHEDULED, SCRIPT = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40202", "66b2f0a1c4e5d60012a40504"
ACCOUNT = "/accounts/built-in"


@pytest.fixture
def frozen(control):
    """The same control API, the clock standing still."""
    control.patch(f"{ACCOUNT}/clock", json={"frozen": True})
    return control


def test_answer_is_the_one_that_a_request_gets_and_counts_for_nothing(frozen, mock, ask):
    previews = {each["id"]: each for each in frozen.get(f"{ACCOUNT}/previews").json()}
    answers = {id_: frozen.get(f"{ACCOUNT}/campaigns/{id_}/answer").json() for id_ in previews}
    assert frozen.get(f"{ACCOUNT}/journal").json()["recorded"] == 0
    assert len(previews) > 20
    for id_, answer in answers.items():
        got = ask(id_)
        assert (answer["status"], answer["body"]) == (got.status_code, got.text)
        assert dict(answer["headers"]).items() <= got.headers.items()
        assert previews[id_]["status"] == got.status_code
        if previews[id_]["stats"] is not None:
            assert previews[id_]["stats"] == got.json()["data"]


def test_ask_is_a_request_that_works(frozen, mock):
    ask = frozen.get(f"{ACCOUNT}/campaigns/{GROWING}/answer").json()["ask"]
    assert (
        httpx.request(ask["method"], mock.base_url + ask["path"], headers={ask["header"]: ask["value"]}).status_code
        == 200
    )


def test_ask_of_a_made_account_has_its_own_key(control, mock):
    account = control.post("/accounts", json={}).json()
    ask = control.get(f"/accounts/{account['id']}/campaigns/{GROWING}/answer").json()["ask"]
    assert ask["value"] == f"Bearer {account['keys']['working']}"


def test_curve_is_what_the_campaign_answers_as_its_clock_goes(frozen, ask):
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


def test_members_are_the_contracts(control, contract):
    members = control.get("/members").json()
    assert [each["name"] for each in members] == list(contract.stats.properties)
    assert {each["name"] for each in members if each["required"]} == set(contract.stats.required)


def test_every_fixture_passes_as_a_draft_and_nothing_is_put(control, contract):
    before = control.get(f"{ACCOUNT}/campaigns").json()
    for campaign in load_fixtures([fixtures_path()], contract).campaigns.values():
        checked = control.post(f"{ACCOUNT}/drafts", json={**campaign.document, "id": "draft"}).json()
        assert checked["problems"] == []
        assert checked["campaign"]["id"] == "draft"
        assert (checked["curve"] is None) is (campaign.growth is None)
    assert control.get(f"{ACCOUNT}/campaigns").json() == before


def test_draft_of_a_campaign_that_grows_leaves_the_one_of_its_id_alone(frozen, ask):
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
def test_draft_that_cannot_be_put_has_its_problems_as_the_answer(control, content, pointer):
    """Not as an error: whoever types has a broken draft most of the time."""
    answer = control.post(f"{ACCOUNT}/drafts", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["campaign"] is None
    assert pointer in [problem["pointer"] for problem in answer.json()["problems"]]


def test_no_campaign_is_taken_for_the_drafts(control, ask):
    """As one of the id `check` was, when drafts went there."""
    document = control.get(f"{ACCOUNT}/campaigns/66b2f0a1c4e5d60012a40101").json()
    for id_ in ("check", "drafts"):
        path = f"{ACCOUNT}/campaigns/{id_}"
        assert control.put(path, json={**document, "id": id_}).status_code == 200
        assert control.get(path).json()["id"] == id_
        assert control.post(path, json=document).status_code == 405
        assert ask(id_).status_code == 200
        assert control.delete(path).status_code == 204


def test_draft_is_told_of_numbers_that_contradict_each_other(control):
    document = control.get(f"{ACCOUNT}/campaigns/66b2f0a1c4e5d60012a40101").json()
    document["stats"]["openRate"] = 37.54
    (problem,) = control.post(f"{ACCOUNT}/drafts", json=document).json()["problems"]
    assert problem["pointer"] == "/stats/openRate"
