"""A saved report of the check, dropped on the page."""

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

NEWSLETTER = "66b2f0a1c4e5d60012a40101"


@pytest.fixture
def saved(mock, control, tmp_path):
    """A drift, as JSON and as HTML."""
    control.post("/accounts/built-in/faults", json={"kind": "retype-field", "field": "openRate"})
    path, page_path = tmp_path / "report.json", tmp_path / "report.html"
    command = [sys.executable, "-m", "migma_contract_tests", "check", f"--base-url={mock.base_url}"]
    checked = subprocess.run(
        [*command, f"--campaign-id={NEWSLETTER}", f"--format=json={path}", f"--format=html={page_path}"],
        env={**os.environ, "MIGMA_API_KEY": mock.api_key},
        check=False,
        timeout=60,
    )
    assert checked.returncode == 1
    return path, page_path


def test_saved_report_reads_as_the_html_report_does(dashboard, saved):
    path, page_path = saved
    page = dashboard("report")
    page.get_by_label("Drop a report here").set_input_files(path)
    shown = page.locator(".report")
    expect(shown.get_by_role("heading", name="Drift")).to_be_visible()
    its_words = words(shown.text_content())
    page.goto(page_path.as_uri())
    told = [words(text) for text in page.locator("h1, .lead, dt, dd, summary, li").all_text_contents()]
    assert len(told) > 30
    assert [text for text in told if text not in its_words] == []


def words(text):
    """Without what is between words, which two layouts have differently."""
    return "".join(text.split())


def test_finding_leads_to_the_request_that_it_was_seen_in(dashboard, saved):
    page = dashboard("report")
    page.get_by_label("Drop a report here").set_input_files(saved[0])
    page.get_by_role("button", name="request 1").first.click()
    expect(page.locator("#request-1")).to_have_attribute("open", "")
    expect(page.locator("#request-1 summary")).to_be_focused()


REPORT = {
    "schema": 1,
    "tool": {"name": "migma-contract", "version": "1"},
    "contract": {"source": "openapi.json", "version": "1"},
    "target": "https://api.example",
    "started": "2026-01-31T09:30:00Z",
    "elapsed": 1.5,
    "verdict": "conforms",
    "reason": "",
    "exit_code": 0,
    "rules": {},
    "fail_on": "warning",
    "requests": {"sent": 1, "max": 10},
    **{name: [] for name in ("skipped", "notices", "findings", "accepted", "baseline_notes", "next", "exchanges")},
}
_DROP = """([name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type: "application/json" }));
    dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def named(page):
    """The name beside the button that chooses a file."""
    return page.get_by_label("Drop a report here").evaluate("(input) => input.files[0]?.name")


def test_report_is_dropped_anywhere_and_another_file_is_refused(dashboard):
    page = dashboard()
    page.evaluate(_DROP, ["dropped.json", '{"schema": 1}'])
    expect(page.locator("#toast")).to_contain_text("dropped.json is no report")
    page.evaluate(_DROP, ["report.json", json.dumps(REPORT)])
    expect(page.get_by_role("heading", name="Conforms")).to_be_visible()
    assert named(page) == "report.json"


@pytest.mark.parametrize("wrong", ["[]", '{"schema": 1}', "no JSON", json.dumps({**REPORT, "findings": None})])
def test_wrong_file_is_told_in_the_place_of_the_report(dashboard, wrong):
    page = dashboard("report")
    choose = page.get_by_label("Drop a report here")
    choose.set_input_files({"name": "good.json", "mimeType": "application/json", "buffer": json.dumps(REPORT).encode()})
    expect(page.get_by_role("heading", name="Conforms")).to_be_visible()
    choose.set_input_files({"name": "wrong.json", "mimeType": "application/json", "buffer": wrong.encode()})
    expect(page.get_by_role("alert")).to_contain_text("wrong.json is no report")
    expect(page.locator(".report")).to_have_count(0)
    assert named(page) == "wrong.json"


def test_report_and_its_name_are_there_when_one_comes_back(dashboard):
    page = dashboard("report")
    page.evaluate(_DROP, ["report.json", json.dumps(REPORT)])
    expect(page.get_by_role("heading", name="Conforms")).to_be_visible()
    page.get_by_role("link", name="Faults", exact=True).click()
    page.evaluate(_DROP, ["wrong.json", "[]"])
    expect(page.locator("#toast")).to_contain_text("wrong.json is no report")
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("heading", name="Conforms")).to_be_visible()
    assert named(page) == "report.json"
