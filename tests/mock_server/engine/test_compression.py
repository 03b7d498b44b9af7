"""``gzip``: replies are compressed for clients that accept it, and everything else about them stays true."""

import gzip
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract_tests.cli.main import main as check_main
from migma_mock import MockServer
from migma_mock.engine.compression import accepts_gzip, compressed
from migma_mock.messages.delivery import Delivery
from migma_mock.messages.reply import Reply
from migma_mock.mock import Mock

ACCEPTING = [(b"accept-encoding", b"gzip")]


@pytest.fixture(scope="module")
def zipping():
    """A mock that compresses and limits the rate of requests, on a socket."""
    with MockServer(reload=False, gzip=True, plan="pro", retry_after="date", strict_auth=True) as server:
        yield server


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (b"", False),
        (b"gzip", True),
        (b"GZIP", True),
        (b"x-gzip", True),
        (b"gzip, deflate, br", True),
        (b"br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        (b"*", True),
        (b"*;q=0", False),
        (b"gzip;q=0", False),
        (b"gzip;q=0.000, *", False),
        (b"gzip; q=0.001", True),
        (b"gzip;q=0, *;q=1", False),
        (b"identity", False),
        (b"identity;q=0", False),
        (b"identity;q=1, gzip;q=0.5", False),
        (b"identity;q=0.5, gzip;q=1", True),
        (b"identity;q=0, *", True),
        (b"deflate, br", False),
        (b"gzip;q=nonsense", False),
        (b"gzip;q=2", False),
        (b"gzipped", False),
    ],
)
def test_a_client_accepts_gzip_by_its_q_values(accepted, expected):
    assert accepts_gzip(accepted) is expected


@given(st.binary(max_size=2000))
def test_any_header_is_understood_or_ignored(accepted):
    assert accepts_gzip(accepted) in (True, False)


def a_reply(body, *headers, delivery=None, announced=None):
    length = str(len(body) if announced is None else announced).encode()
    reply = Reply(200, ((b"content-type", b"application/json"), (b"content-length", length), *headers), body, "a test")
    return reply if delivery is None else replace(reply, delivery=delivery)


@given(st.binary(min_size=1, max_size=40_000), st.integers(-50, 50))
def test_the_body_is_the_same_and_its_length_as_wrong_as_before(body, difference):
    announced = max(0, len(body) + difference)
    sent = compressed(a_reply(body, announced=announced), ACCEPTING)
    headers = dict(sent.headers)
    assert gzip.decompress(sent.body) == body
    assert int(headers[b"content-length"]) == max(0, len(sent.body) + announced - len(body))
    assert (headers[b"content-encoding"], headers[b"vary"]) == (b"gzip", b"Accept-Encoding")


@given(st.binary(min_size=1, max_size=2000), st.integers(0, 2000))
def test_a_body_that_is_cut_off_still_is(body, sent):
    cut = compressed(a_reply(body, delivery=Delivery("truncate", min(sent, len(body) - 1))), ACCEPTING)
    assert cut.delivery.sent < len(cut.body)


def test_the_same_body_gives_the_same_bytes():
    body = b"x" * 50_000
    assert compressed(a_reply(body), ACCEPTING) == compressed(a_reply(bytes(bytearray(body))), ACCEPTING)


def test_a_strong_etag_becomes_weak_and_the_reply_to_others_keeps_it():
    reply = a_reply(b"{}", (b"etag", b'"v1"'))
    assert dict(compressed(reply, ACCEPTING).headers)[b"etag"] == b'W/"v1"'
    assert dict(compressed(reply, []).headers)[b"etag"] == b'"v1"'
    assert dict(compressed(reply, []).headers)[b"vary"] == b"Accept-Encoding"


def test_what_has_no_body_or_an_encoding_of_its_own_is_not_changed():
    for reply in (a_reply(b""), a_reply(b"x", (b"content-encoding", b"br"))):
        assert compressed(reply, ACCEPTING) is reply


def test_get_and_head_agree_and_the_plain_reply_stays_available(zipping):
    url = zipping.stats_url(zipping.example_id)
    zipped, head, plain = (
        httpx.request(method, url, headers={**zipping.auth_headers, "Accept-Encoding": coding})
        for method, coding in (("GET", "gzip"), ("HEAD", "gzip"), ("GET", "identity"))
    )
    assert zipped.json() == plain.json()
    assert (zipped.headers["content-encoding"], head.headers["content-encoding"]) == ("gzip", "gzip")
    assert zipped.headers["content-length"] == head.headers["content-length"] < plain.headers["content-length"]
    assert "content-encoding" not in plain.headers
    assert [each.headers["vary"] for each in (zipped, head, plain)] == ["Accept-Encoding"] * 3


def test_a_delayed_head_still_agrees_with_get(zipping):
    """A fault that keeps the head of a reply must not take away its length."""
    account = zipping.new_account()
    url = account.stats_url(account.example_id)
    account.fault("delay", seconds=0.001)
    lengths = [
        httpx.request(each, url, headers=account.auth_headers).headers["content-length"] for each in ("GET", "HEAD")
    ]
    assert lengths[0] == lengths[1]


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(
    ("kind", "options"),
    [("truncate", {}), ("truncate", {"after": 5}), ("wrong-content-length", {"delta": 7}), ("reset-mid-body", {})],
)
def test_faults_on_the_length_work_on_what_is_sent(fast_path, kind, options):
    with MockServer(reload=False, gzip=True, fast_path=fast_path) as server:
        server.fault(kind, **options)
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            httpx.get(server.stats_url(server.example_id), headers=server.auth_headers)
        server.clear_faults()
        server.fault("drip", seconds=0.01, pieces=3)
        assert httpx.get(server.stats_url(server.example_id), headers=server.auth_headers).json()["success"] is True


def test_faults_on_the_body_are_compressed_with_it(zipping):
    account = zipping.new_account()
    account.fault("invalid-json")
    response = httpx.get(account.stats_url(account.example_id), headers=account.auth_headers)
    assert response.headers["content-encoding"] == "gzip"
    with pytest.raises(ValueError, match="Expecting"):
        response.json()


def test_the_journal_shows_the_body_that_a_client_reads(zipping):
    account = zipping.new_account()
    response = httpx.get(account.stats_url(account.example_id), headers=account.auth_headers)
    assert account.requests[-1].response_body == response.text


def test_the_check_of_this_project_reads_it(zipping, monkeypatch, capsys):
    monkeypatch.setenv("MIGMA_API_KEY", zipping.api_key)
    arguments = ["check", "--base-url", zipping.base_url, "--campaign-id", zipping.example_id, "--quiet"]
    monkeypatch.setattr("sys.argv", ["migma-contract", *arguments])
    with pytest.raises(SystemExit) as ending:
        check_main()
    assert (ending.value.code or 0) == 0, capsys.readouterr()


def test_without_the_setting_nothing_is_compressed_and_nothing_costs_a_request_anything():
    assert Mock(reload=False).engine._finishing is None
