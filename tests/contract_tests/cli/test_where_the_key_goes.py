"""The API key goes where the user said, and nowhere else: servers in a contract, redirects, proxies, plain http."""

import json
import shlex
import socket
import threading

import pytest

from migma_contract.exchange import Failure
from migma_contract.resources import openapi_path
from migma_contract_tests.check.runner import run as run_check
from migma_contract_tests.probes.urls import origin

pytestmark = pytest.mark.attack("key-elsewhere")

BUILT_IN = "https://api.migma.ai"
REMOTE = "http://mock.example"


@pytest.fixture
def contract_file(tmp_path):
    """Write a contract that names these servers, and return its file."""

    def write(*urls, name="new.json", **changes):
        document = json.loads(openapi_path().read_bytes())
        document["servers"] = [{"url": url, **changes} for url in urls]
        file = tmp_path / name
        file.write_text(json.dumps(document), encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize(
    ("server", "given"),
    [
        ("https://evil.example", "https://evil.example"),
        ("http://api.migma.ai", "http://api.migma.ai"),
        ("https://api.migma.ai:8443", "https://api.migma.ai:8443"),
        ("https://api.migma.ai.evil.example/v1", "https://api.migma.ai.evil.example"),
        ("https://api.migma.ai@evil.example", "https://evil.example"),
        ("https://api.migma.ai:pass@evil.example:444/v1", "https://evil.example:444"),
        ("HTTPS://EVIL.EXAMPLE./", "https://evil.example"),
        ("https://xn--pi-6kc.migma.ai", "https://xn--pi-6kc.migma.ai"),
        ("https://[::1]:4010", "https://[::1]:4010"),
        ("http://localhost:4010", "http://localhost:4010"),
    ],
)
def test_a_contract_that_names_another_server_needs_a_base_url_and_nothing_is_sent(
    run, stage, contract_file, server, given
):
    file = contract_file(server)
    done = run("check", "--contract", file, MIGMA_API_KEY=stage.key, MIGMA_CAMPAIGN_IDS=stage.campaign)
    said = " ".join(done.stderr.decode().split())
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"{file.name} at /servers/0/url" in said
    assert f"expected a server of {BUILT_IN}, " in said
    assert f", got {given}" in said
    assert f"migma-contract check --contract {file} --base-url {given}" in said
    assert "pass" not in said
    assert stage.key not in said


@pytest.mark.parametrize(
    "server",
    [
        "/",
        "/v1",
        "//evil.example",
        "https://{region}.migma.ai",
        "https://api.migma.ai{tail}",
        "https://\u0430pi.migma.ai",
        "https://api.migma.ai\uff0eevil.example",
        "https:\\\\evil.example",
        "https://api.migma.ai\\@evil.example",
        "https://api.migma.ai:99999",
        "ftp://api.migma.ai",
        "javascript:alert(1)",
        "",
        "https://evil.example#@api.migma.ai",
        "https://evil.example?https://api.migma.ai",
    ],
)
def test_a_server_that_cannot_be_read_as_an_address_is_not_guessed(run, stage, contract_file, server):
    file = contract_file(server)
    for plan in ([], ["--plan"]):
        done = run("check", "--contract", file, *plan, MIGMA_API_KEY=stage.key, MIGMA_CAMPAIGN_IDS=stage.campaign)
        assert (done.returncode, done.stdout) == (2, b"")
        assert file.name in done.stderr.decode()


def test_a_variable_in_a_server_leads_nowhere_else_either(run, stage, contract_file):
    file = contract_file("https://api.migma.ai{tail}", variables={"tail": {"default": ".evil.example"}})
    done = run("check", "--contract", file, MIGMA_API_KEY=stage.key, MIGMA_CAMPAIGN_IDS=stage.campaign)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "--base-url" in done.stderr.decode()


@pytest.mark.parametrize(
    "server",
    [BUILT_IN, f"{BUILT_IN}/", "HTTPS://API.Migma.AI", f"{BUILT_IN}:443", f"{BUILT_IN}./", None],
)
def test_a_contract_with_the_server_of_the_built_in_one_or_none_needs_no_base_url(run, stage, contract_file, server):
    file = contract_file(*([server] if server else []))
    done = run("check", "--plan", "--contract", file, MIGMA_CAMPAIGN_IDS=stage.campaign)
    assert done.returncode == 0
    assert f"://api.migma.ai{'' if ':443' not in str(server) else ':443'}" in done.stdout.decode().lower()


def test_the_command_in_the_message_is_one_that_works(run, stage, contract_file, tmp_path):
    file = contract_file("https://staging.example", name="a contract's copy.json")
    refused = run("check", "--contract", file, MIGMA_CAMPAIGN_IDS=stage.campaign)
    command = " ".join(refused.stderr.decode().split()).partition("type: migma-contract ")[2]
    done = run(*shlex.split(command), "--plan", MIGMA_CAMPAIGN_IDS=stage.campaign)
    assert done.returncode == 0
    assert "GET https://staging.example/v1/campaigns/" in done.stdout.decode()


@pytest.mark.parametrize("how", ["flag", "variable"])
def test_a_base_url_of_the_user_counts_whatever_the_contract_names(run, stage, contract_file, conforming, how):
    file = contract_file("https://evil.example")
    flags = ["--base-url", conforming.url] if how == "flag" else []
    given = {"MIGMA_BASE_URL": conforming.url} if how == "variable" else {}
    done = run("check", "--contract", file, *flags, MIGMA_API_KEY=stage.key, MIGMA_CAMPAIGN_IDS=stage.campaign, **given)
    assert done.returncode == 0
    assert {request.headers["host"] for request in conforming.requests} == {conforming.url.removeprefix("http://")}


def test_equal_origins_are_equal_texts_and_what_is_no_web_address_has_none():
    assert origin("HTTPS://User@Host.Example.:443/path?query") == "https://host.example"
    assert origin("http://host.example:80") == "http://host.example"
    assert origin("https://host.example:80") == "https://host.example:80"
    assert origin("http://[::1]:4010/") == "http://[::1]:4010"
    for text in (
        "host.example",
        "/v1",
        "https://",
        "ftp://a",
        "https://a{b}",
        "https://\u0430.example",
        "https://[::1",
    ):
        assert origin(text) == ""


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
def test_no_redirect_carries_the_key_to_another_host(stage, contract, status):
    with stage.serve(stage.api) as elsewhere:
        target = f"{elsewhere.url.replace('127.0.0.1', 'localhost')}/v1/campaigns/{stage.campaign}/stats"
        with stage.serve(lambda _: stage.answer(status, b"", f"Location: {target}", f"Refresh: 0; {target}")) as server:
            report = run_check(stage.options(server.url), contract).report(None)
    assert report.verdict == "inconclusive"
    assert elsewhere.requests == []


@pytest.mark.parametrize("code", [200, 302, 407])
def test_a_proxy_gets_only_connect_for_https_and_never_the_key(stage, contract, code):
    """The proxy opens no tunnel, or one that does not speak TLS."""
    seen = []

    def behave(request):
        seen.append((request.method, request.path, request.headers))
        return b"HTTP/1.1 %d Some\r\nLocation: https://evil.example/\r\n\r\n" % code

    with stage.serve(behave) as proxy:
        options = stage.options("https://api.example", proxy=proxy.url, insecure=True)
        result = run_check(options, contract, sleep=lambda _: None)
    report = result.report(None)
    assert {(method, path) for method, path, _ in seen} == {("CONNECT", "api.example:443")}
    assert not any(stage.key in str(headers) or "authorization" in headers for _, _, headers in seen)
    assert report.verdict == "inconclusive"
    assert report.cautions == ()


@pytest.mark.parametrize("proxy", ["http://proxy.example:3128", "https://proxy.example", "proxy.example:3128"])
def test_a_proxy_elsewhere_gets_no_key_for_an_http_url_of_this_machine(run, stage, proxy):
    flags = ("check", "--base-url", "http://127.0.0.1:4010", "--proxy", proxy, "--plan")
    refused = run(*flags, MIGMA_CAMPAIGN_IDS=stage.campaign)
    said = " ".join(refused.stderr.decode().split())
    assert refused.returncode == 2
    assert "expected a proxy on this machine, since http://127.0.0.1:4010 does not encrypt the API key" in said
    assert run(*flags, "--allow-http", MIGMA_CAMPAIGN_IDS=stage.campaign).returncode == 0


def test_a_proxy_on_this_machine_may_be_used_for_a_server_on_it(run, stage, conforming):
    done = run(
        *("check", "--base-url", "http://127.0.0.1:1", "--proxy", conforming.url),
        MIGMA_API_KEY=stage.key,
        MIGMA_CAMPAIGN_IDS=stage.campaign,
    )
    assert "The key was sent" not in done.stdout.decode()
    assert conforming.requests


def test_a_plan_has_no_caution_since_nothing_is_sent(run, stage):
    done = run("check", "--plan", "--allow-http", "--base-url", REMOTE, MIGMA_CAMPAIGN_IDS=stage.campaign)
    assert done.returncode == 0
    assert "The key was sent" not in done.stdout.decode() + done.stderr.decode()


def test_a_connection_that_is_never_made_sends_no_key_and_is_no_caution(stage, contract, monkeypatch):
    """A host whose packets are dropped: the time-out comes before anything is sent."""
    import httpcore

    def never(*_, **__):
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", never)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.0.2.1", 80))])
    report = run_check(stage.options(REMOTE), contract, sleep=lambda _: None).report(None)
    assert report.exchanges[0].failure.kind == "timeout"
    assert report.cautions == ()


def test_a_time_out_after_the_request_is_a_caution(stage, contract):
    """A server that reads the request and never answers has seen the key."""
    checked = threading.Event()

    def silent(_request):
        yield b""
        checked.wait()

    with stage.serve(silent) as server:
        options = stage.options(REMOTE, proxy=server.url, timeout=0.5)
        report = run_check(options, contract, sleep=lambda _: None).report(None)
        checked.set()
    assert report.exchanges[0].failure.kind == "timeout"
    assert report.cautions == ("The key was sent over http, which is not encrypted.",)


def test_a_failure_counts_as_sent_unless_it_is_known_that_nothing_was():
    assert Failure("timeout", "").was_sent
