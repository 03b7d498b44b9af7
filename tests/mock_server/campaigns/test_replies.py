"""Replies of campaign files: reserved headers are refused with the reason; redirects and 304 are served."""

import http.client
import json

import httpx
import pytest
from sample_campaign import with_reply

from migma_mock import MockServer
from migma_mock.campaigns.campaign_builder import parse_campaign

RESERVED = {
    "Content-Encoding": "gzip",
    "Trailer": "X-End",
    "Content-Range": "bytes 0-1/2",
    "Upgrade": "h2c",
    "Keep-Alive": "timeout=5",
    "Access-Control-Allow-Origin": "*",
    "access-control-max-age": "5",
    "X-Mock-Undocumented": "200",
    "x-mock-anything": "1",
    "Connection": "close",
    "Transfer-Encoding": "chunked",
    "Date": "now",
    "Content-Type": "text/html",
}


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("name", RESERVED)
def test_a_reserved_header_is_refused_with_the_reason(contract, name):
    """Most were sent beside those of the server, and broke clients."""
    content = with_reply(headers={name: RESERVED[name]})
    (problem,) = parse_campaign(json.dumps(content).encode(), "mine.json", contract)
    assert problem.pointer == f"/reply/headers/{name}"
    assert problem.expected.startswith(f"no header {name}: ")


REPLIES = {
    301: {"headers": {"Location": "https://example.com/"}},
    302: {"headers": {"Location": "/elsewhere"}, "body": {"success": False, "error": "Moved."}},
    307: {"headers": {"Location": "/elsewhere"}},
    204: {},
    205: {},
    304: {"headers": {"ETag": '"1"'}},
}


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "ASGI"])
def redirecting(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("redirecting")
    for status, reply in REPLIES.items():
        content = {"id": str(status), "undocumented": True, "reply": {"status": status, **reply}}
        (folder / f"{status}.json").write_text(json.dumps(content))
    with MockServer(fixtures=folder, reload=False, fast_path=request.param) as mock:
        yield mock


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_redirects_and_responses_without_a_body_are_served(redirecting, method):
    """Statuses without a body were refused. All come on one connection: a wrong length would spoil the next."""
    url = httpx.URL(redirecting.base_url)
    connection = http.client.HTTPConnection(url.host, url.port)
    for status, reply in REPLIES.items():
        connection.request(method, f"/v1/campaigns/{status}/stats", headers=redirecting.auth_headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == status
        for name, value in reply.get("headers", {}).items():
            assert response.headers[name] == value
        sent = json.dumps(reply["body"], separators=(",", ":")).encode() if "body" in reply else b""
        assert body == (b"" if method == "HEAD" else sent)
        lengths = [] if status in (204, 304) else [str(len(sent))]
        assert response.headers.get_all("content-length", []) == lengths
    connection.close()
