"""The Campaigns view: search, details, requests in three languages, and the growth over time."""

import json
import re
import subprocess
import sys

from playwright.sync_api import expect

GROWING = "66b2f0a1c4e5d60012a40201"
SCHEDULED = "66b2f0a1c4e5d60012a40202"
SCRIPT = "66b2f0a1c4e5d60012a40504"
NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def test_the_search_filters_the_list_of_campaigns(dashboard):
    page = dashboard()
    page.get_by_label("Search campaigns").fill("reply 503")
    expect(page.locator(".item")).to_have_text([re.compile("down for maintenance")])


def test_a_campaign_shows_its_description_and_requests_that_work(dashboard, mock, ask, tmp_path):
    page = dashboard(f"campaigns/{NEWSLETTER}")
    expect(page.locator(".detail .lead")).to_contain_text("The ordinary case")
    expect(page.get_by_role("img", name=re.compile("Funnel: sent 12,480, delivered 12,231"))).to_be_visible()
    expect(page.locator(".stats-fields")).to_contain_text("0.3754 37.54 %")
    assert json.loads(page.get_by_label("Body", exact=True).inner_text()) == ask(NEWSLETTER).json()
    commands = {
        "curl": ["sh", "-c"],
        "Python": [sys.executable, "-c"],
        "JavaScript": ["node", "--input-type=module", "-e"],
    }
    endings = {
        "curl": "",
        "Python": "\nimport json; print(json.dumps(stats))",
        "JavaScript": "\nconsole.log(JSON.stringify(data))",
    }
    for language, command in commands.items():
        page.get_by_role("button", name=language).click()
        code = page.get_by_label(f"The request in {language}").inner_text()
        ran = subprocess.run(
            [*command, code + endings[language]], capture_output=True, text=True, check=True, timeout=600
        )
        printed = json.loads(ran.stdout)
        assert printed.get("data", printed) == ask(NEWSLETTER).json()["data"]


def test_a_script_shows_its_next_reply(dashboard, ask):
    page = dashboard(f"campaigns/{SCRIPT}")
    status = page.get_by_label("Status and headers", exact=True)
    expect(status).to_contain_text("HTTP 503")
    assert [ask(SCRIPT).status_code for _ in range(2)] == [503, 503]
    expect(status).to_contain_text("HTTP 200")
    expect(page.locator(".detail header .status")).to_have_text("200")
    assert ask(SCRIPT).status_code == 200


def test_the_slider_sets_the_clock_and_the_page_follows(dashboard, control, ask):
    page = dashboard(f"campaigns/{GROWING}")
    slider = page.get_by_role("slider")
    before = float(page.locator(".now").get_attribute("x1"))
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".age")).to_contain_text("30 d")
    assert float(page.locator(".now").get_attribute("x1")) > before
    opened = ask(GROWING).json()["data"]["uniqueOpens"]
    expect(page.locator(".funnel strong").nth(2)).to_have_text(f"{opened:,}")
    sent_at = control.get(f"/accounts/built-in/campaigns/{GROWING}/curve").json()["sentAt"][:10]
    assert control.get("/accounts/built-in/clock").json()["now"][:10] > sent_at
    page.keyboard.press("Home")
    expect(page.locator(".age")).to_contain_text("before sending")
    expect(page.get_by_text("Not sent yet. Until then, the mock sends the reply below.", exact=True)).to_be_visible()
    assert ask(GROWING).status_code == 404


def test_the_page_follows_a_clock_that_a_test_advances(dashboard, control):
    page = dashboard(f"campaigns/{SCHEDULED}")
    expect(page.locator(".age")).to_contain_text("before sending")
    control.patch("/accounts/built-in/clock", json={"advanceSeconds": 86_400, "frozen": True})
    expect(page.locator(".age")).to_contain_text("after sending")
    expect(page.locator(".funnel strong").first).to_have_text("6,400")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
