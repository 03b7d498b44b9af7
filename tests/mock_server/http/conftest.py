"""Connections on which any bytes can be sent; makes the raw requests importable by the tests of this folder."""

import contextlib
import re
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asking import Answer

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def connect(mock):
    """Opens connections to the mock; all are closed at the end."""
    with contextlib.ExitStack() as connections:

        def to(server=mock):
            address = urlsplit(server.base_url)
            return connections.enter_context(socket.create_connection((address.hostname, address.port)))

        yield to


@pytest.fixture
def exchange(connect, mock, read_answers):
    """Sends bytes over a new connection and returns the responses until the server closes it."""

    def send(data, server=mock):
        with connect(server) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            return read_answers(_until_closed(connection))

    return send


def _until_closed(connection):
    received = b""
    # Closed with a reset counts as closed.
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


@pytest.fixture
def statuses(exchange):
    """Sends bytes and returns the statuses of the responses until the server closes the connection."""
    return lambda data, *server: [answer.status for answer in exchange(data, *server)]


@pytest.fixture
def read_one(read_answers):
    """Reads one response from a connection that stays open."""

    def read(connection, method="GET"):
        received = b""
        while True:
            chunk = connection.recv(65536)
            assert chunk, "closed"
            received += chunk
            with contextlib.suppress(AssertionError):
                (answer,) = read_answers(received, [method])
                return answer

    return read


@pytest.fixture(scope="session")
def read_answers():
    """Parses what came over a connection as responses; fails if one is incomplete."""
    return _read_answers


def _read_answers(received, methods=()):
    answers, methods = [], iter(methods)
    while received:
        head, separator, rest = received.partition(b"\r\n\r\n")
        assert separator, received
        first, *lines = head.decode("latin-1").split("\r\n")
        status = int(re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", first)[1])
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = 0 if next(methods, "GET") == "HEAD" or status == 204 else int(headers["content-length"])
        assert len(rest) >= length
        answers.append(Answer(status, headers, rest[:length]))
        received = rest[length:]
    return answers
