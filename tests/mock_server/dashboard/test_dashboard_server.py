"""The page and its server: invalid fixtures, and a mock that stopped."""

import httpx
from playwright.sync_api import expect

from migma_contract.resources import fixtures_path
from migma_mock import MockServer

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def test_an_invalid_fixture_has_a_banner_until_it_is_fixed(dashboard, tmp_path):
    with MockServer(fixtures=tmp_path) as mock:
        page = dashboard(base_url=mock.base_url)
        (tmp_path / "mine.json").write_text('{"id": "mine"}')
        expect(page.locator(".banner.bad")).to_contain_text("mine.json")
        (tmp_path / "mine.json").write_bytes((fixtures_path() / "campaigns/newsletter.json").read_bytes())
        (tmp_path / "mine.json").write_text(
            (tmp_path / "mine.json").read_text().replace(NEWSLETTER, "mine").replace("Monthly", "My own")
        )
        expect(page.locator(".banner")).to_have_count(0)
        expect(page.get_by_role("heading", name="My own newsletter")).to_be_visible()


def test_the_page_shows_a_stopped_mock_and_reconnects_to_a_new_one(dashboard):
    with MockServer(reload=False) as mock:
        page = dashboard("requests", base_url=mock.base_url, complaints=["Failed to load resource"])
    expect(page.locator(".live")).to_have_text("No connection to the mock")
    with MockServer(mock.settings.port or int(mock.base_url.rpartition(":")[2]), reload=False) as again:
        expect(page.locator(".live")).to_have_text("Live")
        httpx.get(again.stats_url("after"), headers=again.auth_headers)
        expect(page.locator("details.request")).to_have_count(1)
