"""The server of a test session: it starts whoever asks first, and strict mode and reports know all that comes to it."""

import pytest

from migma_contract.errors import ProxyWarning, ServerError
from migma_mock import Mock
from migma_mock.proxies import warn_of_proxy
from migma_mock.pytest_session import PytestSession

pytest_plugins = ["pytester"]

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def no_proxies(monkeypatch):
    """Clear the variables; an empty one counts as none."""
    for name in PROXIES:
        monkeypatch.setenv(name, "")
        monkeypatch.setenv(name.upper(), "")


STRICT = "[pytest]\nfilterwarnings = error\nmigma_mock_strict = true\n"

THREADS = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

def test_ten_threads(migma_mock):
    together = Barrier(10)

    def first():
        together.wait()
        return migma_mock.base_url

    with ThreadPoolExecutor(10) as pool:
        urls = {each.result() for each in [pool.submit(first) for _ in range(10)]}
    assert len(urls) == 1
    assert ask(migma_mock) == 404

def test_the_fixture_is_that_server(migma_mock, migma_mock_server):
    assert migma_mock_server.base_url == migma_mock.base_url
"""


def test_ten_threads_may_be_the_first_to_ask_for_the_url(run):
    """Fixtures are for one thread only."""
    run(THREADS).assert_outcomes(passed=2)


def test_a_forked_child_cannot_be_the_first_to_ask(monkeypatch):
    """Its server would have accounts of its own, and the test would see none of its requests."""
    session = PytestSession(Mock(reload=False))
    monkeypatch.setattr("os.getpid", lambda: 0)
    with pytest.raises(ServerError, match="Ask for the URL before the fork"):
        session.base_url()


TEARDOWN = """
@pytest.fixture
def cleaned(migma_mock):
    yield
    assert ask(migma_mock) == 404

def test_one(cleaned): pass
def test_two(cleaned): pass
"""


@pytest.mark.usefixtures("no_proxies")
def test_a_teardown_may_be_the_first_to_ask_and_a_proxy_that_would_get_its_requests_is_warned_of_once(run, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.invalid:3128")
    exempting = 'yield\n    migma_mock.base_url\n    os.environ["no_proxy"] = "127.0.0.1"'
    module = TEARDOWN.replace("yield", exempting)
    result = run(f"import os\n{module}", ini="[pytest]\nfilterwarnings =\n    error\n    default:A proxy\n")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*ProxyWarning: A proxy (http_proxy) would get the requests*NO_PROXY=127.0.0.1*"])
    result.stdout.no_fnmatch_line("*secret*")


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize(
    ("variables", "warns"),
    [
        ({}, False),
        ({"all_proxy": "socks5://proxy.invalid"}, True),
        ({"https_proxy": "http://proxy.invalid"}, False),
        ({"http_proxy": "http://proxy.invalid", "no_proxy": "example.org"}, True),
        ({"http_proxy": "http://proxy.invalid", "no_proxy": "localhost,127.0.0.1"}, False),
        ({"http_proxy": "http://proxy.invalid", "no_proxy": "*"}, False),
    ],
)
def test_which_variables_send_requests_to_a_proxy(monkeypatch, recwarn, variables, warns):
    """As urllib reads them, from which httpx and requests get them."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    warn_of_proxy("http://127.0.0.1:4010")
    assert [(warning.category, warning.filename) for warning in recwarn] == [(ProxyWarning, __file__)] * warns


CONFTEST = """
import os
from migma_mock.pytest_plugin import session_server

def pytest_configure(config):
    server = session_server(config)
    os.environ["MIGMA_URL"], os.environ["MIGMA_KEY"] = server.sdk_base_url, server.api_key
"""

CLIENT = """
import os
import httpx

URL, KEY = os.environ["MIGMA_URL"], os.environ["MIGMA_KEY"]

def status(campaign_id, key=KEY):
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{URL}/campaigns/{campaign_id}/stats", headers=headers).status_code
"""

SET_UPS = """
import client

client.status("at-import")

@pytest.fixture(scope="module")
def account(migma_mock_server):
    with migma_mock_server.new_account("the module's") as account:
        ask(account, "in-set-up")
        yield account

@pytest.fixture(autouse=True)
def _reset(migma_mock_server):
    yield
    migma_mock_server.reset()

def test_import_time_client():
    assert client.status("of-import-time") == 404

def test_account_of_the_module(account):
    assert ask(account, "of-module") == 200

def test_server(migma_mock_server):
    assert ask(migma_mock_server, "of-server") == 200

def test_deleted_account(migma_mock_server):
    with migma_mock_server.new_account() as account:
        ask(account, "of-deleted")

def test_without_a_key():
    assert client.status("any", "unknown-key") == 200

def test_known(account, migma_mock_server):
    for each in (account, migma_mock_server):
        assert ask(each, each.example_id) == 200

@pytest.mark.migma_mock(strict=False)
def test_not_strict(account, migma_mock_server):
    assert ask(account, "unseen") == ask(migma_mock_server, "unseen") == 404

def test_without_requests(): pass
"""


def test_strict_mode_and_reports_know_the_requests_of_every_set_up(run, pytester, monkeypatch):
    """Of clients that read their URL when imported, accounts of a module, the server itself, and deleted accounts.

    Each request counts for the test during which it came, and no other.
    """
    monkeypatch.setenv("MIGMA_URL", "")  # which the conftest sets in this process
    monkeypatch.setenv("MIGMA_KEY", "")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(client=CLIENT)
    result = run(SET_UPS, ini=STRICT)
    result.assert_outcomes(passed=5, failed=3, errors=5)
    said = result.stdout.str()
    blocks = said.split("unexpected requests (migma_mock strict mode):\n")[1:]
    strict = [[line.split("/")[3] for line in block.splitlines() if line.startswith("  <")] for block in blocks]
    assert strict == [
        ["at-import", "of-import-time"],
        ["in-set-up", "of-module"],
        ["of-server"],
        ["of-deleted"],
        ["any"],
    ]
    result.stdout.fnmatch_lines(
        [
            "*- migma_mock: requests and what decided each response, account the module's -*",
            "<2: GET /v1/campaigns/of-module/stats 404, unknown id>",
            "*- migma_mock: requests and what decided each response, account built-in -*",
            "<1: GET /v1/campaigns/of-server/stats 404, unknown id>",
            "*- migma_mock: requests without a known key -*",
            "<1: GET /v1/campaigns/any/stats 401, unknown key>",
        ]
    )
    result.stdout.no_fnmatch_line("*/unseen/*")
