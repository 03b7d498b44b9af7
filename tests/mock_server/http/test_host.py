"""One valid Host header in HTTP/1.1; in a target that is a URL, its authority counts, for the guard too."""

import json

import pytest
from raw_requests import CAMPAIGN, END, GET

from migma_mock import MockServer

AUTHORIZATION = b"Authorization: Bearer mgma_sk_test_local_development_0001\r\n"
INVALID = {
    "none": [],
    "two": [b"localhost", b"elsewhere"],
    "twice the same": [b"localhost", b"localhost"],
    "three, of which two are empty": [b"", b"localhost", b""],
    "a list": [b"localhost, elsewhere"],
    "a user name": [b"me@localhost"],
    "a user name and a password": [b"me:secret@localhost:80"],
    "a path": [b"localhost/path"],
    "a URL": [b"http://localhost"],
    "a query": [b"localhost?a"],
    "a blank": [b"local host"],
    "a port that is no number": [b"localhost:http"],
    "two ports": [b"localhost:80:80"],
    "a port that is too long": [b"localhost:000080"],
    "an open bracket": [b"[::1"],
    "an address without brackets": [b"::1"],
    "quotes": [b'localhost"'],
    "markup": [b"<script>"],
    "raw bytes": ["lokål".encode()],
    "a backslash": [b"localhost\\elsewhere"],
}
VALID = {
    "a name": b"localhost",
    "a port": b"localhost:4010",
    "an empty port": b"localhost:",
    "an address": b"127.0.0.1:4010",
    "an address of version 6": b"[::1]:4010",
    "capitals": b"LocalHost",
    "an underscore, as in Docker Compose": b"mock_server:4010",
    "a dot at the end": b"localhost.",
    "an encoded name": b"lok%C3%A5l",
    "nothing": b"",
}


def request(*hosts, target=CAMPAIGN, version=b"1.1", more=b"Connection: close\r\n"):
    lines = b"".join(b"Host: %s\r\n" % host for host in hosts)
    return b"GET %s HTTP/%s\r\n%s%s%s\r\n" % (target, version, lines, AUTHORIZATION, more)


@pytest.fixture(scope="module", params=[True, False], ids=["fast path", "ASGI"])
def server(request):
    with MockServer(reload=False, fast_path=request.param) as server:
        yield server


@pytest.fixture
def mock(server):
    server.reset()
    return server


@pytest.mark.attack("framing")
@pytest.mark.parametrize("hosts", INVALID.values(), ids=INVALID)
def test_a_request_without_one_valid_host_gets_400(exchange, assert_sound, hosts):
    (answer,) = exchange(request(*hosts))
    assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert assert_sound(answer)["code"] == "INVALID_HOST"


@pytest.mark.attack("framing")
@pytest.mark.parametrize("hosts", INVALID.values(), ids=INVALID)
def test_a_later_request_of_a_connection_is_checked_too(statuses, hosts):
    assert statuses(request(b"localhost", more=b"") * 2 + request(*hosts)) == [200, 200, 400]


@pytest.mark.parametrize("host", VALID.values(), ids=VALID)
def test_a_valid_host_is_answered(statuses, host):
    assert statuses(request(b"localhost", more=b"") + request(host, more=b"") + request(host)) == [200] * 3


@pytest.mark.attack("framing")
def test_http_1_0_has_no_host_but_never_two(statuses):
    assert statuses(request(version=b"1.0")) == [200]
    assert statuses(request(b"localhost", version=b"1.0")) == [200]
    assert statuses(request(b"a", b"b", version=b"1.0")) == [400]


@pytest.mark.attack("framing")
def test_a_request_without_host_is_journalled_as_refused_and_uses_up_no_fault(statuses, mock):
    mock.fail(503, times=1)
    assert statuses(request()) == [400]
    (entry,) = mock.requests
    assert (entry.status, entry.matched_by) == (400, "invalid request")
    assert entry.path == CAMPAIGN.decode()
    assert statuses(request(b"localhost")) == [503]


@pytest.mark.attack("framing")
def test_it_is_refused_without_asking_for_its_body(exchange):
    (answer,) = exchange(request(more=b"Expect: 100-continue\r\nContent-Length: 5\r\n"))
    assert answer.status == 400


@pytest.mark.attack("framing")
def test_a_request_behind_one_that_is_held_is_refused_in_its_turn(statuses):
    assert statuses(GET + b"Prefer: wait=0.1\r\n\r\n" + request()) == [200, 400]


GUARDED = b"/__mock__/faults"


@pytest.mark.attack("other-origins")
@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        (GUARDED, b"localhost", 200),
        (GUARDED, b"elsewhere.example", 403),
        (GUARDED, b"", 403),
        (b"http://elsewhere.example" + GUARDED, b"localhost", 403),
        (b"HTTP://elsewhere.example:4010" + GUARDED, b"localhost:4010", 403),
        (b"https://elsewhere.example" + GUARDED, b"localhost", 403),
        (b"http://localhost.elsewhere.example" + GUARDED, b"localhost", 403),
        (b"http://127.0.0.1:4010" + GUARDED, b"elsewhere.example", 200),
        (b"http://localhost" + GUARDED, b"localhost", 200),
        (b"http://localhost@elsewhere.example" + GUARDED, b"localhost", 400),
        (b"http://elsewhere.example@localhost" + GUARDED, b"localhost", 400),
        (b"http://" + GUARDED, b"localhost", 400),
        (b"ftp://localhost" + GUARDED, b"localhost", 400),
        (b"rtsp://localhost" + GUARDED, b"localhost", 400),
        (b"localhost:80", b"localhost:80", 400),
    ],
)
def test_the_guard_looks_at_the_authority_that_counts(statuses, target, host, status):
    assert statuses(b"GET %s HTTP/1.1\r\nHost: %s\r\n" % (target, host) + END) == [status]


@pytest.mark.attack("framing")
def test_a_url_as_target_needs_a_host_header_too(statuses):
    assert statuses(request(target=b"http://localhost" + CAMPAIGN)) == [400]
    assert statuses(request(b"a", b"b", target=b"http://localhost" + CAMPAIGN)) == [400]
    assert statuses(request(b"localhost", target=b"http://localhost" + CAMPAIGN)) == [200]


def test_the_message_says_what_is_expected(exchange):
    (answer,) = exchange(request())
    assert json.loads(answer.body)["error"] == (
        "A request has one Host header, with the name and port of the server; HTTP/1.0 may omit it."
    )
