"""A client that does not read its responses loses its connection; one that reads gets everything."""

import contextlib
import gc
import socket
import threading
from urllib.parse import urlsplit

import pytest
from editing import until
from raw_requests import CAMPAIGN, END, GET

from migma_mock import MockServer
from migma_mock.http import bounds
from migma_mock.http.protocol import MockProtocol
from migma_mock.messages.request import Request

PAGE = b"GET /__mock__/ HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def hasty(monkeypatch):
    """A mock that waits 0.4 seconds for a client to read; little waits in its kernel."""
    monkeypatch.setattr(bounds, "READ_SECONDS", 0.4)
    with MockServer(reload=False) as server:
        server._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # its connections have the same
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
@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize(
    "path",
    [
        CAMPAIGN.decode(),
        *("/__mock__/", "/docs", "/openapi.json", "/__mock__/docs", "/__mock__/openapi.json"),
        *("/__mock__/accounts/built-in/journal?limit=1000", "/__mock__/accounts/built-in/previews"),
    ],
)
def test_who_reads_nothing_is_disconnected(hasty, path):
    """Whatever it asks for, small or large."""
    record(hasty, 1000)
    with connect_with_small_buffer(hasty) as connection, pytest.raises(ConnectionError):
        send_until_disconnected(connection, (GET.replace(CAMPAIGN, path.encode()) + b"\r\n") * 100)


@pytest.mark.attack("slow-peers")
def test_a_stream_whose_reader_does_not_read_ends(hasty):
    """No more than one event waits for it: the rest is read from the journal when its turn comes."""
    record(hasty, 1000)
    connections = hasty._server.server_state.connections
    with connect_with_small_buffer(hasty) as connection:
        connection.sendall(b"GET /__mock__/events?last=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 200"
        until(lambda: not connections, "the stream has ended")
    assert not hasty._server.config.loaded_app._app.state.open_feeds


def record(server, number):
    """Record requests in the journal without sending them."""
    sent = [(name.lower().encode(), value.encode()) for name, value in server.auth_headers.items()]
    engine = server.mock.engine
    request_ = Request("GET", CAMPAIGN, [*sent, (b"x-filler", b"x" * 2000)])
    server.mock.on_loop(lambda: [engine.answer(request_) for _ in range(number)])


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
    """If 20,000 requests are sent at once, only those of two reads are parsed before their turn."""
    request_, read_size = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 256 * 1024
    with connect_with_small_buffer(mock) as connection:
        sender = threading.Thread(target=send_all, args=(connection, request_ * 20_000), daemon=True)
        sender.start()
        received = b""
        while received.count(b"HTTP/1.1 ") < 200:
            received += connection.recv(4096)
        waiting = [len(each.pipeline) for each in gc.get_objects() if isinstance(each, MockProtocol)]
        connection.shutdown(socket.SHUT_RDWR)
    sender.join()
    assert 0 < max(waiting) <= 2 * (read_size / len(request_) + 1)


def send_all(connection, data):
    with contextlib.suppress(OSError):
        connection.sendall(data)


def stats(number, end=END):
    """Return requests for stats; the last one ends as given."""
    return (GET + b"\r\n") * (number - 1) + GET + end


CONTRACT = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n"
FAULTY = "66b2f0a1c4e5d60012a40102"
UNREAD_ENDS = {
    "fast path": stats(40),
    "page": (CONTRACT + b"\r\n") * 3 + CONTRACT + END,
    "no further request": stats(40, b"\r\n"),
    "invalid request": stats(40, b"\r\n") + b"FOO\r\n\r\n",
    "fault": stats(40, b"\r\n") + GET.replace(CAMPAIGN, f"/v1/campaigns/{FAULTY}/stats".encode()) + b"\r\n",
}
"""Requests whose responses are less than what may wait, but more than the kernel takes; then the connection ends."""


@pytest.mark.attack("slow-peers")
@pytest.mark.parametrize("case", UNREAD_ENDS)
def test_who_leaves_the_end_unread_is_disconnected(monkeypatch, case):
    """Closing the connection would wait for the client, and for ever."""
    monkeypatch.setattr(bounds, "READ_SECONDS", 0.4)
    server = MockServer(reload=False)
    server.fault("truncate", campaign_id=FAULTY)
    server._server.config.timeout_keep_alive = 0.2
    server._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # its connections have the same
    connections = server._server.server_state.connections
    with server, connect_with_small_buffer(server) as connection:
        connection.sendall(UNREAD_ENDS[case])
        until(lambda: any(each.transport.get_write_buffer_size() for each in connections), "something is unread")
        assert not any(each.flow.write_paused for each in connections), "less than what may wait"
        until(lambda: not connections, "the connection has ended")
