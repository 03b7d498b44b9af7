"""Markup in whatever the page shows stays text, and pages of other origins get nothing done."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
ACCOUNT = "/accounts/built-in"


@pytest.fixture
def infested(control, mock):
    """A mock with markup in every place that takes text."""
    body = {"success": False, "error": EVIL, "code": EVIL}
    reply = {"status": 404, "headers": {"X-Evil": EVIL}, "body": body}
    campaign = {"id": "evil", "title": EVIL, "description": EVIL, "reply": reply}
    assert control.put(f"{ACCOUNT}/campaigns/evil", json=campaign).is_success
    assert control.post("/accounts", json={"name": EVIL}).is_success
    fault = {"kind": "status", "status": 500, "message": EVIL, "campaign": "none"}
    assert control.post(f"{ACCOUNT}/faults", json=fault).is_success
    httpx.get(mock.stats_url("evil"), headers=mock.headers | {"user-agent": EVIL})
    httpx.get(f"{mock.base_url}/{quote(EVIL)}", headers=mock.headers)
    return mock


@pytest.mark.parametrize(
    ("view", "place", "number"),
    [
        ("campaigns/evil", "main", 5),
        ("requests", ".requests", 3),
        ("faults", ".armed", 1),
        ("accounts", ".accounts", 1),
        ("draft/evil", "pre", 1),
    ],
)
def test_markup_shows_as_text(dashboard, infested, view, place, number):
    page = dashboard(view)
    if view == "requests":
        for summary in page.locator("details.request summary").all():
            summary.click()
    expect(page.locator(place).get_by_text("window.owned=1").nth(number - 1)).to_be_visible()
    assert page.evaluate("window.owned") is None
    assert page.locator("img, iframe, object, script:not([type=module]), [onerror]").count() == 0


def test_markup_in_a_report_shows_as_text(dashboard):
    finding = dict.fromkeys(["rule", "where", "message", "expected", "got", "pointer", "asked_at", "fingerprint"], EVIL)
    exchange = dict.fromkeys(["purpose", "summary", "method", "url", "body"], EVIL) | {
        "status": 200,
        "elapsed": 1,
        "body_size": 9,
        "request_headers": [[EVIL, EVIL]],
        "headers": [[EVIL, EVIL]],
        "truncated": True,
        "attempt": 2,
        "sample": 2,
        "failure": {"kind": EVIL, "detail": EVIL},
    }
    report = dict.fromkeys(["target", "started", "verdict", "reason", "fail_on"], EVIL) | {
        "schema": 1,
        "tool": {"name": "migma-contract", "version": EVIL},
        "contract": {"source": EVIL, "version": EVIL},
        "elapsed": 1,
        "requests": {"sent": 1, "max": 1},
        "rules": {EVIL: dict.fromkeys(["meaning", "why", "source"], EVIL)},
        "next": [{"use": EVIL, "why": EVIL}],
        "skipped": [EVIL],
        "notices": [EVIL],
        "baseline_notes": [EVIL],
        "findings": [{**finding, "level": "breaking", "exchange": 0}],
        "accepted": [{"finding": {**finding, "level": "info"}, "reason": EVIL, "owner": EVIL}],
        "exchanges": [exchange],
    }
    page = dashboard("report")
    file = {"name": "evil.json", "mimeType": "application/json", "buffer": json.dumps(report).encode()}
    page.get_by_label("Drop a report here").set_input_files(file)
    expect(page.locator(".report")).to_contain_text(EVIL)
    assert page.evaluate("window.owned") is None
    assert page.locator("img, [onerror]").count() == 0


def test_no_text_can_become_markup_even_by_mistake(dashboard):
    """The policy refuses the ways that text becomes markup, whoever would use them."""
    page = dashboard(complaints=["TrustedHTML"])
    assert (
        page.evaluate("try { document.body.innerHTML = '<b>x</b>'; 'set' } catch (error) { error.name }") == "TypeError"
    )


@pytest.fixture
def other_origin():
    """An empty page under a name that is not this machine's own, as its URL."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>other</title>")

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://evil.example:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/reset", "{ method: 'POST', mode: 'no-cors' }"),
        ("/faults", "{ method: 'POST', mode: 'no-cors', body: JSON.stringify({ kind: 'timeout' }) }"),
        (
            "/faults",
            """{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"kind": "reset"}' }""",
        ),
        ("/campaigns/66b2f0a1c4e5d60012a40101", "{ method: 'DELETE' }"),
        ("/journal", "{ method: 'GET' }"),
    ],
)
def test_page_of_another_origin_cannot_drive_the_control_api(browser, mock, other_origin, path, options):
    httpx.get(mock.stats_url("before"), headers=mock.headers)
    state = mock.app.accounts.built_in.state
    before = state.revision
    page = browser.new_page()
    page.goto(other_origin)
    ask = f"""async (url) => {{
        try {{
            const response = await fetch(url, {options});
            return response.type === "opaque" ? "opaque" : await response.text();
        }} catch (error) {{ return error.name; }}
    }}"""
    assert page.evaluate(ask, f"{mock.base_url}/__mock__{ACCOUNT}{path}") in ("opaque", "TypeError")
    page.close()
    assert (state.journal.recorded, len(state.faults), state.revision) == (1, 0, before)


def test_name_that_is_pointed_at_this_machine_gets_nothing(browser, mock):
    """DNS rebinding: the page under the attacker's name has the mock's own origin, and is refused by its Host."""
    page = browser.new_page()
    page.goto(f"http://evil.example:{urlsplit(mock.base_url).port}/__mock__/")
    statuses = page.evaluate(
        """async (paths) => Promise.all(paths.map(async (path) => (await fetch("/__mock__" + path)).status))""",
        ["/accounts", "/events", "/unknown-key-requests", f"{ACCOUNT}/journal", f"{ACCOUNT}/previews"],
    )
    expect(page.locator("#toast")).to_contain_text(re.compile("this machine's own names only"))
    page.close()
    assert statuses == [403] * 5
