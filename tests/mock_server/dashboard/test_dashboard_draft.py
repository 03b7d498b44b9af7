"""Drafts: judged as one types, put into the account, and copied as the fixture files that they are."""

import json
import re

import pytest
from playwright.sync_api import expect

from migma_mock import MockServer

GROWING = "66b2f0a1c4e5d60012a40201"
NEWSLETTER = "66b2f0a1c4e5d60012a40101"
SCRIPT = "66b2f0a1c4e5d60012a40504"


@pytest.fixture
def reads_clipboard():
    """Lets a page read the clipboard, and reads it."""

    def read(page):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        return page.evaluate("navigator.clipboard.readText()")

    return read


def test_edit_with_an_error_is_told_at_its_place_and_put_when_mended(dashboard, ask):
    page = dashboard(f"draft/{NEWSLETTER}")
    opens = page.get_by_label("uniqueOpens", exact=True)
    put = page.get_by_role("button", name="Put into account")
    opens.fill("99999")
    expect(opens).to_have_attribute("aria-invalid", "true")
    expect(opens).to_have_accessible_description(re.compile("at most totalDelivered"))
    expect(page.locator(".verdict")).to_contain_text("cannot be put")
    expect(put).to_be_disabled()
    opens.fill("4593")
    page.get_by_label("Rates follow the counts").check()
    expect(page.locator(".verdict")).to_contain_text("Coherent")
    put.click()
    expect(page.get_by_role("heading", name="Monthly newsletter")).to_be_visible()
    stats = ask(NEWSLETTER).json()["data"]
    assert (stats["uniqueOpens"], stats["openRate"]) == (4593, round(4593 / stats["totalDelivered"], 4))


def test_draft_is_copied_as_the_fixture_file_that_it_is(dashboard, reads_clipboard, mock, tmp_path):
    page = dashboard("draft")
    expect(page.locator(".verdict")).to_contain_text("Coherent")
    page.get_by_label("Title").fill("From the page")
    page.get_by_role("button", name="Growing").click()
    recipients = page.get_by_label("recipients")
    expect(recipients).to_have_accessible_description(re.compile("Expected the field 'recipients'"))
    recipients.fill("5000")
    page.get_by_label("sentAt").fill("-1d")
    expect(page.locator(".verdict")).to_contain_text("Coherent")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy fixture file").click()
    expect(page.locator("#toast")).to_have_text("Copied.")
    (tmp_path / "drafted.json").write_text(reads_clipboard(page), "utf-8")
    with MockServer(reload=False, builtin=False, fixtures=tmp_path, api_key=["mgma_sk_test_other"]) as other:
        (campaign,) = other.app.accounts.built_in.state.campaigns.values()
    assert (campaign.title, campaign.growth.recipients) == ("From the page", 5000)


@pytest.mark.parametrize("campaign_id", [NEWSLETTER, GROWING, "66b2f0a1c4e5d60012a40429", SCRIPT])
def test_campaign_of_each_kind_goes_through_the_form_unchanged(dashboard, control, campaign_id):
    page = dashboard(f"draft/{campaign_id}")
    expect(page.locator(".verdict")).to_contain_text("Coherent")
    shown = json.loads(page.get_by_label("Fixture file").last.inner_text())
    assert shown == control.get(f"/accounts/built-in/campaigns/{campaign_id}").json()


def test_file_that_is_no_json_is_told_so(dashboard):
    page = dashboard("draft")
    page.get_by_role("button", name="File", exact=True).click()
    page.get_by_role("textbox").fill('{"id": ')
    expect(page.locator(".verdict")).to_contain_text("1 problem")
