"""Markup in data is shown as text, and pages of other origins cannot use the control API."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

EVIL = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
ACCOUNT = "/accounts/built-in"


@pytest.fixture
def mock_with_markup(control, mock):
    """A mock with markup in every field that takes text."""
    body = {"success": False, "error": EVIL, "code": EVIL}
    reply = {"status": 404, "headers": {"X-Evil": EVIL}, "body": body}
    campaign = {"id": "evil", "title": EVIL, "description": EVIL, "reply": reply}
    assert control.put(f"{ACCOUNT}/campaigns/evil", json=campaign).is_success
    assert control.post("/accounts", json={"name": EVIL}).is_success
    fault = {"kind": "status", "status": 500, "message": EVIL, "campaign": "none"}
    assert control.post(f"{ACCOUNT}/faults", json=fault).is_success
    httpx.get(mock.stats_url("evil"), headers=mock.auth_headers | {"user-agent": EVIL})
    httpx.get(f"{mock.base_url}/{quote(EVIL)}", headers=mock.auth_headers)
    return mock


@pytest.mark.attack("markup")
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
def test_markup_is_shown_as_text(dashboard, mock_with_markup, view, place, number):
    page = dashboard(view)
    if view == "requests":
        summaries = page.locator("details.request summary")
        expect(summaries).to_have_count(2)  # all() does not wait: a request that comes later stays closed
        for summary in summaries.all():
            summary.click()
    expect(page.locator(place).get_by_text("window.owned=1").nth(number - 1)).to_be_visible()
    assert page.evaluate("window.owned") is None
    assert page.locator("img, iframe, object, script:not([type=module]), [onerror]").count() == 0


@pytest.mark.attack("markup")
def test_the_policy_keeps_text_from_becoming_markup(dashboard):
    page = dashboard(complaints=["TrustedHTML"])
    assert (
        page.evaluate("try { document.body.innerHTML = '<b>x</b>'; 'set' } catch (error) { error.name }") == "TypeError"
    )


@pytest.fixture
def other_origin():
    """The URL of an empty page under a foreign name."""

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


@pytest.mark.attack("other-origins")
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
def test_a_page_of_another_origin_cannot_use_the_control_api(browser, mock, other_origin, path, options):
    httpx.get(mock.stats_url("before"), headers=mock.auth_headers)
    state = mock.mock.accounts.built_in.state
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
    assert (state.journal.recorded, len(state.faults.list()), state.revision) == (1, 0, before)


@pytest.mark.attack("other-origins")
def test_a_foreign_name_for_this_machine_is_refused(browser, mock):
    """DNS rebinding: the page under the attacker's name has the mock's own origin; its Host is refused."""
    page = browser.new_page()
    page.goto(f"http://evil.example:{urlsplit(mock.base_url).port}/__mock__/")
    statuses = page.evaluate(
        """async (paths) => Promise.all(paths.map(async (path) => (await fetch("/__mock__" + path)).status))""",
        ["/accounts", "/events", "/unknown-key-requests", f"{ACCOUNT}/journal", f"{ACCOUNT}/previews"],
    )
    expect(page.locator("body")).to_contain_text("only requests to a name of this machine")
    page.close()
    assert statuses == [403] * 5
