"""Thousands of requests and hundreds of campaigns: the order of loading, and the size of the page."""

import json

from playwright.sync_api import expect

from migma_contract.resources import fixtures_path
from migma_mock import MockServer


def test_large_numbers_of_requests_and_campaigns_are_shown_in_parts(dashboard, fill_journal, tmp_path):
    """5,000 requests and 500 campaigns: the page has a limited number of elements, and a filter covers all data."""
    original = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
    for number in range(500):
        document = {**original, "id": f"id-{number}", "title": f"Many {number}"}
        (tmp_path / f"{number}.json").write_text(json.dumps(document))
    settings = {"builtin": False, "fixtures": tmp_path, "api_key": ["mgma_sk_test_many"], "journal_size": 5000}
    with MockServer(reload=False, **settings) as mock:
        fill_journal(mock, 5000, ids=500)
        page = dashboard(base_url=mock.base_url)
        loaded = []
        page.on("request", lambda request: loaded.append(request.url.partition("/__mock__")[2]))
        page.reload()
        expect(page.get_by_text("500 campaigns, 60 shown")).to_be_visible()
        page.locator(".live.connected").wait_for()
        first, before_events = loaded[1], loaded[: loaded.index("/events?last=5000")]
        assert first == "/accounts/built-in/previews"
        assert len(before_events) <= 8, "the shown view is loaded before earlier requests"
        assert page.locator("*").count() < 1200
        page.get_by_role("link", name="Requests", exact=True).click()
        expect(page.get_by_text("5,000 requests, 100 shown.")).to_be_visible()
        assert page.locator("details.request").count() == 100
        page.get_by_label("Search").fill("/id-499/")
        expect(page.locator("details.request")).to_have_count(10)
        page.get_by_role("link", name="Campaigns", exact=True).click()
        expect(page.get_by_text("500 campaigns, 60 shown")).to_be_visible()
        page.get_by_role("button", name="Show more").click()
        expect(page.locator(".item")).to_have_count(180)
