"""The Connect card, and campaigns of the user's own: shown first, saved as files, without paths of the installation."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from migma_contract.resources import data_root
from migma_mock import MockServer

NEWSLETTER = "66b2f0a1c4e5d60012a40101"
SCRIPT = "66b2f0a1c4e5d60012a40504"
KEYS = [
    "mgma_sk_test_local_development_0001",
    "mgma_sk_test_local_without_email_read",
    "mgma_sk_test_local_revoked",
]
MINE = {"id": "mine", "title": "My own", "reply": {"status": 404, "body": {"success": False, "error": "Gone."}}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a campaign of the user."""
    folder = tmp_path_factory.mktemp("fixtures")
    (folder / "mine.json").write_text(json.dumps(MINE), "utf-8")
    return folder


@pytest.fixture(scope="module")
def server(folder):
    """The mock with a folder of fixtures, for this test module."""
    with MockServer(reload=False, fixtures=folder) as server:
        yield server


def test_the_connect_card_is_first_and_its_command_works(dashboard, mock):
    page = dashboard()
    card = page.locator("main > .view > :first-child")
    expect(card.locator("summary")).to_have_text("Connect a client")
    expect(card.locator("dd code")).to_have_text([mock.base_url, f"{mock.base_url}/v1", *KEYS])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.get_by_role("button", name="Copy").nth(3).click()
    expect(page.locator("#toast")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == KEYS[1]
    command = card.get_by_label("A request with curl").inner_text()
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, timeout=600)
    assert json.loads(ran.stdout)["success"] is True


def test_own_campaigns_are_first_in_the_list_and_in_the_docs(dashboard, mock):
    page = dashboard()
    expect(page.locator(".items li").first).to_have_text("Your own")
    expect(page.locator(".item .title").first).to_have_text("My own")
    expect(page.locator(".group")).to_have_text(["Your own", "Built-in"])
    docs = httpx.get(f"{mock.base_url}/docs").text
    assert docs.index("My own") < docs.index("Monthly newsletter")


def test_a_draft_is_saved_in_the_folder_or_downloaded(dashboard, mock, folder, ask):
    page = dashboard("draft/mine")
    page.get_by_label("Title").fill("My own, edited")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "mine.json"
    edited = json.loads(Path(download.value.path()).read_text("utf-8"))
    page.get_by_role("button", name="Save to the fixtures folder").click()
    expect(page.get_by_role("heading", name="My own, edited")).to_be_visible()
    expect(page.locator("#toast")).to_have_text(f"Saved as {folder / 'mine.json'}.")
    assert json.loads((folder / "mine.json").read_text("utf-8")) == edited
    assert edited["title"] == "My own, edited"


def test_a_scripted_campaign_is_drafted_step_by_step(dashboard, mock, folder, ask):
    page = dashboard("draft", complaints=["422"])
    page.get_by_label("Id", exact=True).fill("steps")
    page.get_by_role("button", name="Script", exact=True).click()
    expect(page.locator(".steps > li")).to_have_count(2)
    page.get_by_role("button", name="Add a step").click()
    last = page.locator(".steps > li").last
    last.get_by_label("Answer").select_option("Another reply")
    last.get_by_label("reply", exact=True).fill('{"status": 404}')
    expect(last.get_by_label("reply", exact=True)).to_have_attribute("aria-invalid", "true")
    last.get_by_role("button", name="Remove").click()
    page.get_by_label("Times").first.fill("1")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    page.get_by_role("button", name="Save to the fixtures folder").click()
    expect(page.get_by_text("scripted replies")).to_have_count(2)
    assert [ask("steps").status_code for _ in range(3)] == [503, 200, 200]
    assert json.loads((folder / "steps.json").read_text("utf-8"))["script"]["replies"][0]["times"] == 1


def test_saving_replaces_no_other_file(control, folder):
    (folder / "taken.json").write_text(json.dumps({**MINE, "id": "another"}), "utf-8")
    refused = control.put("/fixture-files/taken", json={**MINE, "id": "taken"})
    assert refused.status_code == 409
    assert "taken.json: the file exists with other content" in refused.json()["error"]
    assert json.loads((folder / "taken.json").read_text("utf-8"))["id"] == "another"
    (folder / "taken.json").unlink()


@pytest.mark.attack("links")
def test_saving_follows_no_link(control, folder, tmp_path):
    target = tmp_path / "target.json"
    (folder / "link.json").symlink_to(target)
    assert control.put("/fixture-files/link", json={**MINE, "id": "link"}).status_code == 409
    assert not target.exists()
    (folder / "link.json").unlink()


@pytest.mark.parametrize("campaign_id", ["../up", "a/b", "keys", ".hidden", "spaces in it"])
def test_every_id_is_saved_within_the_folder(control, folder, campaign_id):
    path = f"/fixture-files/{httpx.QueryParams({'': campaign_id})!s}".replace("/=", "/").replace("+", "%20")
    saved = control.put(path, json={**MINE, "id": campaign_id})
    assert saved.status_code == 200, saved.text
    file = Path(saved.json()["file"])
    assert file.parent == folder
    assert json.loads(file.read_text("utf-8"))["id"] == campaign_id
    file.unlink()


def test_without_a_folder_nothing_is_saved():
    with MockServer(reload=False) as mock:
        refused = httpx.put(f"{mock.base_url}/__mock__/fixture-files/mine", json=MINE)
        connection = httpx.get(f"{mock.base_url}/__mock__/accounts/built-in/connection").json()
    assert refused.status_code == 409
    assert "--fixtures FOLDER" in refused.json()["error"]
    assert connection["fixturesFolder"] is None


@pytest.mark.attack("secrets-in-records")
def test_an_own_key_stays_hidden_in_the_card():
    secret = "mgma_sk_live_nobody_may_see_this"
    with MockServer(reload=False, builtin=False, api_key=[secret]) as mock:
        answer = httpx.get(f"{mock.base_url}/__mock__/accounts/built-in/connection")
        account = mock.new_account("Checkout")
        other = httpx.get(f"{mock.base_url}/__mock__/accounts/{account.account_id}/connection").json()
    assert secret not in answer.text
    assert answer.json()["keys"] == [{"kind": "working", "effect": "API key", "key": "YOUR_API_KEY", "isShown": False}]
    assert [key["isShown"] for key in other["keys"]] == [True, True, True]
    assert f"Bearer {other['keys'][0]['key']}" == other["request"]["value"]


def test_nothing_that_the_page_shows_has_a_path_of_the_installation(control, folder):
    (folder / "invalid.json").write_text('{"id": "invalid", "stats": {}}', "utf-8")
    account = "/accounts/built-in"
    newsletter = control.get(f"{account}/campaigns/{NEWSLETTER}").json()
    answers = [
        control.get("/health"),
        control.get(f"{account}/previews"),
        control.get(f"{account}/campaigns"),
        control.post(f"{account}/drafts", json={**newsletter, "stats": {"totalSent": 1.5, "openRate": 40}}),
        control.put(f"{account}/campaigns/{NEWSLETTER}", json={**newsletter, "reply": {"status": 404, "body": {}}}),
    ]
    (folder / "invalid.json").unlink()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 422]
    for answer in answers:
        assert str(data_root()) not in answer.text
