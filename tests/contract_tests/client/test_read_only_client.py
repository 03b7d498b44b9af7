"""The read-only client sends only what is allowed, follows no redirect, and never shows a key."""

import gzip
import logging
import socket
import ssl
import zlib

import pytest

from migma_contract.redaction import Secret
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.client.proxy_and_tls import connection_settings
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.plan import INVALID_KEY, Probe
from migma_contract_tests.probes.request_budget import SAFE_METHODS, Budget, RequestRefusedError
from migma_contract_tests.probes.urls import check_url


@pytest.fixture
def send(stage, contract):
    """Send one probe to a server with the given behaviour."""

    def send(behave, probe=None, **changes):
        with stage.serve(behave) as server:
            options = stage.options(server.url, **changes)
            budget = Budget(9, None, methods=SAFE_METHODS | set(options.methods))
            probe = probe or Probe("campaign", stage.campaign)
            return ReadOnlyClient(options, contract.operation, budget).send(probe), server.requests

    return send


def test_a_probe_is_sent_as_planned_and_its_response_is_complete(send, stage):
    exchange, (request,) = send(stage.api)
    assert (request.method, request.path) == ("GET", f"/v1/campaigns/{stage.campaign}/stats")
    assert request.headers["authorization"] == f"Bearer {stage.key}"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in request.headers
    assert (exchange.status, exchange.failure) == (200, None)
    assert exchange.json.value["data"] == stage.stats
    assert exchange.header("Content-Type") == "application/json"


@pytest.mark.attack("secrets-in-records")
def test_a_process_that_logs_everything_gets_nothing_of_an_exchange(send, stage, caplog):
    with caplog.at_level(logging.DEBUG):
        send(lambda _: stage.answer(200, b"{}", f"X-Echo: {stage.key}"))
    assert [record for record in caplog.records if record.name.startswith("httpcore")] == []


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize(("key", "sent"), [("missing", ""), ("invalid", INVALID_KEY.reveal())])
def test_probes_without_the_key_do_not_carry_it(send, stage, key, sent):
    exchange, (request,) = send(stage.api, Probe("missing-key", stage.campaign, key=key))
    assert request.key == sent
    assert exchange.status == 401


def test_a_method_that_is_not_allowed_is_not_sent(send, stage):
    post = Probe("method", stage.campaign, method="POST")
    with pytest.raises(RequestRefusedError, match="POST is not sent"):
        send(stage.api, post)
    exchange, (request,) = send(stage.api, post, methods=("POST",))
    assert (request.method, request.headers["content-length"], exchange.status) == ("POST", "0", 405)


@pytest.mark.attack("key-elsewhere")
def test_a_redirect_is_not_followed_and_the_key_is_not_sent_on(send, stage):
    with stage.serve(stage.api) as elsewhere:
        location = f"Location: {elsewhere.url}/?key={stage.key}"
        exchange, requests = send(lambda _: stage.answer(302, b"", location))
        assert elsewhere.requests == []
    assert len(requests) == 1
    assert exchange.status == 302
    assert stage.key not in repr(exchange)


def test_cookies_are_not_kept(contract, stage):
    with stage.serve(lambda _: stage.answer(200, {}, "Set-Cookie: session=secret; Path=/")) as server:
        client = ReadOnlyClient(stage.options(server.url), contract.operation, Budget(2, None))
        exchanges = [client.send(Probe("campaign", stage.campaign)) for _ in range(2)]
        assert all("cookie" not in request.headers for request in server.requests)
    assert exchanges[1].header("set-cookie").startswith("session=")


@pytest.mark.attack("secrets-in-records")
@pytest.mark.parametrize(
    "echo",
    [
        lambda key: b"HTTP/1.1 200 OK\r\nX-Key: %s\r\nContent-Length: 0\r\n\r\n" % key,
        lambda key: b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nBearer %s" % key,
        lambda key: b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nBearer %s" % key[:-1],
        lambda key: b"HTTP/1.1 2xx %s\r\n\r\n" % key,
        lambda key: b"%s\r\n\r\n" % key,
        lambda key: b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 1\r\n\r\nx" % key,
        lambda key: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\nx" % key,
        lambda key: b"HTTP/1.1 200 OK\r\n%s: x\r\nContent-Length: 0\r\n\r\n" % key,
        lambda key: b"HTTP/1.1 200 %s\r\nContent-Length: 1\r\n\r\n%s" % (key, key),
    ],
)
def test_a_key_that_the_server_echoes_is_not_shown(send, stage, contract, echo):
    """Neither in the repr of the exchange, nor in any part of the redacted one."""
    exchange, _ = send(lambda request: echo(request.key.encode()))
    redacted = KeyRedactor(Secret(stage.key), contract).exchange(exchange)
    shown = f"{exchange!r}{redacted!r}{redacted.body!r}{redacted.headers}{redacted.failure and redacted.failure.detail}"
    assert stage.key not in shown
    assert stage.key[:-1] not in shown


@pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_body_is_decoded(send, stage, coding, encode):
    body = encode(b'{"success": true}')
    exchange, _ = send(lambda _: stage.answer(200, body, f"Content-Encoding: {coding}"))
    assert exchange.body == b'{"success": true}'


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n{}",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_every_framing_of_http_is_understood(send, head):
    exchange, _ = send(lambda _: head)
    assert (exchange.status, exchange.body, exchange.failure) == (200, b"{}", None)


@pytest.mark.attack("key-elsewhere")
def test_the_proxy_of_the_environment_is_not_used_for_this_machine(send, stage, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert send(stage.api)[0].status == 200


def test_a_given_proxy_is_used(stage, contract):
    with stage.serve(stage.api) as proxy:
        options = stage.options("http://api.example.com", proxy=proxy.url.replace("//", "//user:pass@"))
        ReadOnlyClient(options, contract.operation, Budget(1, None)).send(Probe("campaign", stage.campaign))
    (request,) = proxy.requests
    assert request.path == f"http://api.example.com/v1/campaigns/{stage.campaign}/stats"
    assert request.headers["proxy-authorization"].startswith("Basic ")


def test_a_scheme_in_upper_case_is_the_same_scheme(stage):
    """Also for the certificate, and for the warning that a key is not encrypted."""
    url = check_url("HTTPS://H/v1/", "--base-url")
    assert url == "https://H/v1"
    assert connection_settings(stage.options(url, insecure=True)).tls.verify_mode is ssl.CERT_NONE


def test_a_dead_address_leaves_time_for_the_next_one(stage, contract, monkeypatch):
    """The first address never answers, like IPv6 without a route."""
    with stage.serve(stage.api) as server, socket.socket() as dead:
        dead.bind(("127.0.0.2", server.port))
        dead.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:  # fill the queue, so that the next connection gets no answer
            each.setblocking(False)
            each.connect_ex(("127.0.0.2", server.port))
        entry = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        addresses = [(*entry, (host, server.port)) for host in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
        client = ReadOnlyClient(stage.options(server.url, timeout=3.0), contract.operation, Budget(1, None))
        exchange = client.send(Probe("campaign", stage.campaign))
        for each in crowd:
            each.close()
    assert (exchange.status, exchange.failure) == (200, None)
    assert exchange.elapsed >= 1.5
