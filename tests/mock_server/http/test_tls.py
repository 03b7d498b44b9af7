"""A mock that speaks HTTPS answers, breaks connections and keeps its bounds as one that speaks HTTP."""

import contextlib
import json
import socket
import ssl
from urllib.parse import urlsplit

import pytest
from editing import until
from raw_requests import END, GET
from tls_client import hear

from migma_mock import MockServer
from migma_mock.http import bounds
from migma_mock.http.access_log import AccessLog

ONE = GET + END


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def secure(request):
    """A mock with a certificate of its own, on either event loop."""
    pytest.importorskip(request.param)
    mock = MockServer(reload=False, tls=True)
    mock._server.config.loop = request.param
    with mock:
        assert type(mock.mock._executor.loop).__module__.partition(".")[0] == request.param
        yield mock
        mock.reset()


@pytest.fixture
def bounded(monkeypatch):
    """Starts a mock with other bounds."""
    with contextlib.ExitStack() as servers:

        def start(**others):
            for name, value in others.items():
                monkeypatch.setattr(bounds, name, value)
            server = MockServer(reload=False, tls=True)
            server._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # little waits in the kernel
            return servers.enter_context(server)

        yield start


@pytest.fixture
def plainly():
    """Opens a TCP connection to a mock without speaking TLS."""
    with contextlib.ExitStack() as connections:

        def connect(mock):
            address = urlsplit(mock.base_url)
            return connections.enter_context(socket.create_connection((address.hostname, address.port)))

        yield connect


def test_a_request_is_answered_by_the_fast_path_and_the_connection_ends_in_order(secure, monkeypatch):
    def through_asgi(*_arguments):
        pytest.fail("not the fast path")

    monkeypatch.setattr("migma_mock.http.asgi.respond", through_asgi)
    heard = hear(secure, ONE)
    assert heard.data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (heard.is_closed, heard.ending) == (True, "FIN")


@pytest.mark.parametrize(
    ("kind", "arguments", "share", "ending"),
    [
        ("timeout", {}, 0, "silence"),
        ("reset", {}, 0, "RST"),
        ("reset-mid-body", {}, 0.5, "RST"),
        ("truncate", {}, 0.5, "FIN"),
        ("wrong-content-length", {"delta": 10}, 1, "FIN"),
        ("drip", {"seconds": 0.05}, 1, "FIN"),
    ],
)
def test_each_fault_of_a_connection_is_the_same_under_tls(secure, kind, arguments, share, ending):
    """Only an orderly end is announced in TLS."""
    whole = hear(secure, ONE).data.partition(b"\r\n\r\n")[2]
    armed = secure.fault(kind, **arguments)
    heard = hear(secure, ONE, patience=0.4 if kind == "timeout" else 600)
    secure.disarm(armed)
    assert heard.data.partition(b"\r\n\r\n")[2] == whole[: int(len(whole) * share)]
    assert (heard.is_closed, heard.ending) == (ending == "FIN", ending)


@pytest.mark.attack("slow-peers")
def test_headers_that_are_too_large_are_refused(secure):
    heard = hear(secure, GET + b"X-A: " + b"a" * 100_000 + b"\r\n" + END)
    assert heard.data.startswith(b"HTTP/1.1 431 ")
    assert heard.is_closed


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_the_certificate_is_for_every_name_of_this_machine(secure, plainly, name):
    with secure.ssl_context.wrap_socket(plainly(secure), server_hostname=name) as connection:
        assert connection.version() == "TLSv1.3"
        assert connection.selected_alpn_protocol() is None


def test_plain_http_gets_an_answer_that_names_https_and_a_line_in_the_log(secure, plainly, tmp_path):
    with (tmp_path / "log").open("w") as stream:
        secure.mock.log = AccessLog(stream)
        connection = plainly(secure)
        connection.sendall(ONE)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        log, secure.mock.log = secure.mock.log, None
        secure.mock.on_loop(log.flush)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert json.loads(body)["error"] == "This port speaks HTTPS only: begin the URL with https://."
    assert "- - 400 plain HTTP on a port for HTTPS" in (tmp_path / "log").read_text()
    assert hear(secure, ONE).data.startswith(b"HTTP/1.1 200 ")


def test_tls_on_a_port_for_plain_http_is_a_line_in_the_log(mock, plainly, tmp_path):
    with (tmp_path / "log").open("w") as stream:
        log = mock.mock.log = AccessLog(stream)
        with pytest.raises(OSError, match=r"SSL|reset"):  # the reset may arrive before the response is read
            ssl.create_default_context().wrap_socket(plainly(mock), server_hostname="localhost")
        line = "- - 400 TLS on a port for plain HTTP"
        until(lambda: line in (tmp_path / "log").read_text(), "the line")
        mock.mock.log = None
        mock.mock.on_loop(log.flush)


def test_a_client_that_does_not_trust_the_certificate_is_a_line_in_the_log(secure, plainly, tmp_path):
    with (tmp_path / "log").open("w") as stream:
        log = secure.mock.log = AccessLog(stream)
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plainly(secure), server_hostname="localhost")
        until(lambda: "trust" in (tmp_path / "log").read_text(), "the line")
        secure.mock.log = None
        secure.mock.on_loop(log.flush)
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.endswith(f"TLS handshake failed: tlsv1 alert unknown ca; the client has to trust {secure.ca_file}")


@pytest.mark.attack("slow-peers")
def test_handshakes_that_are_never_finished_end(bounded, plainly):
    mock = bounded(HANDSHAKE_SECONDS=0.4)
    connections = [plainly(mock) for _ in range(3)]
    for connection, beginning in zip(connections, (b"", b"\x16\x03", b"\x16\x03\x01\x02\x00\x01\x00"), strict=True):
        connection.sendall(beginning)
    assert [connection.recv(1) for connection in connections] == [b""] * 3


@pytest.mark.attack("slow-peers")
def test_handshakes_are_bounded_in_number_and_the_oldest_ends(bounded, plainly):
    mock = bounded(HANDSHAKE_SECONDS=600, MAX_HANDSHAKES=2)
    first, _second = plainly(mock), plainly(mock)
    assert hear(mock, ONE).data.startswith(b"HTTP/1.1 200 ")
    assert first.recv(1) == b""


@pytest.mark.attack("slow-peers")
def test_who_reads_nothing_is_disconnected(bounded, plainly):
    mock = bounded(READ_SECONDS=0.4)
    connection = plainly(mock)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with mock.ssl_context.wrap_socket(connection, server_hostname="localhost") as secured:
        secured.settimeout(0.1)
        with pytest.raises(OSError, match=r"reset|pipe|EOF"):  # noqa: PT012 - it waits, and tries again
            while True:
                with contextlib.suppress(TimeoutError):
                    secured.sendall((GET + b"\r\n") * 100)


def test_a_mock_stops_while_handshakes_wait(plainly):
    with MockServer(reload=False, tls=True) as mock:
        waiting = plainly(mock)
        waiting.sendall(b"\x16")
        hear(mock, ONE)  # the other one was accepted before
    assert waiting.recv(1) == b""
