"""A live API that answers as a test defines, byte for byte; a mock in front of it; a client."""

import json
import threading
from contextlib import contextmanager, suppress

import httpx
from sample_response import KEY, STATS

from migma_mock import MockServer

OTHER_KEY = "not-of-the-vendors-form-7Qx2Lm9Tz4"


def http_response(body=b"", status="200 OK", headers=()):
    """The bytes of a response with a body that is declared as JSON, and its length."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def success(**changes):
    """The response with the stats of a campaign, some of which are changed."""
    return http_response(json.dumps({"success": True, "data": {**STATS, **changes}}).encode())


class LiveApi:
    """A server that sends ``response`` to each request, whole or in pieces, and closes the connection after it.

    Attributes:
        response: Bytes, or a function that returns them, or pieces of them, for a request.
        requests: The requests that it got, as bytes.
        sent: How many bytes it could send.
    """

    def __init__(self, listener):
        self.response = success()
        self.requests = []
        self.sent = 0
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener

    def serve(self):
        """Answer until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            self.requests.append(request)
            response = self.response(request) if callable(self.response) else self.response
            for piece in [response] if isinstance(response, bytes) else response:
                connection.sendall(piece)
                self.sent += len(piece)

    @property
    def head(self):
        """The request line and the headers of the last request, with names in lower case."""
        line, *lines = self.requests[-1].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        return line, [(name.lower(), value) for name, _, value in (each.partition(": ") for each in lines)]


@contextmanager
def watching(url, **settings):
    """A mock in front of an API, at a pace that hinders no test."""
    with MockServer(reload=False, upstream=url, **{"plan": "100000/min"} | settings) as mock:
        yield mock


def get(mock, campaign_id="live-one", method="GET", **headers):
    """Ask for a campaign with the key of the live API."""
    return httpx.request(method, mock.stats_url(campaign_id), headers={"authorization": f"Bearer {KEY}"} | headers)


def recorded(mock):
    """The requests in the journal of the built-in account."""
    return mock.mock.accounts.built_in.state.journal.entries
