"""No connection stays open for ever: a request has to be complete in time, and idle time is limited."""

import contextlib
import time

import pytest
from raw_requests import CHUNKED, END, GET, POST

from migma_mock import MockServer
from migma_mock.http import bounds

HELD_BODY = b"POST /__mock__/accounts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture
def hasty(monkeypatch):
    """A mock with 0.4 seconds for a head, a body and between requests."""
    monkeypatch.setattr(bounds, "HEADERS_SECONDS", 0.4)
    monkeypatch.setattr(bounds, "BODY_SECONDS", 0.4)
    with MockServer(reload=False) as server:
        server._server.config.timeout_keep_alive = 0.4
        yield server


def assert_ends(connection):
    """Wait until the server closes it."""
    with contextlib.suppress(ConnectionError):
        assert connection.recv(65536) == b""


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (GET + b"\r\n", b""),
        (GET + b"\r\n", b"\r\n"),
        (GET + b"Prefer: wait=0.01\r\n\r\n", b"\r\n\r\n"),
        (POST + b"\r\n", b"\r\n"),
        (POST + b"Content-Length: 5\r\n\r\n", b""),
        (POST + b"Content-Length: 5\r\n\r\n", b"he"),
        (POST + b"Content-Length: 5\r\n\r\n", b"hello"),
        (POST + b"Content-Length: 5\r\n\r\nhe", b"llo\r\n"),
        (POST + CHUNKED, b"5\r\nhello\r\n"),
        (POST + CHUNKED, b"0\r\n\r\n"),
    ],
)
def test_a_connection_ends_if_no_request_follows_the_answer(connect, hasty, read_one, first, then):
    connection = connect(hasty)
    connection.sendall(first)
    assert read_one(connection).status == (405 if first.startswith(b"POST") else 200)
    connection.sendall(then)
    assert_ends(connection)


@pytest.mark.attack("slow-peers")
def test_empty_lines_gain_no_time(connect, hasty, read_one):
    connection = connect(hasty)
    connection.sendall(GET + b"\r\n")
    assert read_one(connection).status == 200
    connection.settimeout(0.05)
    # Ten seconds of them; closed with a reset, where one was under way, counts as closed.
    with contextlib.suppress(ConnectionError):
        for _ in range(200):
            connection.sendall(b"\r\n")
            with contextlib.suppress(TimeoutError):
                assert connection.recv(65536) == b""
                return
        pytest.fail("the connection is still open")


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize(
    "begun", [b"Content-Length: 5\r\n\r\n", b"Content-Length: 5\r\n\r\n{", CHUNKED, CHUNKED + b"2\r\n"]
)
def test_a_body_that_does_not_come_gets_408(exchange, hasty, assert_sound, begun):
    (answer,) = exchange(HELD_BODY + begun, hasty)
    assert answer.status == 408
    assert assert_sound(answer)["code"] == "REQUEST_TIMEOUT"


@pytest.mark.attack("slow-peers")
def test_a_body_that_trickles_gains_no_time(connect, hasty, read_answers):
    connection = connect(hasty)
    connection.settimeout(0.01)
    received = b""
    connection.sendall(HELD_BODY + b"Content-Length: 100000\r\n\r\n")
    for _ in range(1000):
        with contextlib.suppress(TimeoutError):
            connection.sendall(b" ")
            received = connection.recv(65536)
            break
    (answer,) = read_answers(received)
    assert answer.status == 408


def test_a_body_behind_a_request_that_is_held_is_not_late(statuses, hasty):
    """It is not read before its turn, however long that takes."""
    held = GET + b"Prefer: wait=1\r\n\r\n"
    large = b"Content-Length: 600000\r\nConnection: close\r\n\r\n{}" + b" " * 599_998
    assert statuses(held + HELD_BODY + large, hasty) == [200, 422]


@pytest.mark.attack("slow-peers")
def test_a_body_that_breaks_off_while_its_answer_is_under_way_gets_no_second_one(connect, hasty):
    hasty.fault("drip", seconds=1.5, pieces=3, times=1)
    connection, received = connect(hasty), b""
    connection.sendall(GET + CHUNKED)
    while chunk := connection.recv(65536):
        received += chunk
    assert received.count(b"HTTP/1.1") == 1


def test_an_answer_may_take_longer_than_a_connection_may_be_idle(connect, hasty, read_one):
    connection = connect(hasty)
    for wait in (b"0.01", b"1", b"1"):
        connection.sendall(GET + b"Prefer: wait=%s\r\n\r\n" % wait)
        assert read_one(connection).status == 200


def test_who_keeps_asking_is_never_late(connect, hasty, read_answers):
    """Each write ends within the next request: no moment is without one that has begun."""
    connection, ends = connect(hasty), time.monotonic() + 1.2
    two = (GET + b"\r\n") * 2
    connection.sendall(two[:-10])
    received, whole = b"", 1
    while time.monotonic() < ends:
        while received.count(b"HTTP/1.1 ") < whole:
            chunk = connection.recv(65536)
            assert chunk, received
            received += chunk
        connection.sendall(two[-10:] + two[:-10])
        whole += 2
    connection.sendall(two[-10:] + GET + END)
    while chunk := connection.recv(65536):
        received += chunk
    answers = read_answers(received)
    assert [answer.status for answer in answers] == [200] * (whole + 2)


@pytest.mark.attack("memory")
def test_empty_lines_without_end_are_read_no_further_than_a_body(connect, mock, read_one, caplog):
    connection = connect()
    connection.sendall(GET + b"\r\n")
    assert read_one(connection).status == 200
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            connection.sendall(b"\r\n" * 16384)
        assert connection.recv(65536) == b""
    assert caplog.text == ""
