"""The dashboard of a mock that serves percentages."""

import pytest
from playwright.sync_api import expect

from migma_mock import MockServer

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


@pytest.fixture(scope="module")
def server():
    """The mock with percentages, for this test module."""
    with MockServer(reload=False, rates="percent") as server:
        yield server


def test_a_rate_is_shown_as_the_percentage_that_it_is(dashboard, ask):
    assert ask(NEWSLETTER).json()["data"]["openRate"] == 37.54
    page = dashboard(f"campaign/{NEWSLETTER}")
    expect(page.locator(".stats-fields")).to_contain_text("37.54 = 0.3754")


def test_rates_that_follow_the_counts_are_percentages(dashboard, ask):
    """The file is written in fractions, and its counts change."""
    page = dashboard(f"draft/{NEWSLETTER}")
    page.get_by_label("uniqueOpens", exact=True).fill("4593")
    page.get_by_label("Rates follow the counts").check()
    expect(page.get_by_label("openRate", exact=True)).to_have_value("37.55")
    expect(page.locator(".verdict")).to_contain_text("Valid")
    page.get_by_role("button", name="Save to account (until the mock stops)").click()
    expect(page.get_by_role("heading", name="Monthly newsletter")).to_be_visible()
    assert ask(NEWSLETTER).json()["data"]["openRate"] == 37.55


def test_a_new_campaign_starts_with_percentages(dashboard):
    page = dashboard("draft")
    expect(page.get_by_label("openRate", exact=True)).to_have_value("36.02")
    expect(page.locator(".verdict")).to_contain_text("Valid")
