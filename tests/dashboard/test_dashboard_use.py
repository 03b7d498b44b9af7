"""What people do with the dashboard, done in a browser against a mock that answers clients meanwhile."""

import json
import os
import re
import subprocess
import sys

import httpx
import pytest
from playwright.sync_api import expect

from mock_server import MockServer
from mock_server.data import fixtures_path

GROWING, SCHEDULED = "66b2f0a1c4e5d60012a40201", "66b2f0a1c4e5d60012a40202"
NEWSLETTER, SCRIPT = "66b2f0a1c4e5d60012a40101", "66b2f0a1c4e5d60012a40504"


@pytest.fixture
def reads_clipboard():
    """Lets a page read the clipboard, and reads it."""

    def read(page):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        return page.evaluate("navigator.clipboard.readText()")

    return read


def test_request_shows_as_it_comes_and_opens_to_all_of_it(dashboard, ask):
    page = dashboard("requests")
    expect(page.locator("details.request")).to_have_count(0)
    body = ask(NEWSLETTER).text
    row = page.locator("details.request")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row).to_contain_text(f"Decided by campaign {NEWSLETTER}")
    expect(row).to_contain_text("authorization: Bearer [redacted]")
    expect(row).to_contain_text("content-type: application/json")
    assert json.loads(row.get_by_label("Body of the answer").inner_text()) == json.loads(body)


def test_requests_are_newest_first_and_an_open_one_stays_open(dashboard, ask):
    page = dashboard("requests")
    ask("first")
    rows = page.locator("details.request")
    rows.first.locator("summary").click()
    ask("second")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("/second/")
    expect(rows.last).to_have_attribute("open", "")


def test_requests_are_filtered_by_status_account_and_words(dashboard, ask, mock):
    other = mock.new_account("Checkout")
    ask(NEWSLETTER)
    ask("nope")
    ask(NEWSLETTER, headers={})
    ask(NEWSLETTER, headers=other.headers)
    page = dashboard("requests")
    rows = page.locator("details.request")
    expect(rows).to_have_count(4)
    page.get_by_label("Status").select_option("404")
    expect(rows).to_have_count(1)
    page.get_by_label("Status").select_option("any")
    page.get_by_label("Account").last.select_option("no known key")
    expect(rows).to_have_text([re.compile("no key")])
    page.get_by_label("Account").last.select_option("Checkout")
    expect(rows).to_have_count(1)
    page.get_by_label("Account").last.select_option("all")
    page.get_by_label("Search").fill("nope")
    expect(rows).to_have_text([re.compile("unknown id")])


def test_requests_wait_while_paused(dashboard, ask):
    page = dashboard("requests")
    page.get_by_role("button", name="Pause").click()
    ask(NEWSLETTER)
    go_on = page.get_by_role("button", name="Go on (1 new)")
    expect(go_on).to_be_visible()
    expect(page.locator("details.request")).to_have_count(0)
    go_on.click()
    expect(page.locator("details.request")).to_have_count(1)


def test_armed_fault_is_plain_to_see_reaches_the_client_and_is_gone_when_spent(dashboard, ask):
    page = dashboard("faults")
    page.get_by_label("Kind").select_option("status")
    page.get_by_label("status", exact=True).fill("500")
    page.get_by_label("times").fill("1")
    page.get_by_role("button", name="Arm", exact=True).click()
    banner = page.locator(".banner")
    expect(banner).to_contain_text("1 fault armed in built-in")
    page.get_by_role("link", name="Campaigns", exact=True).click()
    expect(banner).to_be_visible()
    assert ask(NEWSLETTER).status_code == 500
    expect(banner).to_have_count(0)
    assert ask(NEWSLETTER).status_code == 200


def test_every_kind_of_fault_is_armed_from_its_example(dashboard, control):
    page = dashboard("faults")
    kinds = [each["kind"] for each in control.get("/faults").json()]
    expect(page.get_by_label("Kind").locator("option")).to_have_count(len(kinds))
    for number, kind in enumerate(kinds, 1):
        page.get_by_label("Kind").select_option(kind)
        page.get_by_role("button", name="Arm", exact=True).click()
        expect(page.locator(".armed li:not(.empty)")).to_have_count(number)
    armed = control.get("/accounts/built-in/faults").json()
    assert [each["fault"]["kind"] for each in armed] == kinds
    page.get_by_role("button", name="Disarm all").click()
    expect(page.get_by_role("heading", name="Nothing armed")).to_be_visible()
    assert control.get("/accounts/built-in/faults").json() == []


def test_fault_that_cannot_be_is_refused_in_words(dashboard):
    page = dashboard("faults", complaints=["422"])
    page.get_by_label("Kind").select_option("delay")
    page.get_by_label("seconds").fill("-1")
    page.get_by_role("button", name="Arm", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("greater than or equal to 0")


def test_fault_that_a_test_arms_shows_without_a_reload(dashboard, control):
    page = dashboard()
    control.post("/accounts/built-in/faults", json={"kind": "timeout"})
    expect(page.locator(".banner")).to_contain_text("timeout")


def test_slider_moves_the_clock_and_curve_and_numbers_follow(dashboard, control, ask):
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
    expect(page.locator(".age")).to_contain_text("before it is sent")
    expect(page.get_by_text("Not sent yet: until then, the answer below.", exact=True)).to_be_visible()
    assert ask(GROWING).status_code == 404


def test_clock_that_a_test_moves_moves_the_page(dashboard, control):
    page = dashboard(f"campaigns/{SCHEDULED}")
    expect(page.locator(".age")).to_contain_text("before it is sent")
    control.patch("/accounts/built-in/clock", json={"advanceSeconds": 86_400, "frozen": True})
    expect(page.locator(".age")).to_contain_text("after it was sent")
    expect(page.locator(".funnel strong").first).to_have_text("6,400")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()


def test_account_is_created_and_shown_and_its_key_works(dashboard, control, mock):
    page = dashboard("accounts")
    page.get_by_label("Name").fill("Team blue")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Account", exact=True)).to_have_value(re.compile("account-"))
    key = control.get("/accounts").json()[1]["keys"]["working"]
    expect(page.get_by_text(key)).to_be_visible()
    assert httpx.get(mock.stats_url(NEWSLETTER), headers={"authorization": f"Bearer {key}"}).status_code == 200
    expect(page.locator(".card.shown")).to_contain_text("Team blue")


def test_reset_asks_once_more_and_begins_anew(dashboard, control, ask):
    ask(NEWSLETTER)
    control.post("/accounts/built-in/faults", json={"kind": "timeout"})
    page = dashboard("accounts")
    page.get_by_role("button", name="Reset").click()
    assert control.get("/accounts/built-in").json()["requests"] == 1
    page.get_by_role("button", name="Really begin anew?").click()
    expect(page.locator(".banner")).to_have_count(0)
    assert control.get("/accounts/built-in").json()["requests"] == 0


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
    page.get_by_label("recipients").fill("5000")
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


def test_campaign_has_its_teaching_and_every_way_to_ask(dashboard, mock, ask, tmp_path):
    page = dashboard(f"campaigns/{NEWSLETTER}")
    expect(page.locator(".detail .lead")).to_contain_text("The ordinary case")
    expect(page.get_by_role("img", name=re.compile("Funnel: sent 12,480, delivered 12,231"))).to_be_visible()
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
            [*command, code + endings[language]], capture_output=True, text=True, check=True, timeout=30
        )
        printed = json.loads(ran.stdout)
        assert printed.get("data", printed) == ask(NEWSLETTER).json()["data"]


def test_search_narrows_the_list_of_campaigns(dashboard):
    page = dashboard()
    page.get_by_label("Search campaigns").fill("reply 503")
    expect(page.locator(".item")).to_have_text([re.compile("down for maintenance")])


def test_broken_fixture_is_a_banner_until_it_is_mended(dashboard, tmp_path):
    with MockServer(fixtures=tmp_path) as mock:
        page = dashboard(base_url=mock.base_url)
        (tmp_path / "mine.json").write_text('{"id": "mine"}')
        expect(page.locator(".banner.bad")).to_contain_text("mine.json")
        (tmp_path / "mine.json").write_bytes((fixtures_path() / "campaigns/newsletter.json").read_bytes())
        (tmp_path / "mine.json").write_text(
            (tmp_path / "mine.json").read_text().replace(NEWSLETTER, "mine").replace("Monthly", "My own")
        )
        expect(page.locator(".banner")).to_have_count(0)
        expect(page.get_by_text("My own newsletter")).to_be_visible()


def test_page_asks_for_the_token_and_keeps_it_for_the_tab(dashboard):
    with MockServer(reload=False, control_token="a-token-of-tests") as mock:
        page = dashboard(base_url=mock.base_url, live=False, complaints=["401"])
        page.get_by_label("Token", exact=True).fill("a-wrong-one")
        page.get_by_role("button", name="Use it").click()
        expect(page.get_by_label("Token", exact=True)).to_have_value("")
        page.get_by_label("Token", exact=True).fill("a-token-of-tests")
        page.keyboard.press("Enter")
        expect(page.locator(".live")).to_have_text("Live")
        page.reload()
        expect(page.locator(".live")).to_have_text("Live")
        assert page.evaluate("localStorage.length") == 0


def test_page_says_when_the_mock_is_gone_and_comes_back_with_it(dashboard):
    with MockServer(reload=False) as mock:
        page = dashboard("requests", base_url=mock.base_url, complaints=["Failed to load resource"])
    expect(page.locator(".live")).to_have_text("The mock does not answer")
    with MockServer(mock.settings.port or int(mock.base_url.rpartition(":")[2]), reload=False) as again:
        expect(page.locator(".live")).to_have_text("Live")
        httpx.get(again.stats_url("after"), headers=again.headers)
        expect(page.locator("details.request")).to_have_count(1)


def test_saved_report_reads_as_the_check_said(dashboard, mock, control, tmp_path):
    control.post("/accounts/built-in/faults", json={"kind": "retype-field", "field": "openRate"})
    command = [
        sys.executable,
        "-m",
        "contract_tests",
        "check",
        "--base-url",
        mock.base_url,
        "--campaign-id",
        NEWSLETTER,
    ]
    path = tmp_path / "report.json"
    checked = subprocess.run(
        [*command, f"--format=json={path}"],
        env={**os.environ, "MIGMA_API_KEY": mock.api_key},
        check=False,
        timeout=60,
    )
    assert checked.returncode == 1
    report = json.loads(path.read_bytes())
    page = dashboard("report")
    page.get_by_label("Drop a report here").set_input_files(path)
    shown = page.locator(".report")
    expect(shown.get_by_role("heading", name="Drift")).to_be_visible()
    expect(shown.locator(".finding")).to_have_count(len(report["findings"]))
    for finding in report["findings"]:
        expect(shown).to_contain_text(finding["message"])
        expect(shown).to_contain_text(finding["fingerprint"])
    expect(shown.get_by_role("heading", name=f"Requests ({len(report['exchanges'])})")).to_be_visible()


def test_report_is_dropped_anywhere_and_another_file_is_refused(dashboard):
    page = dashboard()
    drop = """(text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.json", { type: "application/json" }));
        dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop, '{"schema": 1}')
    expect(page.locator("#toast")).to_contain_text("dropped.json is no report")
    report = {
        "schema": 1,
        "tool": {"name": "migma-contract", "version": "1"},
        "contract": {"source": "openapi.json", "version": "1"},
        "target": "https://api.example",
        "started": "2026-01-31T09:30:00Z",
        "elapsed": 1.5,
        "verdict": "conforms",
        "reason": "",
        "exit_code": 0,
        "fail_on": "warning",
        "requests": {"sent": 1, "max": 10},
        **{name: [] for name in ("left_out", "notices", "findings", "accepted", "baseline_notes", "exchanges")},
    }
    page.evaluate(drop, json.dumps(report))
    expect(page.get_by_role("heading", name="Conforms")).to_be_visible()


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
        page = dashboard("requests", base_url=mock.base_url)
        expect(page.get_by_text("5,000 requests, 100 shown.")).to_be_visible()
        assert page.locator("details.request").count() == 100
        page.get_by_label("Search").fill("/many-499/")
        expect(page.locator("details.request")).to_have_count(10)
        page.get_by_role("link", name="Campaigns", exact=True).click()
        expect(page.get_by_text("500 campaigns, 60 shown")).to_be_visible()
        page.get_by_role("button", name="Show more").click()
        expect(page.locator(".item")).to_have_count(180)
