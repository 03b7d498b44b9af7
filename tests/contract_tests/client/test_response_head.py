"""The head of a response is kept as it was sent, and what h11 rejects about the length does not hide the rest."""

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract_tests.client.response_head import ResponseHead

START = b"HTTP/1.1 200 OK\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n"
LENGTHS = ["5", "05", "7", "5, 5", "5, 7", "+5", "-5", "5.0", "0x5", "", "5 5", "five", "²"]
CODINGS = ["chunked", "Chunked", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", ""]
LINES = [*(f"Content-Length: {value}" for value in LENGTHS), *(f"Transfer-Encoding: {value}" for value in CODINGS)]


def received(data: bytes, *cuts: int) -> ResponseHead:
    """Receive bytes in pieces that end at these places."""
    head, begin = ResponseHead(), 0
    for end in [*sorted(cuts), len(data)]:
        if head.is_pending:
            head.add(data[begin:end])
            begin = end
    return head


def parsed(data: bytes) -> h11.Response:
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "h"), ("Connection", "close")]))
    client.send(h11.EndOfMessage())
    client.receive_data(data)
    event = client.next_event()
    while isinstance(event, h11.InformationalResponse):
        event = client.next_event()
    return event


@given(
    st.lists(st.sampled_from(LINES), max_size=4).map("\r\n".join),
    st.lists(st.integers(0, 120), max_size=3),
    st.sampled_from([b"", HINTS, HINTS * 2]),
)
def test_no_length_prevents_reading_and_each_one_is_kept(lines, cuts, interim):
    """However the bytes arrive, and after interim responses too."""
    fields = f"X-First: 1\r\n{lines}\r\n".encode().replace(b"\r\n\r\n", b"\r\n")
    response_head = received(interim + START + fields + b"\r\nhello", *cuts)
    response = parsed(response_head.take())
    assert response.status_code == 200
    kept = [(name, value.lower()) for name, value in response_head.as_sent(response.headers.raw_items())]
    sent = [line.split(": ", 1) for line in lines.split("\r\n") if line]
    assert sorted((name.lower(), value) for name, value in kept) == sorted(
        [(b"x-first", b"1"), *((name.lower().encode(), value.lower().strip().encode()) for name, value in sent)]
    )


@pytest.mark.parametrize(
    "lines", [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"", b"X: Content-Length: +5\r\n"]
)
def test_an_ordinary_head_is_not_changed(lines):
    data = HINTS + START + lines + b"\r\nhello\r\nContent-Length: x\r\n\r\n"
    assert received(data).take() == data


@pytest.mark.attack("hostile-bodies")
def test_a_head_without_end_is_pending_up_to_a_limit():
    head = ResponseHead()
    while head.is_pending:
        head.add(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1000)
    assert len(head.received) < 2**18
    assert head.take() == head.received


@pytest.mark.parametrize("data", [b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01", b"HTTP/2.0 "])
def test_another_protocol_is_not_waited_for(data):
    assert not received(data).is_pending
