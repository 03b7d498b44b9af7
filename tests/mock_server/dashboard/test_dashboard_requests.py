"""The Requests view: requests as they arrive, details, filters and pause."""

import json
import re
import subprocess

import httpx
import pytest
from playwright.sync_api import expect

from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


def test_a_request_is_shown_as_it_arrives_and_opens_to_its_details(dashboard, ask):
    page = dashboard("requests")
    expect(page.locator("details.request")).to_have_count(0)
    body = ask(NEWSLETTER).text
    row = page.locator("details.request")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row).to_contain_text(f"Matched by campaign {NEWSLETTER}")
    expect(row).to_contain_text("authorization: Bearer [redacted]")
    expect(row).to_contain_text("content-type: application/json")
    assert json.loads(row.get_by_label("Body of the reply").inner_text()) == json.loads(body)
    expect(row.locator(".why")).to_have_text(f"Monthly newsletter campaign {NEWSLETTER}")


def test_a_response_that_never_came_has_no_status_and_a_query_is_shown(dashboard, mock):
    with mock.new_account() as account:
        account.fault("truncate")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(account.stats_url(NEWSLETTER), params={"page": "2"}, headers=account.auth_headers)
        page = dashboard("requests")
        row = page.locator("details.request")
        expect(row.locator(".status")).to_have_text("–")
        expect(row.locator(".line")).to_contain_text("/stats?page=2")
        expect(row.locator(".why")).to_contain_text("incomplete response (truncated), fault truncate")
        row.locator("summary").click()
        expect(row).to_contain_text("The client got: incomplete response (truncated)")
        page.get_by_label("Status").select_option("2xx")
        expect(row).to_have_count(0)
        page.get_by_label("Status").select_option("no complete response")
        expect(row).to_have_count(1)


def test_responses_of_the_live_api_with_findings_can_be_picked_out(dashboard, mock):
    """Those that a mock with ``--upstream`` has recorded."""
    for matched_by in ("upstream", "upstream, 2; first=campaign-status", "upstream, no response"):
        request = Request("GET", b"/v1/campaigns/live-one/stats", [])
        reply = Reply(200, ((b"x-mock-findings", b"2; first=campaign-status"),), b"{}", matched_by)
        mock.mock.on_loop(lambda: mock.mock.engine.record(request, reply))  # noqa: B023 - it is called at once
    page = dashboard("requests")
    page.get_by_label("Status").select_option("with findings")
    expect(page.locator("details.request .why")).to_have_text(["upstream, 2; first=campaign-status"])


def test_a_request_is_copied_as_curl_without_its_key(dashboard, ask, mock, control):
    """The command sends the same request once the key is put in its place."""
    headers = {**mock.auth_headers, "X-Note": "it's"}
    httpx.head(mock.stats_url(NEWSLETTER), params={"a": "b c"}, headers=headers)
    page = dashboard("requests")
    row = page.locator("details.request")
    row.locator("summary").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row.get_by_role("button", name="Copy as curl").click()
    expect(page.locator("#toast")).to_have_text("Copied.")
    command = page.evaluate("navigator.clipboard.readText()")
    assert "Bearer YOUR_API_KEY" in command
    command = command.replace("YOUR_API_KEY", mock.auth_headers["Authorization"].split()[1])
    subprocess.run(["sh", "-c", command], capture_output=True, check=True, timeout=600)
    again, first = control.get("/accounts/built-in/journal").json()["entries"]
    compared = ("method", "path", "query", "status")
    assert [again[name] for name in compared] == [first[name] for name in compared]
    assert ["x-note", "it's"] in again["requestHeaders"]


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
    ask(NEWSLETTER, headers=other.auth_headers)
    page = dashboard("requests")
    rows = page.locator("details.request")
    expect(rows).to_have_count(4)
    page.get_by_label("Status").select_option("404")
    expect(rows).to_have_count(1)
    page.get_by_label("Status").select_option("any")
    page.get_by_label("Account").last.select_option("Unknown key")
    expect(rows).to_have_text([re.compile("no key")])
    page.get_by_label("Account").last.select_option("Checkout")
    expect(rows).to_have_count(1)
    page.get_by_label("Account").last.select_option("all")
    page.get_by_label("Search").fill("nope")
    expect(rows).to_have_text([re.compile("unknown id")])


def test_accounts_of_the_same_name_are_distinguished_by_id(dashboard, mock):
    first, second = (mock.new_account("Checkout") for _ in range(2))
    mock.new_account("Other")
    mock.new_account("fixtures")
    page = dashboard("requests")
    options = page.get_by_label("Account").last.locator("option")
    expect(options).to_have_text(
        [
            "all",
            "fixtures (built-in)",
            f"Checkout ({first.account_id})",
            f"Checkout ({second.account_id})",
            "Other",
            re.compile(r"^fixtures \(account-\d+\)$"),
            "Unknown key",
        ]
    )


def test_new_requests_wait_while_the_view_is_paused(dashboard, ask):
    page = dashboard("requests")
    page.get_by_role("button", name="Pause").click()
    ask(NEWSLETTER)
    resume = page.get_by_role("button", name="Resume (1 new)")
    expect(resume).to_be_visible()
    expect(page.locator("details.request")).to_have_count(0)
    resume.click()
    expect(page.locator("details.request")).to_have_count(1)
