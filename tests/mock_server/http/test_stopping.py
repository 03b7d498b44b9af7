"""A server that stops does not wait for clients that do nothing, and logs nothing about them."""

import contextlib
import socket
from urllib.parse import urlsplit

import pytest
from raw_requests import GET

from migma_mock import MockServer

UNREAD = GET + b"\r\n"
HELD_BODY = b"POST /__mock__/accounts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"


def flood(server):
    """Send requests and read nothing until the server takes no more; the kernel keeps little for the connection."""
    address, connection = urlsplit(server.base_url), socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((address.hostname, address.port))
    connection.settimeout(0.5)
    with contextlib.suppress(TimeoutError):
        while True:
            connection.sendall(UNREAD * 500)
    return connection


def read_to_end(connection):
    while connection.recv(1 << 20):
        pass


@pytest.fixture
def server(serve):
    process = serve("--quiet")
    process.base_url = process.url
    return process


def assert_ends_silently(server):
    seconds, code, _, err = server.end()
    assert (code, err) == (0, "")
    assert seconds < 30


def test_a_client_that_reads_nothing_is_disconnected_silently(server):
    with flood(server):
        assert_ends_silently(server)


@pytest.mark.parametrize("hurries", [False, True], ids=["stopped", "stopped twice"])
def test_a_response_that_is_cut_off_by_the_end_of_the_server_ends_with_a_reset(caplog, hurries):
    """After an orderly close, some clients take the part that they got of a slow response for the whole."""
    mock = MockServer(reload=False)
    mock._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    reply = {"status": 503, "body": {"success": False, "error": "x" * 900_000}}
    address = urlsplit(mock.stats_url("large"))
    with mock, socket.socket() as connection:
        mock.add_campaign({"id": "large", "title": "L", "description": "L", "reply": reply, "undocumented": True})
        mock.fault("drip", seconds=60, pieces=2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect((address.hostname, address.port))
        head = f"GET {address.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {mock.api_key}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(16).startswith(b"HTTP/1.1 503")
        mock._server.force_exit = hurries
        mock.stop()
        with pytest.raises(ConnectionResetError):
            read_to_end(connection)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_client_that_reads_nothing_and_leaves_is_not_logged(statuses, server):
    flood(server).close()
    assert statuses(GET + b"Connection: close\r\n\r\n", server) == [200]
    assert_ends_silently(server)


def test_an_incomplete_body_is_dropped_silently(connect, read_one, server):
    connection = connect(server)
    connection.sendall(HELD_BODY)
    other = connect(server)
    # The site is loaded when first asked for: with its answer, the other request is on its way too.
    other.sendall(b"GET /__mock__/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert read_one(other).status == 200
    assert_ends_silently(server)


def test_held_and_incomplete_requests_are_dropped_silently(connect, read_one, server):
    first, second = connect(server), connect(server)
    first.sendall(GET + b"Prefer: wait=60\r\n\r\n" + GET + b"\r\n")
    second.sendall(GET + b"\r\n" + GET)
    assert read_one(second).status == 200
    assert_ends_silently(server)
