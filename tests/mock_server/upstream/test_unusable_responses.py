"""A live API that is slow, away, lying, huge or looping: a clear error in the form of the contract, within bounds."""

import asyncio
import itertools
import socket
import threading
import time
from unittest.mock import Mock

import httpx
import pytest
from upstream_api import KEY, get, http_response, recorded, success, watching

from migma_mock import MockServer
from migma_mock.upstream.live_request import MAX_BODY, LiveRequests, NoResponseError
from migma_mock.upstream.upstream import MAX_PARALLEL, Upstream

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def endless(head, piece):
    return itertools.chain([head], itertools.repeat(piece))


CUT_OFF = "closed the connection before its response was complete"
NO_HTTP = "sent a response that is not valid HTTP"

UNUSABLE = {
    "nothing": (b"", CUT_OFF),
    "a shorter body than it says": (HEAD + b"Content-Length: 100\r\n\r\n{}", CUT_OFF),
    "a chunk without its end": (CHUNKED + b"ff\r\n{}", CUT_OFF),
    "two lengths": (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", NO_HTTP),
    "no HTTP": (b"220 mail.example ESMTP\r\n\r\n", NO_HTTP),
    "an invalid chunk": (CHUNKED + b"zz\r\n{}", NO_HTTP),
    "a line break in a header": (HEAD + b"X-A: 1\r\n : 2\r\nX B: 3\r\n\r\n", NO_HTTP),
    "another protocol": (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        NO_HTTP,
    ),
    "no status of a response": (http_response(b"{}", "799 Odd"), "status 799"),
    "a body without end": (lambda _: endless(HEAD + b"\r\n", b"x" * 65536), "body of more than 1 MiB"),
    "headers without end": (lambda _: endless(HEAD, b"X-A: " + b"b" * 4096 + b"\r\n"), NO_HTTP),
    "too many headers": (http_response(b"{}", headers=[f"X-{n}: 1" for n in range(300)]), "headers"),
    "very small chunks": (
        lambda _: endless(CHUNKED, b"1\r\nx\r\n" * 99),
        "pieces",
    ),
}


@pytest.mark.attack("hostile-bodies")
def test_an_unusable_response_is_a_502_that_says_why(live, proxy):
    """And never more than the bounds are read of it, nor anything kept after it."""
    for name, (response, reason) in UNUSABLE.items():
        live.response, live.sent = response, 0
        answer = get(proxy)
        body = answer.json()
        assert (answer.status_code, body["success"], body["code"]) == (502, False, "BAD_GATEWAY"), name
        assert body["error"].startswith(f"The live API at {live.url} "), name
        assert reason in body["error"], name
        assert live.sent < 16 * MAX_BODY, name  # with all that the buffers of sockets take
    assert {entry.matched_by for entry in recorded(proxy)} == {"upstream, no response"}
    assert proxy.mock.upstream._active == 0
    live.response = success()
    assert get(proxy).status_code == 200, "the next request is answered as if nothing had been"


def test_a_live_api_that_is_away_is_a_502():
    """Nothing listens there."""
    with watching("http://127.0.0.1:9") as mock:
        answer = get(mock)
    message = "The live API at http://127.0.0.1:9 was not reached: nothing listens there."
    assert (answer.status_code, answer.json()["error"]) == (502, message)


def test_why_a_live_api_was_not_reached(monkeypatch, live, answering):
    """It speaks no TLS, or does not begin to; there is no such name; the URL of a proxy is invalid, and not shown."""

    def reason(url, seconds=60):
        with pytest.raises(NoResponseError) as error:
            asyncio.run(LiveRequests(url, seconds).send("GET", b"/", []))
        return str(error.value), error.value.status

    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert reason(f"https://127.0.0.1:{port}") == ("was not reached: it does not speak TLS as expected", 502)
    assert reason(live.url.replace("http", "https"), 0.6) == ("was not reached within 0.2 s", 504)
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror))
    assert reason("https://api.migma.invalid") == ("was not reached: its name was not found", 502)
    monkeypatch.setenv("HTTPS_PROXY", "http://me:p4ssw0rd@a:port")
    why = "was not asked: settings of certificates or proxies cannot be used (InvalidURL)"
    assert reason("https://api.migma.invalid") == (why, 502)


@pytest.mark.attack("slow-peers")
def test_a_live_api_that_is_too_slow_is_a_504_and_nobody_else_waits(live):
    """Neither a response that never comes nor one that comes bit by bit is awaited; the mock answers meanwhile."""
    answered = threading.Event()

    def bit_by_bit(_request):
        yield HEAD + b"\r\n"
        while not answered.wait(0.02):
            yield b" "

    with watching(live.url) as mock:
        settings = mock.settings
        mock.mock.upstream = Upstream(live.url, settings, "x", print, seconds=1.5)
        for response in (lambda _: [answered.wait(60) and b""], bit_by_bit):
            live.response, before = response, len(live.requests)
            statuses = []
            client = threading.Thread(target=lambda: statuses.append(get(mock)))  # noqa: B023 - it ends in the loop
            client.start()
            while len(live.requests) == before and client.is_alive():
                time.sleep(0.001)
            assert get(mock, mock.example_id).status_code == 200
            client.join()
            body = statuses[0].json()
            assert (statuses[0].status_code, body["code"]) == (504, "GATEWAY_TIMEOUT")
            assert body["error"].endswith("within 1.5 s.")
    answered.set()


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_request_that_nobody_waits_for_is_given_up(scheme):
    """If the client disconnects or the mock stops, the connection to the live API ends, also during a handshake."""
    with socket.create_server(("127.0.0.1", 0)) as silent, watching("http://127.0.0.1:9") as mock:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        mock.mock.upstream = Upstream(url, mock.settings, "x", print, seconds=3600)
        for is_stopped in (False, True):
            with socket.create_connection(("127.0.0.1", httpx.URL(mock.base_url).port)) as client:
                client.sendall(b"GET /v1/campaigns/live-one/stats HTTP/1.1\r\nHost: mock\r\n\r\n")
                connection, _ = silent.accept()
                connection.settimeout(60)
                assert connection.recv(65536)
                if is_stopped:
                    mock.stop()
                    assert client.recv(65536).startswith(b"HTTP/1.1 503 ")
            with connection:
                assert connection.recv(65536) == b""
        unknown = mock.mock.accounts.unknown_key_requests.entries
        assert [(entry.status, entry.matched_by) for entry in unknown] == [(503, "upstream, no response")] * 2


def test_bytes_that_no_request_may_have_are_encoded_or_refused(live):
    """A parser of requests is more tolerant than a sender may be."""
    requests = LiveRequests(live.url)
    targets = {b"/v1/\xc3\xa9 #?\x00": "/v1/%C3%A9%20#?%00", b"/v1/../%zz?q=[]": "/v1/../%zz?q=[]", b"//x": "//x"}
    for target, sent in targets.items():
        assert asyncio.run(requests.send("GET", target, [])).status == 200
        assert live.head[0] == f"GET {sent} HTTP/1.1"
    with pytest.raises(NoResponseError, match="was not asked, since a header"):
        asyncio.run(requests.send("GET", b"/", [(b"x-a", b"\x00")]))


def test_only_so_many_requests_wait_for_the_live_api(live, proxy):
    """Each may keep a large body, so that the memory of the mock is bounded."""
    proxy.mock.upstream._active = MAX_PARALLEL
    answer = get(proxy)
    assert (answer.status_code, answer.headers["retry-after"], live.requests) == (503, "1", [])
    proxy.mock.upstream._active = 0
    assert get(proxy).status_code == 200


def test_a_mock_that_is_its_own_live_api_is_a_508(live):
    """Also if another mock is between."""
    with watching(live.url) as one, watching(one.base_url) as other:

        def loop(request):
            lines = request.decode("latin-1").split("\r\n")[1:-2]
            headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
            answer = httpx.get(other.stats_url("live-one"), headers=[each for each in headers if each[0] != "host"])
            return http_response(answer.content, f"{answer.status_code} Answer")

        live.response = loop
        for answer in (get(one), get(other)):
            assert (answer.status_code, answer.json()["code"]) == (508, "LOOP_DETECTED")
        assert len(live.requests) == 2
        through_many = get(one, via=", ".join(f"1.1 hop{n}" for n in range(10)))
        assert through_many.status_code == 508


def test_the_pace_of_the_live_api_is_kept_with_a_429(live):
    """For all keys and campaigns together: the limit of the plan, or that of the free one. The mock's own have none."""
    for settings, number in (({"plan": "2/min"}, 2), ({"plan": "unlimited"}, 10)):
        live.requests.clear()
        with watching(live.url, **settings) as mock:
            assert [get(mock, f"c-{n}").status_code for n in range(number + 1)] == [*[200] * number, 429]
            answer = httpx.get(mock.stats_url("live-one"))
            assert answer.json()["code"] == "RATE_LIMITED"
            assert 0 < int(answer.headers["retry-after"]) <= 61
            assert get(mock, mock.example_id, authorization=mock.auth_headers["Authorization"]).status_code == 200
        assert len(live.requests) == number


@pytest.mark.attack("key-elsewhere")
def test_a_certificate_that_is_not_trusted_gets_no_request(monkeypatch):
    """The key is sent to nobody else; with the authority in SSL_CERT_FILE the live API is reached."""
    with MockServer(reload=False, tls=True) as api:
        api.campaign("live-one")
        for ca_file, status in (("", 502), (api.ca_file, 200)):
            monkeypatch.setenv("SSL_CERT_FILE", ca_file)
            with watching(api.base_url) as mock:
                answer = httpx.get(mock.stats_url("live-one"), headers=api.auth_headers)
            assert (answer.status_code, len(api.requests)) == (status, int(status == 200))
            assert status == 200 or "certificate; SSL_CERT_FILE" in answer.json()["error"]


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize("url", ["http://api.migma.ai", "ftp://a.example", "https://u:p4ssw0rd@a.example", "https://"])
def test_a_url_that_a_key_must_not_go_to_is_refused(command, url):
    """In one line without the password."""
    outcome = command("serve", "--port", "0", "--upstream", url)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--upstream: expected an https URL of the live API" in outcome.err
    assert "p4ssw0rd" not in outcome.err


@pytest.mark.attack("key-elsewhere")
def test_a_proxy_of_the_environment_is_used_for_other_machines_only(monkeypatch, live):
    """It gets CONNECT, and no key."""
    monkeypatch.setenv("HTTPS_PROXY", live.url)
    monkeypatch.setenv("HTTP_PROXY", live.url)
    live.response = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    with watching("https://api.migma.invalid") as mock, httpx.Client(trust_env=False) as client:
        headers = {"authorization": f"Bearer {KEY}"}
        answer = client.get(mock.stats_url("live-one"), headers=headers)
        assert answer.json()["error"].endswith("was not reached: the proxy of the environment refused.")
    assert live.head[0] == "CONNECT api.migma.invalid:443 HTTP/1.1"
    assert KEY.encode() not in live.requests[0]
    with watching(live.url) as mock, httpx.Client(trust_env=False) as client:
        client.get(mock.stats_url("live-one"), headers=headers)
    assert live.head[0].startswith("GET /v1/")
