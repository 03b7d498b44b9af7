"""The document of a URL is fetched once, within bounds, without secrets, and kept with its date."""

import gzip
import re
import sys
import threading
import traceback
import zlib

import pytest

from migma_contract.errors import ContractError
from migma_contract.openapi import load_contract
from migma_contract.openapi.sources import MAX_CONTRACT_BYTES
from migma_contract.openapi.sources.fetch import MAX_REDIRECTS, FetchError, _next, fetch
from migma_contract.resources import openapi_path

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="the cache folder of macOS has no variable")


def refusal(source, **options):
    with pytest.raises(ContractError) as caught:
        load_contract(source, **options)
    return str(caught.value)


def test_a_document_is_fetched_once_and_says_from_when_it_is(server):
    """Each format comes as it is in files; the media type says nothing."""
    first = load_contract(f"{server.url}/openapi.json")
    again = load_contract(f"{server.url}/openapi.json")
    assert first.document == again.document == load_contract(openapi_path()).document
    assert len(server.requests) == 1
    assert first.source == f"{server.url}/openapi.json"
    copy = f"{re.escape(server.url)}/openapi\\.json, fetched \\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC"
    assert re.fullmatch(rf"The document is from {copy}\.", first.notices[0])
    assert re.fullmatch(rf"The contract is the kept copy of {copy}; --refresh fetches it again\.", again.notices[0])


def test_refresh_fetches_again(server):
    load_contract(server.url)
    server.body = server.body.replace(b'"version": "1.0.0"', b'"version": "1.1.0"')
    assert load_contract(server.url).version == "1.0.0"
    assert load_contract(server.url, refresh=True).version == "1.1.0"
    assert load_contract(server.url).version == "1.1.0"
    assert len(server.requests) == 2


def test_without_a_network_the_kept_document_is_used(server):
    """Also with --refresh, which says so; a server that fails is an outage too."""
    load_contract(server.url)
    server.status = 503
    assert (
        "was not fetched again: 503 Service Unavailable. Its document of"
        in load_contract(server.url, refresh=True).notices[0]
    )
    server.close()
    assert ", fetched " in load_contract(server.url).notices[0]
    assert "was not fetched again: no response" in load_contract(server.url, refresh=True).notices[0]
    assert "got no response" in refusal(f"{server.url}/another")


def test_an_answer_that_is_no_document_is_named(server):
    server.status, server.body = 404, b"gone"
    assert refusal(server.url).endswith(f"{server.url}: expected an OpenAPI document, got 404 Not Found")
    server.status = 401
    assert "got 401 Unauthorized (it wants a login" in refusal(server.url)
    server.status, server.body = 200, b"<!doctype html><title>Log in</title>"
    assert "got a web page (HTML), titled “Log in”" in refusal(server.url)
    server.body = b'{"openapi": "3.1.0", "info": {}}'
    assert f"{server.url} at /info (line 1, column 22): expected" in refusal(server.url).replace(
        "/info/version", "/info"
    )


def test_only_a_document_that_can_be_used_is_kept(server):
    """The one from before stays, and the message says so where nothing else came."""
    load_contract(server.url)
    server.body = b'{"openapi": "3.1.0", "info": {}}'
    assert "at /info/version" in refusal(server.url, refresh=True)
    assert load_contract(server.url).version == "1.0.0"
    server.status = 404
    assert "it is used without --refresh" in refusal(server.url, refresh=True)


def redirecting(server, target):
    server.status, server.headers, server.body = 302, {"location": target, "set-cookie": "session=1"}, b""


def test_redirects_are_followed_to_a_bound(server):
    redirecting(server, "/next")
    assert f"more than {MAX_REDIRECTS} redirects" in refusal(server.url)
    assert [path for path, _ in server.requests] == ["/", *["/next"] * MAX_REDIRECTS]


def test_where_a_redirect_led_is_said(server):
    """A page to log in is at another place than the document."""
    final = type(server)()
    final.body = b"<!doctype html><title>Log in</title>"
    redirecting(server, f"{final.url}/login")
    assert f"{server.url} led to {final.url}/login." in refusal(server.url)
    final.close()


@pytest.mark.attack("key-elsewhere")
def test_no_key_password_or_cookie_is_ever_sent(server, monkeypatch, tmp_path):
    """Not from variables, .netrc or the server itself; and a URL that has one is not asked."""
    key = "mgma_sk_live_0123456789abcdef"
    monkeypatch.setenv("MIGMA_API_KEY", key)
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    redirecting(server, "/next")
    refusal(server.url)
    names = {name.lower() for _, headers in server.requests for name in headers}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    before = len(server.requests)
    message = refusal(server.url.replace("//", "//me:secret@"))
    assert "a URL without secrets" in message
    assert "secret@" not in message
    assert key not in refusal(f"{server.url}?key={key}")
    assert len(server.requests) == before


@pytest.mark.attack("key-elsewhere")
@pytest.mark.parametrize(
    "target", ["http://example.com/a", "//me@example.com/a", "file:///etc/passwd", "ftp://example.com/", "javascript:x"]
)
def test_a_redirect_leads_to_no_other_scheme_and_not_from_https_to_http(target):
    with pytest.raises(FetchError, match="a redirect to"):
        _next("https://example.com/openapi.json", target)
    assert _next("http://example.com/a/b", "c") == "http://example.com/a/c"
    assert _next("http://example.com/a", "https://example.com/a") == "https://example.com/a"


@pytest.mark.attack("hostile-bodies")
def test_a_body_is_read_to_a_bound(server):
    """An endless one, and one that is small until it is unpacked."""
    sent = 0

    def endless(stream):
        nonlocal sent
        while sent < 100 * MAX_CONTRACT_BYTES:
            sent += stream.write(b" " * 65536)

    server.body = endless
    assert f"got more than {MAX_CONTRACT_BYTES} bytes" in refusal(server.url)
    assert sent < 50 * MAX_CONTRACT_BYTES
    server.headers, server.body = {"content-encoding": "gzip"}, gzip.compress(b" " * 8 * MAX_CONTRACT_BYTES)
    assert f"got more than {MAX_CONTRACT_BYTES} bytes" in refusal(server.url)
    server.headers, server.body = {"content-encoding": "deflate"}, zlib.compress(b"{}")
    assert "in the encoding 'deflate'" in refusal(server.url)


def test_a_compressed_document_is_unpacked(server):
    """Stores of files send what they have, whatever was asked for."""
    server.headers, server.body = {"content-encoding": "gzip"}, gzip.compress(server.body)
    assert load_contract(server.url).version == "1.0.0"


@pytest.mark.attack("slow-peers")
def test_a_server_that_drips_is_given_up(server):
    """The limit is for all of it: each byte comes in time."""
    released = threading.Event()

    def drip(stream):
        while not released.wait(0.01):
            stream.write(b" ")
            stream.flush()

    server.body = drip
    with pytest.raises(FetchError, match="no complete response within"):
        fetch(server.url, MAX_CONTRACT_BYTES, seconds=0.3)
    released.set()


@pytest.mark.parametrize("url", ["http://", "http://[::1", "https:///x", "http://a b/", "http://localhost:99999/"])
def test_a_url_that_is_not_one_is_refused(url):
    assert "a URL that is not valid" in refusal(url)


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    "proxy", ["http://user:hunter2/x@host:1", "http://user:hunter2:hunter2", "socks9://user:hunter2@host:1"]
)
def test_no_error_shows_the_password_of_a_proxy_nor_leads_to_one_that_does(monkeypatch, proxy):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    with pytest.raises(FetchError) as caught:
        fetch("https://api.example/openapi.json", 1000)
    assert "proxies" in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
