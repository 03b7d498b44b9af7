"""A proxy that does not work is named, with the option or the variable that sets it, and says nothing about the API."""

import contextlib
import ssl
import threading

import pytest

from migma_contract.errors import SettingsError
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.client.proxy_and_tls import connection_settings
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.plan import Probe
from migma_contract_tests.probes.request_budget import Budget

HTTPS, HTTP = "https://api.example.com", "http://api.example.com"
VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_in_the_environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def failure(stage, contract):
    """Send one request through a proxy and return why no response came."""

    def failure(base_url=HTTPS, **changes):
        options = stage.options(base_url, **changes)
        client = ReadOnlyClient(options, contract.operation, Budget(1, None))
        return client.send(Probe("campaign", stage.campaign)).failure

    return failure


@pytest.fixture
def dead(stage):
    """The URL of a port on which nothing listens any more."""
    with stage.serve(stage.api) as server:
        return server.url


@pytest.mark.parametrize("base_url", [HTTPS, HTTP])
def test_a_proxy_that_refuses_the_connection_is_named_with_its_option(failure, dead, base_url):
    failed = failure(base_url, proxy=dead)
    assert failed.detail == f"the proxy {dead}, set by --proxy, refused the connection"
    assert failed.kind == "unreachable"


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_of_the_environment_is_named_with_its_variable_and_without_its_password(
    failure, dead, monkeypatch, name
):
    monkeypatch.setenv(name, f' "{dead.replace("//", "//me:hunter2@")}"')
    assert failure().detail == f"the proxy {dead}, set by {name}, refused the connection"


@pytest.mark.parametrize("base_url", [HTTPS, HTTP])
def test_a_proxy_whose_name_is_unknown_is_named_as_the_proxy(failure, base_url):
    detail = failure(base_url, proxy="no-such-proxy.invalid").detail
    assert detail.startswith("the proxy http://no-such-proxy.invalid, set by --proxy, was not found (")


@pytest.mark.parametrize(
    ("behave", "says"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            "answered 407 Proxy Authentication Required to CONNECT",
        ),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "answered 502 Bad Gateway to CONNECT"),
        (b"HTTP/1.1 503\r\n\r\n", "answered 503 to CONNECT"),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", "answered 302 Found to CONNECT"),
        (b"SSH-2.0-OpenSSH_9.7\r\n", "failed: "),
        (b"", "failed: "),
        (None, "failed: "),
    ],
)
def test_a_proxy_that_opens_no_tunnel_is_named_and_is_no_response_of_the_api(failure, stage, behave, says):
    with stage.serve(lambda _: behave) as proxy:
        failed = failure(proxy=proxy.url)
    assert failed.detail.startswith(f"the proxy {proxy.url}, set by --proxy, {says}")
    assert failed.kind == "unreachable"


@pytest.mark.attack("slow-peers")
def test_a_proxy_that_never_answers_is_named(failure, stage):
    finished = threading.Event()
    with stage.serve(lambda _: finished.wait(600) and None) as proxy:
        failed = failure(proxy=proxy.url, timeout=0.2)
        finished.set()
    assert failed.detail == f"the proxy {proxy.url}, set by --proxy, failed: not complete within 0.2 s"
    assert failed.kind == "timeout"


def test_a_proxy_with_https_in_its_url_that_speaks_http_is_named(failure, stage):
    with stage.serve(stage.api) as proxy, contextlib.suppress(ssl.SSLError):
        url = proxy.url.replace("http:", "https:")
        failed = failure(proxy=url, timeout=5.0)
    assert failed.detail.startswith(f"the proxy {url}, set by --proxy, failed: ")


def test_a_failure_behind_the_proxy_is_not_blamed_on_it(failure, stage):
    with stage.serve(lambda _: b"HTTP/1.1 200 Connection established\r\n\r\n") as proxy:
        failed = failure(proxy=proxy.url)
    assert failed.kind == "tls"
    assert "proxy" not in failed.detail


def test_the_verdict_names_a_dead_proxy_and_says_what_to_do(stage, contract, dead):
    report = run_check(stage.options(HTTPS, proxy=dead), contract)
    assert report.verdict == "inconclusive"
    assert f"(the proxy {dead}, set by --proxy, refused the connection)" in report.reason
    assert report.next[0].use == "--proxy URL"


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    "url", ["socks5://h:1", "http://", "http://me:hunter2@", "http://me:hunter2", "http://h:x", "a b"]
)
def test_an_unusable_proxy_is_refused_as_a_proxy_and_shows_no_password(stage, monkeypatch, url):
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(SettingsError, match="HTTPS_PROXY: expected an http or https URL of a proxy") as caught:
        connection_settings(stage.options(HTTPS))
    assert "hunter2" not in str(caught.value)
