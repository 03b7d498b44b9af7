"""A client that sees how a TLS connection ends, and how the TCP connection below it does."""

import socket
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit


class Heard(NamedTuple):
    """The decrypted bytes; True if TLS announced the end; how TCP ended: FIN, RST or silence."""

    data: bytes
    is_closed: bool
    ending: str


def hear(mock, data, *, patience=600.0):
    """Send bytes over a new connection, and read to its end, or until nothing came for ``patience`` seconds."""
    address = urlsplit(mock.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=patience) as connection:
        client = _Client(connection, mock.ssl_context, address.hostname)
        client.do(client.tls.do_handshake)
        client.do(client.tls.write, data)
        heard, is_closed = b"", False
        while chunk := client.do(client.tls.read, 65536):
            heard += chunk
        if chunk == b"":
            is_closed = True
            client.do(client.tls.unwrap)
            client.receive()
    return Heard(heard, is_closed, client.ending)


class _Client:
    def __init__(self, connection, context, name):
        self._connection = connection
        self._received, self._encrypted = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._received, self._encrypted, server_hostname=name)
        self.ending = ""

    def do(self, step, *arguments):
        """Return the result of a step, when enough was received for it; None if the connection ends before."""
        while not self.ending:
            try:
                return step(*arguments)
            except ssl.SSLWantReadError:
                self._send()
                self.receive()
            finally:
                self._send()
        return None

    def receive(self):
        """Receive some bytes, or note how the connection ended."""
        try:
            chunk = self._connection.recv(65536)
        except ConnectionResetError:
            self.ending = "RST"
        except TimeoutError:
            self.ending = "silence"
        else:
            self._received.write(chunk)
            self.ending = "" if chunk else "FIN"

    def _send(self):
        if self._encrypted.pending and not self.ending:
            self._connection.sendall(self._encrypted.read())
