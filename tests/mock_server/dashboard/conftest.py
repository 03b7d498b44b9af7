"""A browser on the dashboard: Debian's Chromium through Playwright, with no way off this machine."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import sync_playwright

from migma_mock import MockServer

_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def browser(tool):
    """Chromium, for one file of tests: Playwright keeps an event loop in this thread for as long."""
    path = tool("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server():
    """The mock on the built-in fixtures, for one file of tests."""
    with MockServer(reload=False) as server:
        yield server


@pytest.fixture
def mock(server):
    """The same as new: the built-in account reset, and no other."""
    yield server
    accounts = server.app.accounts

    def begin_anew():
        for account in accounts.all[1:]:
            accounts.delete(account.id)
        accounts.built_in.reset()
        accounts.clear_unknown_key_requests()

    server.app.on_loop(begin_anew)


@pytest.fixture
def control(mock):
    """A client of its control API."""
    with httpx.Client(base_url=f"{mock.base_url}/__mock__") as client:
        yield client


@pytest.fixture
def ask(mock):
    """Asks for a campaign, with the built-in key or the headers that are given."""

    def ask(campaign_id, headers=None):
        return httpx.get(mock.stats_url(campaign_id), headers=mock.headers if headers is None else headers)

    return ask


@pytest.fixture
def dashboard(browser, mock):
    """Opens the dashboard, live; in the end no page has complained, nor asked anybody but the mock.

    Called with the part of the address after ``#``; ``width``, ``scheme`` and ``complaints`` (parts of messages
    on the console that are meant to be) are options.
    """
    contexts, heard, hosts, own, expected = [], [], set(), {""}, []

    def show(view="campaigns", *, width=1280, scheme="light", base_url=mock.base_url, live=True, complaints=()):
        context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
        contexts.append(context)
        own.add(urlsplit(base_url).netloc)
        # A server of the test's own is gone before its page is.
        expected.extend((*complaints, *(["ERR_CONNECTION"] if base_url != mock.base_url else [])))
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.goto(f"{base_url}/__mock__/#{view}")
        if live:
            page.locator(".live.connected").wait_for()
        return page

    yield show
    for context in contexts:
        context.close()
    assert [text for text in heard if not any(part in text for part in expected)] == []
    assert hosts <= own, "a request went elsewhere"


@pytest.fixture(scope="session")
def axe(tmp_path_factory, tool):
    """The source of axe-core, as package-lock.json has it."""
    npm = tool("npm")
    folder = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=60)
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")
