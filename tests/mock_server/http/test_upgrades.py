"""The server offers no upgrade: a request with one, as Java's HttpClient sends it, is answered in HTTP/1.1."""

import json

import pytest
from raw_requests import GET, H2C, WEBSOCKET

MAKE_ACCOUNT = b"POST /__mock__/accounts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"name": "by Java"}'
FRAMED = {
    "a length": b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY),
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n5\r\n%s\r\n%x\r\n%s\r\n0\r\nTrailer: x\r\n\r\n"
    % (BODY[:5], len(BODY) - 5, BODY[5:]),
}


@pytest.fixture(params=FRAMED.values(), ids=FRAMED.keys())
def wish(request):
    """A request with a body and a wish for an upgrade."""
    return MAKE_ACCOUNT + H2C + request.param


def assert_is_made(answer):
    assert (answer.status, answer.headers["connection"]) == (201, "close")
    assert json.loads(answer.body)["name"] == "by Java"


def test_the_body_is_read(exchange, wish):
    (answer,) = exchange(wish)
    assert_is_made(answer)


def test_the_body_is_read_wherever_it_is_cut(connect, read_one, wish):
    for cut in range(wish.index(b"\r\n\r\n"), len(wish)):
        connection = connect()
        connection.sendall(wish[:cut])
        # Another connection's answer says that the first part was read.
        other = connect()
        other.sendall(GET + b"\r\n")
        assert read_one(other).status == 200
        connection.sendall(wish[cut:])
        assert_is_made(read_one(connection))
        connection.close()


@pytest.mark.attack("framing")
@pytest.mark.parametrize(
    "next_", [GET + b"\r\n", MAKE_ACCOUNT + FRAMED["a length"], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
)
def test_what_follows_is_no_part_of_the_body_and_gets_no_answer(exchange, mock, wish, next_):
    made = len(mock.mock.accounts.all)
    (answer,) = exchange(wish + next_)
    assert_is_made(answer)
    assert len(mock.mock.accounts.all) == made + 1


def test_it_is_answered_in_order(exchange, wish):
    first, second, third = exchange((GET + b"Prefer: wait=0.1\r\n\r\n") * 2 + wish)
    assert (first.status, second.status) == (200, 200)
    assert_is_made(third)


@pytest.mark.attack("framing")
@pytest.mark.parametrize("wish_", [H2C, WEBSOCKET])
def test_an_upgrade_after_the_last_request_of_a_connection_is_ignored(statuses, caplog, wish_):
    last = GET + b"Connection: close\r\n\r\n"
    assert statuses(last + GET + wish_ + b"\r\n") == [200]
    assert statuses(last + MAKE_ACCOUNT + wish_ + FRAMED["a length"]) == [200]
    assert caplog.text == ""


@pytest.mark.attack("framing")
def test_a_broken_body_gets_400(exchange, assert_sound):
    (answer,) = exchange(MAKE_ACCOUNT + H2C + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert answer.status == 400
    assert_sound(answer)


@pytest.mark.attack("framing")
def test_a_body_over_1_mib_gets_413(exchange, assert_sound):
    (answer,) = exchange(MAKE_ACCOUNT + H2C + b"Content-Length: 2000000\r\n\r\n" + b" " * 2_000_000)
    assert answer.status == 413
    assert_sound(answer)
