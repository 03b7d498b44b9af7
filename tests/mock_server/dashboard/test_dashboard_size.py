"""Thousands of requests and hundreds of campaigns: what is asked first, and how much is in the page."""

import json

import httpx
from playwright.sync_api import expect

from migma_contract.resources import fixtures_path
from migma_mock import MockServer


def test_thousands_are_shown_in_parts(dashboard, tmp_path):
    """5,000 requests and 500 campaigns: what is in the page is bounded, and a filter looks through all."""
    original = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
    for number in range(500):
        (tmp_path / f"{number}.json").write_text(
            json.dumps({**original, "id": f"many-{number}", "title": f"Many {number}"})
        )
    with MockServer(
        reload=False, builtin=False, fixtures=tmp_path, api_key=["mgma_sk_test_many"], journal_size=5000
    ) as mock:
        with httpx.Client(headers={"authorization": "Bearer mgma_sk_test_many"}) as client:
            for number in range(5000):
                client.get(mock.stats_url(f"many-{number % 500}"))
        page = dashboard(base_url=mock.base_url)
        asked = []
        page.on("request", lambda request: asked.append(request.url.partition("/__mock__")[2]))
        page.reload()
        expect(page.get_by_text("500 campaigns, 60 shown")).to_be_visible()
        page.locator(".live.connected").wait_for()
        first, few = asked[1], asked[: asked.index("/events?last=5000")]
        assert first == "/accounts/built-in/previews"
        assert len(few) <= 7, "what is looked at comes before what was asked in the past"
        assert page.locator("*").count() < 1200
        page.get_by_role("link", name="Requests", exact=True).click()
        expect(page.get_by_text("5,000 requests, 100 shown.")).to_be_visible()
        assert page.locator("details.request").count() == 100
        page.get_by_label("Search").fill("/many-499/")
        expect(page.locator("details.request")).to_have_count(10)
        page.get_by_role("link", name="Campaigns", exact=True).click()
        expect(page.get_by_text("500 campaigns, 60 shown")).to_be_visible()
        page.get_by_role("button", name="Show more").click()
        expect(page.locator(".item")).to_have_count(180)
