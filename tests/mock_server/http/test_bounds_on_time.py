"""Headers that do not arrive in time get 408; a response may take longer."""

import contextlib

import pytest
from raw_requests import END, GET

from migma_mock import MockServer
from migma_mock.http import bounds


@pytest.fixture
def hasty(monkeypatch):
    """A mock that waits 0.4 seconds for headers."""
    monkeypatch.setattr(bounds, "HEADERS_SECONDS", 0.4)
    with MockServer(reload=False) as server:
        yield server


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("beginning", [b"G", b"GET /", GET, GET + b"X-A: b", b"GET / HTTP/1.1\r\n"])
def test_slow_headers_get_408(exchange, hasty, assert_sound, beginning):
    (answer,) = exchange(beginning, hasty)
    assert answer.status == 408
    assert assert_sound(answer)["code"] == "REQUEST_TIMEOUT"


@pytest.mark.attack("slow-peers")
def test_a_connection_that_asks_nothing_is_closed(exchange, hasty):
    assert exchange(b"", hasty) == []


@pytest.mark.attack("slow-peers")
def test_slow_headers_of_a_second_request_get_408(statuses, hasty):
    assert statuses(GET + b"\r\n" + GET, hasty) == [200, 408]


@pytest.mark.attack("slow-peers")
def test_slow_headers_of_a_request_that_begins_later_get_408(connect, hasty, read_one):
    connection = connect(hasty)
    connection.sendall(GET + b"\r\n")
    assert read_one(connection).status == 200
    connection.sendall(b"GET /")
    assert read_one(connection).status == 408


@pytest.mark.attack("slow-peers")
def test_headers_that_trickle_gain_no_time(connect, hasty, read_answers):
    connection = connect(hasty)
    connection.settimeout(0.01)
    received = b""
    for byte in GET + b"X: " + b"y" * 100_000:
        with contextlib.suppress(TimeoutError):
            connection.sendall(bytes([byte]))
            received = connection.recv(65536)
            break
    (answer,) = read_answers(received)
    assert answer.status == 408


def test_an_answer_may_take_longer_than_headers(statuses, hasty):
    assert statuses(GET + b"Prefer: wait=0.8\r\n" + END, hasty) == [200]
