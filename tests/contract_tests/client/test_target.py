"""The guarded client: what it sends, what it does not follow, and that no key comes out of it."""

import gzip
import socket
import ssl
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.errors import SettingsError
from migma_contract.redaction import Secret
from migma_contract_tests.check.key_redactor import KeyRedactor
from migma_contract_tests.client.proxy_and_tls import connection_settings
from migma_contract_tests.client.read_only_client import ReadOnlyClient
from migma_contract_tests.probes.options import campaign_url, check_key, check_rate, check_url, is_loopback_url
from migma_contract_tests.probes.plan import WRONG_KEY, Probe
from migma_contract_tests.probes.request_budget import SAFE_METHODS, Budget, RequestRefusedError


@pytest.fixture
def send(stage, contract):
    """Send one probe to a server that behaves as told."""

    def send(behave, probe=None, **changes):
        with stage.serve(behave) as server:
            options = stage.options(server.url, **changes)
            budget = Budget(9, None, methods=SAFE_METHODS | set(options.methods))
            probe = probe or Probe("campaign", stage.campaign)
            return ReadOnlyClient(options, contract.operation, budget).send(probe), server.requests

    return send


def test_a_probe_is_sent_as_planned_and_comes_back_whole(send, stage):
    exchange, (request,) = send(stage.api)
    assert (request.method, request.path) == ("GET", f"/v1/campaigns/{stage.campaign}/stats")
    assert request.headers["authorization"] == f"Bearer {stage.key}"
    assert request.headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in request.headers
    assert (exchange.status, exchange.failure) == (200, None)
    assert exchange.json.value["data"] == stage.stats
    assert exchange.header("Content-Type") == "application/json"


@pytest.mark.parametrize(("key", "sent"), [("none", ""), ("wrong", WRONG_KEY.reveal())])
def test_probes_without_the_key_do_not_carry_it(send, stage, key, sent):
    exchange, (request,) = send(stage.api, Probe("missing-key", stage.campaign, key=key))
    assert request.key == sent
    assert exchange.status == 401


def test_a_method_that_is_not_allowed_does_not_leave(send, stage):
    post = Probe("method", stage.campaign, method="POST")
    with pytest.raises(RequestRefusedError, match="POST is not sent"):
        send(stage.api, post)
    exchange, (request,) = send(stage.api, post, methods=("POST",))
    assert (request.method, request.headers["content-length"], exchange.status) == ("POST", "0", 405)


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere(send, stage):
    with stage.serve(stage.api) as elsewhere:
        location = f"Location: {elsewhere.url}/?key={stage.key}"
        exchange, requests = send(lambda _: stage.answer(302, b"", location))
        assert elsewhere.requests == []
    assert len(requests) == 1
    assert exchange.status == 302
    assert stage.key not in repr(exchange)


def test_cookies_are_not_kept(contract, stage):
    with stage.serve(lambda _: stage.answer(200, {}, "Set-Cookie: session=secret; Path=/")) as server:
        target = ReadOnlyClient(stage.options(server.url), contract.operation, Budget(2, None))
        exchanges = [target.send(Probe("campaign", stage.campaign)) for _ in range(2)]
        assert all("cookie" not in request.headers for request in server.requests)
    assert exchanges[1].header("set-cookie").startswith("session=")


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
def test_a_server_that_echoes_the_key_does_not_get_it_shown(send, stage, contract, echo):
    """Neither in a repr of what came, nor in anything of what is recorded."""
    exchange, _ = send(lambda request: echo(request.key.encode()))
    recorded = KeyRedactor(Secret(stage.key), contract).exchange(exchange)
    shown = f"{exchange!r}{recorded!r}{recorded.body!r}{recorded.headers}{recorded.failure and recorded.failure.detail}"
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
def test_every_framing_of_http_is_read(send, head):
    exchange, _ = send(lambda _: head)
    assert (exchange.status, exchange.body, exchange.failure) == (200, b"{}", None)


def test_the_environments_proxy_is_not_used_for_this_machine(send, stage, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert send(stage.api)[0].status == 200


def test_a_proxy_that_is_named_is_used(stage, contract):
    with stage.serve(stage.api) as proxy:
        options = stage.options("http://api.example.com", proxy=proxy.url.replace("//", "//user:pass@"))
        ReadOnlyClient(options, contract.operation, Budget(1, None)).send(Probe("campaign", stage.campaign))
    (request,) = proxy.requests
    assert request.path == f"http://api.example.com/v1/campaigns/{stage.campaign}/stats"
    assert request.headers["proxy-authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("http://h", "http://h/v1/campaigns/a/stats"),
        ("http://h/", "http://h/v1/campaigns/a/stats"),
        ("http://h/v1", "http://h/v1/campaigns/a/stats"),
        ("http://h/v1/", "http://h/v1/campaigns/a/stats"),
        ("http://h:1/proxy/v1", "http://h:1/proxy/v1/campaigns/a/stats"),
        ("http://h/v1/campaigns", "http://h/v1/campaigns/a/stats"),
        ("http://h/api", "http://h/api/v1/campaigns/a/stats"),
        ("http://v1", "http://v1/v1/campaigns/a/stats"),
        ("http://h/xv1", "http://h/xv1/v1/campaigns/a/stats"),
    ],
)
def test_the_version_in_a_base_url_is_not_doubled(contract, base, path):
    assert campaign_url(base, contract.operation, "a") == path


@given(one=st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_any_id_stays_one_segment_of_the_path(contract, one):
    url = campaign_url("http://h", contract.operation, one)
    assert url.isascii()
    assert url.count("/") == 6  # as in http://h/v1/campaigns/x/stats
    assert not set("?#") & set(url)


def test_a_scheme_in_capitals_is_the_same_scheme(stage):
    """For certificates, and for the caution that a key is not encrypted, as well."""
    assert check_url("HTTPS://H/v1/", "--base-url") == "https://H/v1"
    assert (
        connection_settings(stage.options(check_url("HTTPS://h", ""), insecure=True)).tls.verify_mode is ssl.CERT_NONE
    )


@pytest.mark.parametrize(
    "url", ["", "api.migma.ai", "ftp://h", "http://", "http://h:x", "http://h:99999", "http://ü.example", "http://a b"]
)
def test_what_is_no_url_of_a_server_is_refused(url):
    with pytest.raises(SettingsError, match="--base-url: expected"):
        check_url(url, "--base-url")


def test_a_password_in_a_url_is_refused_and_not_shown():
    with pytest.raises(SettingsError) as caught:
        check_url("https://user:hunter2@h", "--base-url")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.8.8", "http://[::1]:80", "http://a.localhost"])
def test_this_machine_is_recognized_and_needs_no_rate(url):
    assert is_loopback_url(url)
    assert check_rate(None, url) is None
    assert check_rate("off", url) is None


@pytest.mark.parametrize(
    "url", ["https://api.migma.ai", "http://10.0.0.1", "http://localhost.evil.com", "http://[::2]"]
)
def test_another_machine_is_not_asked_without_a_rate(url):
    assert not is_loopback_url(url)
    assert str(check_rate(None, url)) == "10 in any 60 s"
    with pytest.raises(SettingsError, match="Only servers on this machine"):
        check_rate("off", url)


@pytest.mark.parametrize("text", ["key\x00", "ke\ty", "schlüssel", "k\r\nX: y", "key\u2028two"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(text):
    with pytest.raises(SettingsError, match=r"U\+[0-9A-F]{4} at position \d+ of \d+") as caught:
        check_key(text, "--api-key")
    assert text not in str(caught.value)


def test_white_space_around_a_key_is_no_part_of_it():
    assert check_key("  abcdefgh\r\n", "MIGMA_API_KEY").reveal() == "abcdefgh"


def test_options_do_not_show_the_key(stage):
    assert stage.key not in repr(replace(stage.options("http://h"), fuzz=1))


def test_a_dead_address_leaves_time_for_the_next_one(stage, contract, monkeypatch):
    """As with IPv6 where there is no way for it: nothing comes back from the first."""
    with stage.serve(stage.api) as server, socket.socket() as dead:
        dead.bind(("127.0.0.2", server.port))
        dead.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:  # a full queue, so that whoever comes next is not answered
            each.setblocking(False)
            each.connect_ex(("127.0.0.2", server.port))
        entry = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        addresses = [(*entry, (host, server.port)) for host in ("127.0.0.2", "127.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: addresses)
        target = ReadOnlyClient(stage.options(server.url, timeout=1.0), contract.operation, Budget(1, None))
        exchange = target.send(Probe("campaign", stage.campaign))
        for each in crowd:
            each.close()
    assert (exchange.status, exchange.failure) == (200, None)
    assert exchange.elapsed >= 0.5
