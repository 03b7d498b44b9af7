"""A mock with --upstream answers for its own campaigns, and the live API for all others."""

import asyncio
import gzip
import json
import zlib

import httpx
import pytest
from upstream_api import KEY, OTHER_KEY, STATS, get, http_response, recorded, success, watching

from migma_contract.errors import SettingsError
from migma_mock import Mock, MockServer, MockTransport, Settings, create_app

BODY = json.dumps({"success": True, "data": STATS}).encode()
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n7\r\n       \r\n0\r\nX-Trailer: 1\r\n\r\n" % (len(BODY), BODY)

RESPONSES = {
    "stats": success(),
    "chunks and a trailer": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTrailer: X-Trailer\r\n" + CHUNKED,
    "a length that does not count": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n"
    + CHUNKED,
    "a body that ends with the connection": b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + BODY,
    "gzip": http_response(gzip.compress(BODY), headers=["Content-Encoding: gzip", "Vary: Accept-Encoding"]),
    "deflate": http_response(zlib.compress(BODY), headers=["content-encoding: deflate"]),
    "a redirect": http_response(status="302 Found", headers=["Location: https://elsewhere.example/"]),
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not modified": b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 5\r\n\r\n',
    "cookies": http_response(BODY, headers=["Set-Cookie: a=1; Path=/", "Set-Cookie: b=2", "Server: live"]),
    "headers of the connection": http_response(
        BODY, headers=["Connection: X-Hop, close", "X-Hop: 1", "Keep-Alive: timeout=5", "X-Kept: \xe9 ; a"]
    ),
    "headers of another mock": http_response(BODY, headers=["X-Mock-Undocumented: 200", "X-Mock-Findings: 9"]),
    "an error page": http_response(b"<html>\xff</html>", status="500 Oh No"),
    "an unknown status": http_response(b"{}", status="599 Odd"),
}

CHANGED = {"date", "via", "x-mock-findings", "content-length", "transfer-encoding", "trailer"}
"""Headers that the mock adds, that frame the body, or that are about one connection; so are the next."""
CHANGED |= {"connection", "keep-alive", "x-hop"}


def _parts(response):
    raw = b"".join(response.iter_raw())
    pairs = [(name.lower().decode(), value) for name, value in response.headers.raw]
    return response.status_code, [pair for pair in pairs if pair[0] not in CHANGED], raw


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_response_has_the_status_headers_and_bytes_of_the_live_api(live, proxy, method):
    """The same request, directly and through the mock."""
    path = "/v1/campaigns/live-one/stats"
    for name, response in RESPONSES.items():
        live.response = response if method == "GET" else b"".join(response.partition(b"\r\n\r\n")[:2])
        with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}) as client:
            with client.stream(method, f"{live.url}{path}") as direct:
                expected = _parts(direct)
            with client.stream(method, f"{proxy.base_url}{path}") as forwarded:
                assert _parts(forwarded) == expected, name
                assert forwarded.headers["via"].endswith(f"migma-mock-{proxy.mock.instance}")
                assert "x-hop" not in forwarded.headers


def test_the_live_api_gets_the_request_of_the_client(live, proxy):
    """Path and query byte for byte, the client's own key, and nothing of the mock's but Via."""
    headers = [
        ("Host", "localhost"),
        ("Authorization", f"Bearer {KEY}"),
        ("X-Twice", "1"),
        ("x-twice", "2"),
        ("Connection", "X-Hop"),
        ("X-Hop", "1"),
        ("Proxy-Authorization", "Basic eDp5"),
        ("Accept-Encoding", "br, gzip;q=0.8, zstd"),
        ("X-Mock-Token", "t" * 16),
        ("Via", "1.1 other"),
    ]
    for path in ("/v1/campaigns/a%2Fb%20%c3%a9/stats", "/v1/campaigns/../stats", "/v1/campaigns/%2E%2e/stats"):
        target = f"{path}?b=1&a=%20x"
        request = httpx.Request("GET", proxy.base_url, headers=headers, extensions={"target": target.encode()})
        with httpx.Client() as client:
            assert client.send(request).status_code == 200
        line, got = live.head
        assert line == f"GET {target} HTTP/1.1"
        assert sorted(got) == [
            ("accept-encoding", "gzip;q=0.8"),
            ("authorization", f"Bearer {KEY}"),
            ("host", live.url.removeprefix("http://")),
            ("via", f"1.1 other, 1.1 migma-mock-{proxy.mock.instance}"),
            ("x-twice", "1"),
            ("x-twice", "2"),
        ]


@pytest.mark.parametrize(
    ("base", "path"), [("/v1/", "/v1"), ("/gate/v1", "/gate/v1"), ("/gate", "/gate/v1"), ("", "/v1")]
)
def test_the_base_url_may_have_a_path(live, base, path):
    """It may end with the version, which the contract's path begins with."""
    with watching(f"{live.url}{base}") as mock:
        assert get(mock).status_code == 200
    assert live.head[0] == f"GET {path}/campaigns/live-one/stats HTTP/1.1"


def test_known_campaigns_other_methods_and_other_paths_never_reach_the_live_api(live, proxy):
    """A client with a key of the live API reads the mock's campaigns too; one without a key does not."""
    assert get(proxy, proxy.example_id).json()["success"] is True
    assert httpx.get(proxy.stats_url(proxy.example_id)).status_code == 401
    assert httpx.post(proxy.stats_url("live-one"), headers={"authorization": f"Bearer {KEY}"}).status_code == 405
    assert httpx.options(proxy.stats_url("live-one")).status_code == 204
    assert httpx.get(f"{proxy.base_url}/v1/campaigns").status_code == 404
    assert live.requests == []
    proxy.campaign("live-one", totalSent=7)
    assert get(proxy).json()["data"]["totalSent"] == 7
    assert live.requests == []


def test_the_live_api_decides_about_a_missing_key(live, proxy):
    """The mock does not ask for one in its place."""
    live.response = http_response(b'{"success":false,"error":"No API key.","code":"UNAUTHORIZED"}', "401 Unauthorized")
    assert httpx.get(proxy.stats_url("live-one")).json()["error"] == "No API key."
    assert "authorization" not in dict(live.head[1])


def test_a_page_may_read_responses_of_the_live_api_if_it_may_read_those_of_the_mock(live, proxy):
    """The live API allows only pages of its own."""
    live.response = http_response(BODY, headers=["Access-Control-Allow-Origin: https://app.migma.ai", "Vary: Origin"])
    response = get(proxy, origin="http://localhost:3000")
    assert response.headers.get_list("access-control-allow-origin") == ["http://localhost:3000"]
    assert "X-Mock-Findings".lower() in response.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in get(proxy, origin="https://elsewhere.example").headers
    assert get(proxy).headers["access-control-allow-origin"] == "https://app.migma.ai"


@pytest.mark.attack("secrets-in-records")
def test_no_key_is_in_the_journal(live, proxy):
    """Not even one of an unknown form that the response repeats, compressed."""
    body = gzip.compress(json.dumps({"success": False, "error": f"bad key {OTHER_KEY}", "code": "X"}).encode())
    live.response = http_response(body, "400 Bad Request", ["Content-Encoding: gzip", f"X-Echo: {OTHER_KEY}"])
    for headers in ({"authorization": f"Bearer {OTHER_KEY}"}, {"authorization": OTHER_KEY}, {"x-api-key": OTHER_KEY}):
        assert OTHER_KEY in httpx.get(proxy.stats_url("live-one"), headers=headers).text
    shown = [json.dumps(entry.as_dict()) for entry in recorded(proxy)]
    assert [("bad key [redacted]" in entry, OTHER_KEY in entry) for entry in shown] == [(True, False)] * 3


def test_a_delay_of_the_mock_delays_forwarded_requests_and_the_fast_path_changes_nothing(live):
    """Neither the setting ``fast_path`` nor another ASGI server makes a difference."""
    with watching(live.url, fast_path=False, delay=0.05) as mock:
        response = get(mock)
        assert (response.status_code, response.elapsed.total_seconds() >= 0.05) == (200, True)
        assert [entry.status for entry in recorded(mock)] == [200]


def test_the_application_for_other_servers_forwards_too(live):
    """``create_app`` in process."""

    async def ask():
        transport = httpx.ASGITransport(create_app(upstream=live.url, reload=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.get("/v1/campaigns/live-one/stats", headers={"authorization": f"Bearer {KEY}"})

    assert asyncio.run(ask()).json()["data"] == STATS


def test_a_transport_without_a_socket_says_that_it_does_not_forward(live):
    """It has no server that could wait for the live API."""
    with httpx.Client(transport=MockTransport(Mock(upstream=live.url, reload=False)), base_url="http://mock") as client:
        response = client.get("/v1/campaigns/live-one/stats", headers={"authorization": f"Bearer {KEY}"})
    assert response.status_code == 501
    assert "Only the mock server forwards requests (--upstream)" in response.json()["error"]
    assert live.requests == []


@pytest.mark.parametrize(
    "options", [{"record": "recordings"}, {"upstream": "https://a.example", "unknown_id": "generate"}]
)
def test_settings_that_contradict_each_other_are_refused(options):
    """Recording needs an API to record, and only one can answer for unknown ids."""
    with pytest.raises(SettingsError, match="upstream"):
        MockServer(**options)


@pytest.mark.attack("environment")
def test_no_variable_of_the_shell_sends_requests_of_a_program_to_a_live_api(live, monkeypatch, tmp_path):
    """A test run with made-up ids, whose keys may be real, stays on this machine; only the command obeys variables."""
    monkeypatch.setenv("MIGMA_MOCK_UPSTREAM", live.url)
    monkeypatch.setenv("MIGMA_MOCK_RECORD", str(tmp_path / "recordings"))
    of_plugin = Settings.read_in_process(reload=False, port=0)
    of_program = Mock(reload=False, port=0)
    for server in (MockServer(reload=False), MockServer(mock=Mock(of_plugin)), MockServer(mock=of_program)):
        with server as mock:
            assert get(mock).status_code in (401, 404)
    assert live.requests == []
    assert not (tmp_path / "recordings").exists()
    with MockServer(reload=False, upstream=live.url) as mock:
        assert get(mock).status_code == 200, "the program says so"
    assert Settings.read().upstream == live.url, "the command"
