"""Invalid HTTP is refused in the contract's form; HTTP that is only unusual is answered."""

import io
import json

import pytest
from raw_requests import BROKEN, CAMPAIGN, POST, UNUSUAL

from migma_mock.http.access_log import AccessLog


@pytest.mark.attack("framing")
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_http_gets_400_with_an_envelope_and_the_connection_ends(exchange, assert_sound, data):
    *_, answer = exchange(data)
    assert answer.status == 400
    assert answer.headers["connection"] == "close"
    assert assert_sound(answer)["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("kind", ["HTTP/1.0", "absolute", "empty lines", "held", "h2c", "websocket"])
def test_unusual_http_is_answered(exchange, assert_sound, kind):
    (answer,) = exchange(UNUSUAL[kind])
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert assert_sound(answer)["success"] is True


def test_refused_requests_are_in_the_access_log(mock, exchange):
    stream = io.StringIO()
    mock.mock.log = AccessLog(stream)
    try:
        exchange(b"garbage\r\n\r\n")
        exchange(POST.replace(CAMPAIGN, b"/" + b"k" * 9000) + b"\r\n")
    finally:
        log, mock.mock.log = mock.mock.log, None
    log.flush()
    first, second = stream.getvalue().splitlines()
    assert " - - 400 invalid request " in first
    assert " POST /kkk" in second
    assert " 414 invalid request " in second
    assert len(second) < 300


@pytest.mark.attack("framing")
def test_a_refusal_is_json_that_says_what_to_do(exchange):
    (answer,) = exchange(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n")
    assert json.loads(answer.body)["error"] == "The request target is longer than 8192 bytes."
