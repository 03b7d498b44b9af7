"""The Draft view: check while typing, save to the account, and copy the fixture file."""

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


def test_a_problem_is_shown_at_its_field_and_saving_needs_a_fix(dashboard, ask):
    page = dashboard(f"draft/{NEWSLETTER}")
    opens = page.get_by_label("uniqueOpens", exact=True)
    save = page.get_by_role("button", name="Save to account (until the mock stops)")
    opens.fill("99999")
    expect(opens).to_have_attribute("aria-invalid", "true")
    expect(opens).to_have_accessible_description(re.compile("at most totalOpens"))
    expect(page.locator(".verdict")).to_contain_text("1 problem to fix")
    expect(save).to_be_disabled()
    opens.fill("4593")
    page.get_by_label("Rates follow the counts").check()
    expect(page.locator(".verdict")).to_contain_text("Valid")
    save.click()
    expect(page.get_by_role("heading", name="Monthly newsletter")).to_be_visible()
    stats = ask(NEWSLETTER).json()["data"]
    assert (stats["uniqueOpens"], stats["openRate"]) == (4593, round(4593 / stats["totalDelivered"], 4))


def test_a_draft_is_copied_as_a_fixture_file(dashboard, reads_clipboard, mock, tmp_path):
    page = dashboard("draft")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    page.get_by_label("Title").fill("From the page")
    page.get_by_role("button", name="Growing").click()
    recipients = page.get_by_label("recipients")
    expect(recipients).to_have_accessible_description(re.compile("missing field 'recipients'"))
    recipients.fill("5000")
    page.get_by_label("sentAt").fill("-1d")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy fixture file").click()
    expect(page.locator("#toast")).to_have_text("Copied.")
    (tmp_path / "drafted.json").write_text(reads_clipboard(page), "utf-8")
    with MockServer(reload=False, builtin=False, fixtures=tmp_path, api_key=["mgma_sk_test_other"]) as other:
        (campaign,) = other.mock.accounts.built_in.state.campaigns.values()
    assert (campaign.title, campaign.growth.recipients) == ("From the page", 5000)


@pytest.mark.parametrize("campaign_id", [NEWSLETTER, GROWING, "66b2f0a1c4e5d60012a40429", SCRIPT])
def test_a_campaign_of_each_kind_passes_the_form_unchanged(dashboard, control, campaign_id):
    page = dashboard(f"draft/{campaign_id}")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    shown = json.loads(page.get_by_label("Fixture file").last.inner_text())
    assert shown == control.get(f"/accounts/built-in/campaigns/{campaign_id}").json()


def test_invalid_json_is_a_problem(dashboard):
    page = dashboard("draft")
    page.get_by_role("button", name="File", exact=True).click()
    page.get_by_role("textbox").fill('{"id": ')
    expect(page.locator(".verdict")).to_contain_text("1 problem")
