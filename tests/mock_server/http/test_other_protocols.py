"""Protocols other than HTTP/1.0 and HTTP/1.1 get one refusal at once, also where the parser would take them."""

import itertools
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_requests import CAMPAIGN, END, GET

LINES = {
    "HTTP/0.9": b"GET " + CAMPAIGN + b"\r\n",
    "HTTP/0.9 with a line feed only": b"GET " + CAMPAIGN + b"\n",
    "HTTP/0.9 and headers": GET.replace(b" HTTP/1.1", b"") + END,
    "HTTP/0.9 by name": GET.replace(b"1.1", b"0.9") + END,
    "HTTP/2 without its preface": GET.replace(b"1.1", b"2.0") + END,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "HTTP/1.2": GET.replace(b"1.1", b"1.2") + END,
    "a response": b"HTTP/1.1 200 OK\r\n\r\n",
    "RTSP": b"OPTIONS rtsp://localhost/a RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    "RTSP with a method of HTTP": GET.replace(b"HTTP/1.1", b"RTSP/1.0") + END,
    "RTSP with a version of HTTP": GET.replace(b"HTTP/1.1", b"RTSP/1.1") + END,
    "ICE": b"SOURCE " + CAMPAIGN + b" ICE/1.0\r\nHost: localhost\r\n\r\n",
    "SIP": b"OPTIONS sip:a@localhost SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(64),
    "an old hello of SSL": bytes.fromhex("802e0100020015000000100100800200800300800400800500800600"),
    "SMTP": b"EHLO localhost\r\n",
    "SOCKS 5": b"\x05\x01\x00",
    "PostgreSQL": bytes.fromhex("0000000804d2162f"),
    "Redis": b"*1\r\n$4\r\nPING\r\n",
    "memcached": b"stats\r\n",
    "the PROXY protocol": b"PROXY TCP4 127.0.0.1 127.0.0.1 50000 4010\r\n" + GET + END,
    "the PROXY protocol, binary": b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes(12),
    "FTP": b"USER anonymous\r\n",
    "two blanks before the version": GET.replace(b" HTTP/", b"  HTTP/") + END,
}


@pytest.mark.attack("framing")
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_it_is_refused_at_once(exchange, assert_sound, line):
    """The client waits without closing its side, so a server that waits for more would answer 408."""
    (answer,) = exchange(line)
    assert answer.status == 400
    assert assert_sound(answer)["code"] == "BAD_REQUEST"


@pytest.mark.attack("framing")
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_it_is_refused_wherever_it_is_cut(connect, read_one, line):
    for cut in range(1, min(len(line), 90), 7):
        connection = connect()
        connection.sendall(line[:cut])
        other = connect()
        other.sendall(GET + b"\r\n")
        assert read_one(other).status == 200  # so the first part was read
        connection.sendall(line[cut:])
        assert read_one(connection).status == 400
        connection.close()
        other.close()


@pytest.mark.attack("framing")
@pytest.mark.parametrize("kind", ["HTTP/0.9 and headers", "RTSP with a version of HTTP", "ICE", "SSH", "TLS"])
def test_it_is_refused_after_requests_that_are_answered(statuses, kind):
    assert statuses((GET + b"\r\n") * 2 + LINES[kind]) == [200, 200, 400]


@pytest.mark.attack("framing")
def test_a_request_in_many_pieces_is_answered(connect, read_one):
    connection = connect()
    for _ in range(2):
        for byte in GET + b"X-Path: " + CAMPAIGN + b"\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert read_one(connection).status == 200


@pytest.mark.attack("framing")
def test_words_of_other_protocols_in_headers_are_no_reason(statuses):
    words = b"X-A: " + CAMPAIGN + b" RTSP/1.0\r\nX-B: ICE/1.0\r\nX-C: GET /\r\n"
    assert statuses(GET + words + b"\r\n" + GET + words + END) == [200, 200]


@pytest.mark.attack("framing")
def test_empty_lines_without_an_end_are_refused(statuses):
    assert statuses(b"\r\n" * 60_000) == [431]


@pytest.mark.attack("framing")
@given(st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_requests_in_any_pieces_are_all_answered(connect, read_answers, data):
    """The pieces end within heads, so one piece has the end of a request, whole ones and the beginning of another."""
    stream = (GET + b"\r\n") * data.draw(st.integers(1, 6)) + GET + END
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    connection, received = connect(), b""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for begin, end in itertools.pairwise([0, *cuts, len(stream)]):
        connection.sendall(stream[begin:end])
    while chunk := connection.recv(65536):
        received += chunk
    assert {answer.status for answer in read_answers(received)} == {200}
