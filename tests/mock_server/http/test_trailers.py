"""Trailers after a chunked body are not headers (RFC 9110, 6.5.1) and are not kept."""

import pytest
from raw_requests import CAMPAIGN, CHUNKED, END, GET, POST


@pytest.mark.attack("framing")
def test_trailers_leave_nothing_in_the_journal(connect, read_one, mock):
    connection = connect()
    connection.sendall(POST + CHUNKED)
    assert read_one(connection).status == 405
    before = mock.requests
    connection.sendall(b"0\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 5000) for n in range(100)) + b"\r\n")
    connection.sendall(GET + END)
    assert read_one(connection).status == 200
    assert mock.requests[:-1] == before


@pytest.mark.attack("framing")
def test_a_key_among_the_trailers_opens_nothing(statuses):
    anonymous = b"GET " + CAMPAIGN + b" HTTP/1.1\r\nHost: localhost\r\n"
    key = GET.partition(b"Host: localhost\r\n")[2]
    assert statuses(anonymous + key + END) == [200]
    assert statuses(anonymous + b"Connection: close\r\n" + CHUNKED + b"0\r\n" + key + b"\r\n") == [401]
