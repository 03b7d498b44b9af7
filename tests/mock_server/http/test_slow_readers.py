"""A client that does not read its responses loses its connection; one that reads gets everything."""

import contextlib
import gc
import socket
import threading
from urllib.parse import urlsplit

import pytest
from raw_requests import END, GET

from migma_mock import MockServer
from migma_mock.http import bounds
from migma_mock.http.protocol import MockProtocol

PAGE = b"GET /__mock__/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def hasty(monkeypatch):
    """A mock that waits 0.4 seconds for a client to read."""
    monkeypatch.setattr(bounds, "READ_SECONDS", 0.4)
    with MockServer(reload=False) as server:
        yield server


def connect_with_small_buffer(server):
    """Open a connection for which little waits in the client's kernel."""
    address, connection = urlsplit(server.base_url), socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((address.hostname, address.port))
    return connection


def send_until_disconnected(connection, data):
    """Send again and again; the server stops to take it, and then ends the connection."""
    connection.settimeout(0.1)
    while True:
        with contextlib.suppress(TimeoutError):
            connection.sendall(data)


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("request_", [GET + b"\r\n", PAGE], ids=["fast path", "page"])
def test_who_reads_nothing_is_disconnected(hasty, request_):
    with connect_with_small_buffer(hasty) as connection, pytest.raises(ConnectionError):
        send_until_disconnected(connection, request_ * 100)


def test_who_reads_gets_everything(mock, read_answers):
    """Some megabytes of pages, in pieces of 4 KiB: the server waits in between."""
    with connect_with_small_buffer(mock) as connection:
        connection.sendall(PAGE * 60 + GET + END)
        received = bytearray()
        while chunk := connection.recv(4096):
            received += chunk
    assert [answer.status for answer in read_answers(bytes(received))] == [200] * 61


@pytest.mark.attack("memory")
def test_pipelined_requests_wait_in_the_socket_and_not_in_memory(mock):
    """If 40,000 requests are sent at once, only those of one read are parsed before their turn."""
    request_, read_size = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 256 * 1024
    with connect_with_small_buffer(mock) as connection:
        sender = threading.Thread(target=send_all, args=(connection, request_ * 40_000), daemon=True)
        sender.start()
        received = b""
        while received.count(b"HTTP/1.1 ") < 200:
            received += connection.recv(4096)
        waiting = [len(each.pipeline) for each in gc.get_objects() if isinstance(each, MockProtocol)]
        connection.shutdown(socket.SHUT_RDWR)
    sender.join()
    assert 0 < max(waiting) <= read_size / len(request_) + 1


def send_all(connection, data):
    with contextlib.suppress(OSError):
        connection.sendall(data)
