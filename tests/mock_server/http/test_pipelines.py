"""Several requests on one connection: in a row, behind one that waits, and after any response."""

import contextlib

import pytest
from raw_requests import CAMPAIGN, CHUNKED, END, GET, H2C, POST

from migma_mock.http.protocol import MockProtocol


@pytest.mark.attack("framing")
def test_what_is_whole_gets_its_answer_before_garbage_ends_the_connection(statuses):
    assert statuses((GET + b"\r\n") * 3 + b"\x00garbage") == [200, 200, 200, 400]
    assert statuses(GET + b"Prefer: wait=0.1\r\n\r\n" + GET + b"\r\n" + b"\x00garbage") == [200] * 2


def test_answers_come_in_the_order_of_the_requests(statuses):
    slow_first = GET + b"Prefer: wait=0.1\r\n\r\n" + GET.replace(b"GET", b"HEAD") + b"\r\n" + POST + b"\r\n"
    # HEAD in the middle has no body, so the answers cannot be told apart by length here.
    assert statuses(slow_first.replace(b"HEAD", b"PUT") + GET.replace(CAMPAIGN, b"/no") + END) == [200, 405, 405, 404]


@pytest.mark.attack("framing")
@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (POST + CHUNKED + b"zz\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (GET + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_a_broken_request_behind_one_that_is_held_is_refused_in_its_turn(statuses, capfd, broken, status):
    assert statuses(GET + b"Prefer: wait=0.2\r\n\r\n" + broken) == [200, status]
    assert capfd.readouterr().err == ""


@pytest.mark.attack("framing")
def test_a_request_that_breaks_while_it_is_held_is_refused_at_once(statuses, capfd):
    assert statuses(GET + b"Prefer: wait=30\r\n" + CHUNKED + b"zz\r\n") == [400]
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
        (b"GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
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


@pytest.mark.attack("framing")
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


@pytest.mark.attack("framing")
def test_a_client_that_goes_away_while_its_request_is_held_leaves_no_trace(connect, statuses, capfd):
    connection = connect()
    connection.sendall(GET + b"Prefer: wait=0.1\r\n\r\n")
    connection.close()
    assert statuses(GET + b"Prefer: wait=0.2\r\n" + END) == [200]
    assert capfd.readouterr().err == ""


@pytest.mark.attack("slow-peers")
def test_what_was_received_is_searched_once_for_all_requests_in_it(monkeypatch, statuses):
    """If each of them searched it, thousands that are sent at once would keep the mock busy for seconds."""
    receive, received, searches = MockProtocol.data_received, [], []

    class Received(bytes):
        def __contains__(self, part):
            searches.append(part)
            return super().__contains__(part)

    def data_received(self, data):
        received.append(len(data))
        receive(self, Received(data))

    monkeypatch.setattr(MockProtocol, "data_received", data_received)
    assert statuses((GET + b"\r\n") * 499 + GET + END) == [200] * 500
    assert len(received) < 100
    assert len(searches) <= 2 * len(received)
