"""A browser that shows the dashboard: the system's Chromium through Playwright, without access to other machines."""

import shutil
import subprocess
import threading
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from migma_mock import MockServer
from migma_mock.messages.request import Request

_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP app.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_HERE = Path(__file__).parent
_MILLISECONDS = 60_000
"""Time that a page may take on a busy machine."""

expect.set_options(timeout=_MILLISECONDS)


class _Browser:
    """Chromium for the tests of this folder that follow each other, since a start takes a second of CPU.

    It ends before a test of another folder: Playwright keeps an event loop in this thread as long as it runs.

    All dashboards share a context, since each further one costs a process. What a dashboard keeps, it keeps in its tab.
    """

    def __init__(self):
        self._stack = ExitStack()
        self._chromium = None
        self._context = None

    def chromium(self, path):
        if self._chromium is None:
            playwright = self._stack.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
            self._stack.callback(self._chromium.close)
        return self._chromium

    def context(self, path):
        if self._context is None:
            self._context = self.chromium(path).new_context()
        return self._context

    def close(self):
        self._chromium = self._context = None
        self._stack.close()


_BROWSER = _Browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem):
    """End the browser if the next test is of another folder."""
    try:
        return (yield)
    finally:
        if nextitem is None or not nextitem.path.is_relative_to(_HERE):
            _BROWSER.close()


@pytest.fixture
def browser(tool):
    """Chromium, in which a test opens contexts of its own."""
    return _BROWSER.chromium(tool("chromium"))


@pytest.fixture
def tabs(tool):
    """The context of all dashboards; the tabs that a test opens in it are closed after the test."""
    context = _BROWSER.context(tool("chromium"))
    yield context
    for page in context.pages:
        page.close()
    context.clear_permissions()


@pytest.fixture(scope="module")
def server():
    """The mock with the built-in fixtures, for one test module."""
    with MockServer(reload=False) as server:
        yield server


@pytest.fixture
def mock(server):
    """The server, reset after the test: the built-in account in its initial state, and no other account."""
    yield server
    accounts = server.mock.accounts

    def reset():
        for account in accounts.all[1:]:
            accounts.delete(account.id)
        accounts.built_in.reset()
        accounts.clear_unknown_key_requests()

    server.mock.on_loop(reset)


@pytest.fixture
def control(mock):
    """A client of the control API."""
    with httpx.Client(base_url=f"{mock.base_url}/__mock__", timeout=60) as client:
        yield client


@pytest.fixture
def ask(mock):
    """Requests the stats of a campaign with the built-in key or the given headers."""

    def ask(campaign_id, headers=None):
        return httpx.get(mock.stats_url(campaign_id), headers=mock.auth_headers if headers is None else headers)

    return ask


@pytest.fixture(scope="session")
def fill_journal():
    """Records requests for id-0, id-1 and so on in the journal of the built-in account, without sending them."""

    def fill(mock, number, ids=None, **headers):
        sent = [(name.lower().encode(), value.encode()) for name, value in {**mock.auth_headers, **headers}.items()]
        paths = [urlsplit(mock.stats_url(f"id-{each % (ids or number)}")).path.encode() for each in range(number)]
        engine = mock.mock.engine
        mock.mock.on_loop(lambda: [engine.answer(Request("GET", path, sent)) for path in paths])

    return fill


@pytest.fixture
def dashboard(tabs, mock):
    """Opens the dashboard and waits until it is live.

    After the test, no page may have logged an error or sent a request to another server. Called with the part of the
    address after ``#``; ``complaints`` are parts of console messages that are expected.
    """
    messages, hosts, own, expected = [], set(), {""}, []

    def show(view="campaigns", *, width=1280, scheme="light", base_url=mock.base_url, live=True, complaints=()):
        own.add(urlsplit(base_url).netloc)
        # A server that the test started is stopped before its page is closed.
        expected.extend((*complaints, *(["ERR_CONNECTION"] if base_url != mock.base_url else [])))
        page = tabs.new_page()
        page.set_default_timeout(_MILLISECONDS)
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=scheme)
        page.on(
            "console", lambda message: messages.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(f"{base_url}/__mock__/#{view}")
        if live:
            page.locator(".live.connected").wait_for()
        return page

    yield show
    for page in tabs.pages:
        page.close()
    assert [text for text in messages if not any(part in text for part in expected)] == []
    assert hosts <= own, "a request went to another server"


@pytest.fixture(scope="module")
def page_server():
    """Serves one page with any content, under any name that the browser knows for this machine; returns its URL."""

    class Page(BaseHTTPRequestHandler):
        content = ""

        def do_GET(self):
            body = f"<!doctype html><title>other</title>{self.content}".encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def serve(content="", host="evil.example"):
            Page.content = content
            return f"http://{host}:{server.server_port}/"

        yield serve
        server.shutdown()
        thread.join()


@pytest.fixture
def visit(browser):
    """Opens a URL in a new context and returns the page when all that it loads is there."""
    contexts = []

    def open_(url, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory, tool):
    """The source of axe-core in the version of package-lock.json."""
    npm = tool("npm")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=600)
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")
