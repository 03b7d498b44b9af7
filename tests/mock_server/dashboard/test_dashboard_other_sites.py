"""A browser lets pages of other sites do nothing with the mock, and a person gets past the token."""

from types import SimpleNamespace

import pytest
from editing import until
from playwright.sync_api import expect

from migma_mock import MockServer
from migma_mock.control.routes.events import MAX_STREAMS

TOKEN = "a-token-of-tests"
MANY = MAX_STREAMS + 8


@pytest.fixture
def answered(mock):
    """The path and status of each request that the mock answered."""
    seen = []
    log = SimpleNamespace(request=lambda _method, path, status, *_rest: seen.append((path.decode(), status)))
    mock.mock.log = log
    yield seen
    mock.mock.log = None


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize("element", ["<iframe src={}></iframe>", "<img src={}>", "<script src={}></script>"])
def test_another_site_takes_no_event_stream_and_embeds_no_page(visit, mock, page_server, answered, element):
    """Each has an address of its own, so that the browser requests every one."""
    paths = [f"/__mock__/events?last={number}" for number in range(MANY)] + ["/docs", "/__mock__/", "/__mock__/docs"]
    visit(page_server("".join(element.format(mock.base_url + path) for path in paths)))
    until(lambda: len(answered) >= len(paths), "every request is answered")
    assert sorted(answered) == sorted((path.partition("?")[0], 403) for path in paths)


@pytest.mark.attack("other-origins")
def test_a_link_of_another_site_opens_the_dashboard_and_the_other_page_sees_nothing_of_it(visit, mock, page_server):
    page = visit(page_server(f"<button onclick=\"window.tab = window.open('{mock.base_url}/')\">mock</button>"))
    with page.context.expect_page() as opened:
        page.get_by_text("mock").click()
    expect(opened.value.locator(".live")).to_have_text("Live")
    look = "(name) => { try { return String(tab[name].href ?? tab[name]); } catch (error) { return error.name; } }"
    for name in ("document", "location", "localStorage", "name", "history"):
        assert page.evaluate(look, name) == "SecurityError"
    assert page.evaluate("tab.length") == 0


@pytest.mark.attack("other-origins")
def test_a_page_of_another_program_on_this_machine_reads_nothing(visit, mock, page_server, answered):
    """Its requests arrive, since a program on this machine could send them without a browser."""
    page = visit(page_server(host="127.0.0.1"))
    ask = "(url) => fetch(url).then((response) => response.text(), (error) => error.name)"
    for path in ("/__mock__/accounts", "/docs", "/__mock__/health"):
        assert page.evaluate(ask, mock.base_url + path) == "TypeError"
    assert {status for _, status in answered} == {200}


def test_the_page_shows_what_is_served_once_it_has_the_token(dashboard):
    """Without the token, health has no details."""
    with MockServer(reload=False, control_token=TOKEN) as mock:
        page = dashboard(base_url=mock.base_url, live=False, complaints=["401"])
        page.get_by_label("Token", exact=True).fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#about")).to_contain_text("contract: Migma.ai API")
        expect(page.locator(".live")).to_have_text("Live")


def test_a_browser_shows_the_docs_with_the_token_as_the_password(visit):
    with MockServer(reload=False, control_token=TOKEN) as mock:
        page = visit(f"{mock.base_url}/docs", http_credentials={"username": "me", "password": TOKEN})
        expect(page.get_by_role("heading", name="Campaigns of this mock")).to_be_visible()
        page.goto(f"{mock.base_url}/__mock__/")
        expect(page.get_by_label("Token", exact=True)).to_be_visible()
