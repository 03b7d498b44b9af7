"""Endless heads and bodies are read up to their bounds and refused."""

import pytest
from raw_requests import CHUNKED, END, GET, POST

from migma_mock.http import bounds


@pytest.mark.attack("memory")
@pytest.mark.parametrize("length", [bounds.MAX_TARGET_BYTES, bounds.MAX_TARGET_BYTES + 1, 60_000, 70_000, 1_000_000])
@pytest.mark.parametrize("earlier", [0, 1])
def test_a_target_over_8_kib_gets_414(exchange, assert_sound, length, earlier):
    *firsts, answer = exchange(
        (GET + b"\r\n") * earlier + b"GET /" + b"a" * (length - 1) + b" HTTP/1.1\r\nHost: localhost\r\n" + END
    )
    assert [first.status for first in firsts] == [200] * earlier
    assert answer.status == (404 if length <= bounds.MAX_TARGET_BYTES else 414)
    assert_sound(answer)


@pytest.mark.attack("memory")
@pytest.mark.parametrize("length", [60_000, 70_000, 200_000, 1_000_000])
@pytest.mark.parametrize("earlier", [0, 1])
def test_headers_over_64_kib_get_431(exchange, assert_sound, length, earlier):
    *firsts, answer = exchange((GET + b"\r\n") * earlier + GET + b"X-A: " + b"a" * length + b"\r\n" + END)
    assert [first.status for first in firsts] == [200] * earlier
    assert answer.status == (200 if length < 64_000 else 431)
    assert_sound(answer)


@pytest.mark.attack("memory")
@pytest.mark.parametrize(
    ("endless", "status"),
    [(b"GET /" + b"a" * 500_000, 414), (GET + b"X-A: " + b"a" * 500_000, 431), (GET + b"X: y\r\n" * 50_000, 431)],
)
def test_a_head_without_an_end_is_refused_before_it_has_one(statuses, endless, status):
    assert statuses(endless) == [status]


def test_many_small_requests_in_one_go_are_no_large_head(statuses):
    """More than 64 KiB of whole requests, and the begin of one more."""
    assert statuses((GET + b"\r\n") * 500 + GET + END) == [200] * 501


@pytest.mark.attack("memory")
def test_a_body_over_1_mib_is_read_no_further(statuses):
    assert statuses(POST + CHUNKED + (b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 200) == [405]


@pytest.mark.attack("memory")
def test_trailers_without_an_end_get_413_from_a_request_that_is_held(exchange, assert_sound):
    endless = b"X-Trailer: y\r\n" * 100_000
    (answer,) = exchange(GET + b"Prefer: wait=30\r\n" + CHUNKED + b"0\r\n" + endless)
    assert answer.status == 413
    assert assert_sound(answer)["code"] == "CONTENT_TOO_LARGE"
