"""The pages about both APIs: what the mock answers now, on a phone too, with an icon."""

import re

import httpx
from playwright.sync_api import expect

GROWING, SCHEDULED, SCRIPT = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40202", "66b2f0a1c4e5d60012a40504"


def statuses(mock):
    """Return the statuses that ``/docs`` shows, by id."""
    found = re.findall(r'class="status[^"]*">(\d+)</span>.*?<code class="soft">([^<]+)</code>', docs(mock))
    return {campaign_id: int(status) for status, campaign_id in found}


def docs(mock):
    return httpx.get(f"{mock.base_url}/docs").text


def test_the_docs_show_what_each_campaign_answers_now(mock, ask, control):
    """A growing campaign has its stats, a script its next step, and another clock other replies."""
    control.patch("/accounts/built-in/clock", json={"frozen": True})
    shown = statuses(mock)
    assert shown[GROWING] == 200
    assert str(ask(GROWING).json()["data"]["totalOpens"]) in docs(mock)
    assert shown == {campaign_id: ask(campaign_id).status_code for campaign_id in shown}
    ask(SCRIPT)
    assert statuses(mock)[SCRIPT] == 200 == ask(SCRIPT).status_code
    control.patch("/accounts/built-in/clock", json={"advanceSeconds": 86_400})
    assert (shown[SCHEDULED], statuses(mock)[SCHEDULED]) == (404, 200)


def test_the_docs_say_that_faults_are_armed(mock, control):
    assert "Armed faults" not in docs(mock)
    control.post("/accounts/built-in/faults", json={"kind": "reset"})
    assert "Armed faults change some of these replies: 1." in docs(mock)


def test_both_pages_fit_a_phone_and_have_an_icon(dashboard, mock):
    """No part is wider than the window, each route is one block, and no browser has to ask for an icon."""
    page = dashboard(width=390)
    for path in ("/docs", "/__mock__/docs"):
        page.goto(f"{mock.base_url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/svg"))
    assert page.locator(".scroll").evaluate("(table) => table.scrollWidth <= table.clientWidth")
    route = page.locator(".routes tbody tr", has_text="/verify")
    assert route.bounding_box()["height"] < 300


def test_the_icon_is_no_request_for_the_mocked_api(mock, control):
    icon = httpx.get(f"{mock.base_url}/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
    assert control.get("/unknown-key-requests").json()["recorded"] == 0
