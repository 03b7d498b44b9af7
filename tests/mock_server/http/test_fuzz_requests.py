"""Random bytes over a socket: never two answers to one request, and a server that is as it was before."""

import contextlib
import gc
import socket
from urllib.parse import urlsplit

import pytest
from editing import until
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_requests import BROKEN, CAMPAIGN, CHUNKED, END, GET, POST, UNUSUAL

from migma_mock.http.protocol import MockProtocol

pytestmark = pytest.mark.attack("framing")

FEW_OR_MANY = pytest.mark.parametrize("examples", [150, pytest.param(5_000, marks=pytest.mark.long)])

# Requests that wait, or that take long to fail, would make a fuzz of their time-outs.
SLOW = ("held", "body that never comes", "expect", "many headers", "huge header", "huge target", "body", "pipelined")
SEEDS = [*BROKEN.values(), *(data for name, data in UNUSUAL.items() if name not in SLOW)]
HEADERS = [
    *(b"Host: localhost", b"Host: evil.example", b"Host:", b"Host : localhost", b"host: localhost"),
    *(b"Content-Length: 0", b"Content-Length: 3", b"Content-Length: +3", b"Content-Length: 3, 3", b"Content-Length:"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked", b"Transfer-Encoding: xchunked", b"TE: trailers"),
    *(b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding:\tchunked", b"Transfer_Encoding: chunked"),
    *(b"Connection: close", b"Connection: keep-alive, upgrade", b"Upgrade: h2c", b"Upgrade: websocket"),
    *(b"X-A: b", b" folded", b": none", b"no colon", b"X-\x00: a", b"X-A: \xff\xfe", b"Prefer: code=503", b"Range: x"),
]
methods = st.sampled_from(
    [b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT", b"TRACE", b"CONNECT", b"PRI", b"get", b"", b"\x00"]
)
paths = st.sampled_from(
    [CAMPAIGN, b"/", b"/docs", b"/__mock__/accounts", b"*", b"http://localhost/", b"//x", b"", b"/\xff"]
)
versions = st.sampled_from(
    [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.2", b"RTSP/1.0", b"", b"HTTP/1.1 "]
)
ends = st.sampled_from([b"\r\n"] * 8 + [b"\n", b"\r", b"\r\r\n", b"\n\n"])
bodies = st.sampled_from(
    [b"", b"abc", b"0\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"3;x=1\r\nabc\r\n0\r\nT: x\r\n\r\n", b"zz\r\n", b"-1\r\n"]
)


@st.composite
def assembled(draw):
    """Return a request of parts that are valid, invalid, or ambiguous together."""
    lines = [b" ".join([draw(methods), draw(paths), draw(versions)])]
    lines += [b"Host: localhost"] * draw(st.integers(0, 3) if draw(st.integers(0, 4)) == 0 else st.just(1))
    lines += draw(st.lists(st.sampled_from(HEADERS), max_size=5))
    return b"".join(line + draw(ends) for line in [*lines, b""]) + draw(bodies)


@st.composite
def mutated(draw):
    """Return a known request with some bytes replaced, deleted, doubled or inserted."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 8))
        new = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[place : place + length]) * 2)))
        data[place : place + length] = new
    return bytes(data)


streams = st.lists(
    st.one_of(assembled(), mutated(), st.binary(max_size=60), st.just(GET + b"\r\n")), min_size=1, max_size=4
)
cuts = st.lists(st.integers(0, 2000), max_size=3)


def send(mock, data, places):
    """Send bytes in pieces, then the end; return everything that comes until the server closes the connection."""
    address = urlsplit(mock.base_url)
    received = b""
    with socket.create_connection((address.hostname, address.port), timeout=600) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):  # the server may have closed it already
            for start, end in zip([0, *places], [*places, len(data)], strict=True):
                connection.sendall(data[start:end])
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while chunk := connection.recv(65536):
                received += chunk
    return received


@FEW_OR_MANY
def test_whatever_is_sent_has_at_most_one_answer_a_request(mock, caplog, capfd, examples):
    """Each request has at least a line, so there are never more answers than lines.

    What is answered with 400 is the last: after invalid bytes, nobody knows where the next request begins.
    """

    @settings(max_examples=examples)
    @given(streams, cuts)
    def holds(requests, places):
        data = b"".join(requests)
        received = send(mock, data, sorted(min(place, len(data)) for place in places))
        heads = [part for part in received.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit() and part[3:4] == b" "]
        statuses = [int(part[:3]) for part in heads]
        assert len(statuses) <= data.count(b"\n") + data.count(b"\r") + 1
        assert b"Traceback" not in received
        assert 500 not in statuses
        invalid = [status for status, head in zip(statuses, heads, strict=True) if b'"BAD_REQUEST"' in head]
        assert not invalid or statuses[-1] == 400
        assert len(invalid) <= 1

    holds()
    until(lambda: not mock._server.server_state.connections, "no connection is left")
    assert send(mock, GET + END, []).startswith(b"HTTP/1.1 200 OK")
    assert "Traceback" not in capfd.readouterr().err
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@FEW_OR_MANY
def test_random_bodies_in_chunks_leave_one_answer(mock, examples, read_answers):
    """A valid request before, one with any chunks, and a marked one after: an answer for each or an end, in order."""
    pieces = st.one_of(
        bodies, st.binary(max_size=20), st.sampled_from([b"1\r\n", b"a\r\n", b"0\r\n", b"\r\n", b"fffffffff\r\n"])
    )

    @settings(max_examples=examples)
    @given(st.sampled_from([GET, POST]), st.lists(pieces, max_size=6).map(b"".join), cuts)
    def holds(head, body, places):
        data = GET + b"\r\n" + head + CHUNKED + body + GET.replace(CAMPAIGN, b"/marked") + END
        answers = read_answers(send(mock, data, sorted(min(place, len(data)) for place in places)))
        statuses = [answer.status for answer in answers]
        own = 200 if head is GET else 405
        # Without an own answer, the end of the connection came before the end of the body.
        assert statuses in ([200], [200, 400], [200, own], [200, own, 404], [200, own, 400])

    holds()


def test_connections_and_their_requests_are_gone_afterwards(mock):
    """Twice as many invalid requests leave as many objects as before."""

    def left_after(number):
        for seed in SEEDS * number:
            send(mock, seed, [len(seed) // 2])
        until(lambda: not mock._server.server_state.connections, "no connection is left")
        gc.collect()
        return sum(isinstance(each, MockProtocol) for each in gc.get_objects())

    left_after(1)
    assert left_after(2) <= left_after(1) + 1
