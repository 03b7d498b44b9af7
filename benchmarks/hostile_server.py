"""A server on a socket of this machine that answers as the API does, or as a benchmark wants."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Self

from benchmarks.servers import CAMPAIGN
from migma_contract.resources import fixtures_path

KEY = "mgma_sk_live_4zT9qLw8XbR2vN6sKd3F"
"""A key in the form of the vendor's, for this server alone."""


class Request(NamedTuple):
    """A request, by what its response depends on."""

    has_key: bool
    path: str


def status(request: Request) -> int:
    """Return the status of the API's answer."""
    if not request.has_key:
        return 401
    return 200 if CAMPAIGN in request.path else 404


def honest(request: Request) -> bytes:
    """Return the API's answer."""
    fixture = json.loads((fixtures_path() / "campaigns" / "newsletter.json").read_bytes())
    success = {"success": True, "data": fixture["stats"]}
    code = status(request)
    body = json.dumps(success if code == 200 else {"success": False, "error": "no"}).encode()
    return b"HTTP/1.1 %d Some\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        code,
        len(body),
        body,
    )


class HostileServer:
    """A server in a thread; ``with`` starts and stops it.

    Args:
        answer: Returns the bytes of a response.
    """

    def __init__(self, answer: Callable[[Request], bytes]) -> None:
        self._answer = answer

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with suppress(OSError), connection:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += connection.recv(65536) or b"\r\n\r\n"
                    path = head.split(b" ")[1].decode("latin-1") if b" " in head else ""
                    connection.sendall(self._answer(Request(KEY.encode() in head, path)))
