"""Broken and hostile HTTP over real sockets: bounded, answered where it can be, and never the end of the server."""

import contextlib
import io
import json
import random
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from mock_server import MockServer, protocol
from mock_server.access_log import AccessLog

END = b"Connection: close\r\n\r\n"
CAMPAIGN = b"/v1/campaigns/66b2f0a1c4e5d60012a40101/stats"
GET = (
    b"GET "
    + CAMPAIGN
    + b" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer mgma_sk_test_local_development_0001\r\n"
)
POST = GET.replace(b"GET", b"POST")
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
WEBSOCKET = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n"

BROKEN = {
    "noise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "words": b"hello there, is this an HTTP server?\r\n\r\n",
    "an unknown method": b"FOO / HTTP/1.1\r\n\r\n",
    "a method in small letters": GET.lower() + END,
    "no target": b"GET HTTP/1.1\r\n\r\n",
    "a blank in the target": b"GET /a b HTTP/1.1\r\n\r\n",
    "NUL in the target": b"GET /\x00 HTTP/1.1\r\n\r\n",
    "raw bytes in the target": b"GET /v1/campaigns/\xff\xfe/stats HTTP/1.1\r\n\r\n",
    "NUL in a header": GET + b"X-A: a\x00b\r\n" + END,
    "NUL in a header name": GET + b"X\x00A: a\r\n" + END,
    "a header without a colon": GET + b"nonsense\r\n" + END,
    "a header without a name": GET + b": value\r\n" + END,
    "a blank before the colon": GET + b"X-A : value\r\n" + END,
    "a folded header": GET + b"X-A: a\r\n b\r\n" + END,
    "a lone CR": GET + b"X-A: a\rb\r\n" + END,
    "another protocol": b"GET / FTP/1.1\r\n\r\n",
    "a version that is none": b"GET / HTTP/9.7\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "CONNECT": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
    "an absolute target without a path": b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "Content-Length twice": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "Content-Length that is no number": POST + b"Content-Length: 1e3\r\n\r\n",
    "a negative Content-Length": POST + b"Content-Length: -1\r\n\r\n",
    "a Content-Length beyond 64 bits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "Content-Length with Transfer-Encoding": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding not ending in chunked": POST + b"Transfer-Encoding: chunked, identity\r\n\r\nabc",
    "a chunk size that is no number": POST + CHUNKED + b"zz\r\nabc\r\n",
    "a chunk size beyond 64 bits": POST + CHUNKED + b"fffffffffffffffffff\r\n",
    "a chunk longer than it says": POST + CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n",
}
UNUSUAL = {
    "whole": GET + END,
    "HTTP/1.0": GET.replace(b"1.1", b"1.0") + b"\r\n",
    "HTTP/0.9": b"GET /\r\n",
    "absolute": GET.replace(b"GET /", b"GET http://localhost:4010/") + END,
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n" + END,
    "many headers": GET + b"X: y\r\n" * 5000 + END,
    "huge header": GET + b"X-A: " + b"a" * 100_000 + b"\r\n" + END,
    "huge target": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    "pipelined": (GET + b"\r\n") * 20,
    "pipelined and garbage": (GET + b"\r\n") * 3 + b"\x00\x01\x02",
    "chunked": POST + CHUNKED + b"3;extension=1\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
    "body": POST + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000,
    "body that never comes": POST + b"Content-Length: 100000\r\n\r\n",
    "h2c": GET + H2C + b"\r\n",
    "websocket": GET + WEBSOCKET + b"\r\n",
    "expect": POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "two hosts": GET + b"Host: elsewhere\r\n" + END,
    "empty lines": b"\r\n" * 100 + GET + END,
    "held": GET + b"Prefer: wait=0.05\r\n" + END,
    "docs": b"GET /docs HTTP/1.1\r\nHost: \"><script>'[\r\n" + END,
    "nothing": b"",
}


@pytest.fixture
def connect(mock):
    """Opens connections to the mock; all are closed at the end."""
    with contextlib.ExitStack() as connections:

        def to(server=mock):
            address = urlsplit(server.url)
            return connections.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))

        yield to


@pytest.fixture
def exchange(mock, send_raw, read_answers):
    """Sends bytes; the answers that come until the server closes the connection."""
    return lambda data, server=mock: read_answers(send_raw(server.url, data))


@pytest.fixture
def read_one(read_answers):
    """Reads one answer from a connection that stays open."""

    def read(connection, method="GET"):
        received = b""
        while True:
            chunk = connection.recv(65536)
            assert chunk, "closed"
            received += chunk
            with contextlib.suppress(AssertionError):
                (answer,) = read_answers(received, [method])
                return answer

    return read


def statuses(answers):
    return [answer.status for answer in answers]


def test_thousands_of_hostile_requests_leave_the_server_up_and_its_memory_flat(serve):
    """2,000 requests, half of them mutilated, half of them broken off early; 1,000 before them fill what is bounded."""
    server, chance = serve("--quiet"), random.Random(2026)
    seeds = [*BROKEN.values(), *UNUSUAL.values()]
    _attack(server.url, seeds, chance, 1000)
    before = server.resident_kib()
    _attack(server.url, seeds, chance, 2000)
    grown = server.resident_kib() - before
    assert httpx.get(f"{server.url}{CAMPAIGN.decode()}").status_code == 401
    assert httpx.get(f"{server.url}/__mock__/health").json()["status"] == "ok"
    assert grown < 6 * 1024, f"{grown} KiB more than before"
    _, code, out, err = server.end()
    assert (code, out, err) == (0, server.out, "")


def test_large_requests_do_not_stay_in_memory(serve):
    """Headers by the thousand, each of them empty: what is kept of a request is bounded in number and in size."""
    server = serve("--quiet")
    httpx.get(f"{server.url}/nowhere")
    before = server.resident_kib()
    address = urlsplit(server.url)
    for _ in range(300):
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(GET.replace(CAMPAIGN, b"/nowhere") + b"A:\r\n" * 12_000 + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 404")
    assert server.resident_kib() - before < 80 * 1024


def _attack(url, seeds, chance, count):
    address = urlsplit(url)
    for _ in range(count):
        data = chance.choice(seeds)
        if chance.random() < 0.5:
            data = _mutilated(data, chance)
        with (
            socket.create_connection((address.hostname, address.port), timeout=10) as connection,
            contextlib.suppress(ConnectionError),
        ):
            connection.sendall(data)
            ending = chance.random()
            if ending < 0.2:  # a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            elif ending < 0.7:
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass


def _mutilated(data, chance):
    place = chance.randrange(len(data) + 1)
    match chance.randrange(4):
        case 0:
            return data[:place]
        case 1:
            return data[:place] + chance.randbytes(chance.randrange(1, 20)) + data[place:]
        case 2:
            return data[:place] + data[place + chance.randrange(1, 20) :]
        case _:
            return data[:place] + data[chance.randrange(len(data) + 1) :]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_http_gets_400_with_an_envelope_and_the_connection_ends(exchange, assert_sound, data):
    *_, answer = exchange(data)
    assert answer.status == 400
    assert answer.headers["connection"] == "close"
    assert assert_sound(answer)["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("kind", ["HTTP/1.0", "absolute", "two hosts", "empty lines", "held", "h2c", "websocket"])
def test_unusual_http_is_answered(exchange, assert_sound, kind):
    (answer,) = exchange(UNUSUAL[kind])
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert assert_sound(answer)["success"] is True


# --- bounds on size


@pytest.mark.parametrize(
    "length", [protocol.MAX_TARGET_BYTES, protocol.MAX_TARGET_BYTES + 1, 60_000, 70_000, 1_000_000]
)
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_target_over_8_kib_gets_414(exchange, assert_sound, length, earlier):
    *firsts, answer = exchange((GET + b"\r\n") * earlier + b"GET /" + b"a" * (length - 1) + b" HTTP/1.1\r\n" + END)
    assert statuses(firsts) == [200] * earlier
    assert answer.status == (404 if length <= protocol.MAX_TARGET_BYTES else 414)
    assert_sound(answer)


@pytest.mark.parametrize("length", [60_000, 70_000, 200_000, 1_000_000])
@pytest.mark.parametrize("earlier", [0, 1])
def test_headers_over_64_kib_get_431(exchange, assert_sound, length, earlier):
    *firsts, answer = exchange((GET + b"\r\n") * earlier + GET + b"X-A: " + b"a" * length + b"\r\n" + END)
    assert statuses(firsts) == [200] * earlier
    assert answer.status == (200 if length < 64_000 else 431)
    assert_sound(answer)


@pytest.mark.parametrize(
    ("endless", "status"),
    [(b"GET /" + b"a" * 500_000, 414), (GET + b"X-A: " + b"a" * 500_000, 431), (GET + b"X: y\r\n" * 50_000, 431)],
)
def test_a_head_without_an_end_is_refused_before_it_has_one(exchange, endless, status):
    assert statuses(exchange(endless)) == [status]


def test_many_small_requests_in_one_go_are_no_large_head(exchange):
    """More than 64 KiB of whole requests, and the begin of one more."""
    answers = exchange((GET + b"\r\n") * 500 + GET + END)
    assert statuses(answers) == [200] * 501


def test_a_body_over_1_mib_is_read_no_further(exchange):
    assert statuses(exchange(POST + CHUNKED + (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 200)) == [405]


def test_trailers_without_an_end_get_413_from_a_request_that_is_held(exchange, assert_sound):
    endless = b"X-Trailer: y\r\n" * 100_000
    (answer,) = exchange(GET + b"Prefer: wait=30\r\n" + CHUNKED + b"0\r\n" + endless)
    assert answer.status == 413
    assert assert_sound(answer)["code"] == "CONTENT_TOO_LARGE"


# --- bounds on time


@pytest.fixture
def hasty(monkeypatch):
    """A mock that waits 0.2 seconds for headers."""
    monkeypatch.setattr(protocol, "HEADERS_SECONDS", 0.2)
    with MockServer(reload=False) as server:
        yield server


@pytest.mark.parametrize("beginning", [b"G", b"GET /", GET, GET + b"X-A: b", b"GET /\r\n"])
def test_slow_headers_get_408(exchange, hasty, assert_sound, beginning):
    (answer,) = exchange(beginning, hasty)
    assert answer.status == 408
    assert assert_sound(answer)["code"] == "REQUEST_TIMEOUT"


def test_a_connection_that_asks_nothing_is_closed(exchange, hasty):
    assert exchange(b"", hasty) == []


def test_slow_headers_of_a_second_request_get_408(exchange, hasty):
    assert statuses(exchange(GET + b"\r\n" + GET, hasty)) == [200, 408]


def test_slow_headers_of_a_request_that_begins_later_get_408(connect, hasty, read_one, read_answers):
    connection = connect(hasty)
    connection.sendall(GET + b"\r\n")
    assert read_one(connection).status == 200
    connection.sendall(b"GET /")
    assert statuses(read_answers(connection.recv(65536))) == [408]


def test_headers_that_trickle_gain_no_time(connect, hasty, read_answers):
    connection = connect(hasty)
    connection.settimeout(0.01)
    received = b""
    for byte in GET + b"X: " + b"y" * 100_000:
        with contextlib.suppress(TimeoutError):
            connection.sendall(bytes([byte]))
            received = connection.recv(65536)
            break
    assert statuses(read_answers(received)) == [408]


def test_an_answer_may_take_longer_than_headers(exchange, hasty):
    assert statuses(exchange(GET + b"Prefer: wait=0.4\r\n" + END, hasty)) == [200]


# --- pipelines and what follows


def test_what_is_whole_gets_its_answer_before_garbage_ends_the_connection(exchange):
    assert statuses(exchange((GET + b"\r\n") * 3 + b"\x00garbage")) == [200, 200, 200, 400]
    assert statuses(exchange(GET + b"Prefer: wait=0.1\r\n\r\n" + GET + b"\r\n" + b"\x00garbage")) == [200] * 2


def test_answers_come_in_the_order_of_the_requests(exchange):
    slow_first = GET + b"Prefer: wait=0.1\r\n\r\n" + GET.replace(b"GET", b"HEAD") + b"\r\n" + POST + b"\r\n"
    # HEAD in the middle has no body, so the answers cannot be told apart by length here.
    answers = exchange(slow_first.replace(b"HEAD", b"PUT") + GET.replace(CAMPAIGN, b"/no") + END)
    assert statuses(answers) == [200, 405, 405, 404]


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (POST + CHUNKED + b"zz\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (GET + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_a_broken_request_behind_one_that_is_held_is_refused_in_its_turn(exchange, capfd, broken, status):
    assert statuses(exchange(GET + b"Prefer: wait=0.2\r\n\r\n" + broken)) == [200, status]
    assert capfd.readouterr().err == ""


def test_a_request_that_breaks_while_it_is_held_is_refused_at_once(exchange, capfd):
    assert statuses(exchange(GET + b"Prefer: wait=30\r\n" + CHUNKED + b"zz\r\n")) == [400]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (GET + b"\r\n", 200),
        (b"GET " + CAMPAIGN + b" HTTP/1.1\r\nHost: x\r\n\r\n", 401),
        (GET + b"Prefer: code=403\r\n\r\n", 403),
        (GET + b"Prefer: code=503\r\n\r\n", 503),
        (GET + b"Prefer: code=999\r\n\r\n", 400),
        (GET.replace(CAMPAIGN, b"/nowhere") + b"\r\n", 404),
        (POST + b"\r\n", 405),
        (POST + b"Content-Length: 5\r\n\r\nhello", 405),
        (POST + CHUNKED + b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", 405),
        (POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello", 405),
        (GET.replace(b"GET", b"OPTIONS") + b"\r\n", 204),
        (GET.replace(b"GET", b"HEAD") + b"\r\n", 200),
        (b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET /__mock__/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ],
)
def test_the_connection_stays_open_after_every_ordinary_answer(connect, read_one, request_, status):
    connection, method = connect(), request_.split(b" ")[0].decode()
    for _ in range(3):
        connection.sendall(request_)
        answer = read_one(connection, method)
        assert answer.status == status
        assert "connection" not in answer.headers
    connection.sendall(GET + b"\r\n")
    assert read_one(connection).status == 200


def test_an_upgrade_to_h2c_is_answered_in_http_1_and_the_next_request_finds_a_clean_end(connect, read_one):
    """As Java's HttpClient asks first on a plain connection; it opens another one when told so."""
    connection = connect()
    connection.sendall(GET + H2C + b"\r\n")
    answer = read_one(connection)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert "upgrade" not in answer.headers
    with contextlib.suppress(ConnectionError):
        connection.sendall(GET + b"\r\n")
        assert connection.recv(65536) == b""
    # With a body, and what follows already on its way.
    following = connect()
    following.sendall(POST + b"Content-Length: 5\r\n" + H2C + b"\r\nhello" + GET + b"\r\n")
    assert read_one(following).status == 405


def test_a_client_that_goes_away_while_its_request_is_held_leaves_no_trace(connect, exchange, capfd):
    connection = connect()
    connection.sendall(GET + b"Prefer: wait=0.1\r\n\r\n")
    connection.close()
    assert statuses(exchange(GET + b"Prefer: wait=0.2\r\n" + END)) == [200]
    assert capfd.readouterr().err == ""


def test_refused_requests_are_in_the_access_log(mock, exchange):
    stream = io.StringIO()
    mock.app.log = AccessLog(stream)
    try:
        exchange(b"garbage\r\n\r\n")
        exchange(POST.replace(CAMPAIGN, b"/" + b"k" * 9000) + b"\r\n")
    finally:
        log, mock.app.log = mock.app.log, None
    log.flush()
    first, second = stream.getvalue().splitlines()
    assert " - - 400 broken request " in first
    assert " POST /kkk" in second
    assert " 414 broken request " in second
    assert len(second) < 300


def test_a_refusal_is_json_that_says_what_to_do(exchange):
    (answer,) = exchange(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n")
    assert json.loads(answer.body)["error"] == "The request target is longer than 8192 bytes."
