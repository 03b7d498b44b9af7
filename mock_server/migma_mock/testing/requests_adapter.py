"""RequestsAdapter: requests without a socket; its responses and errors are those that requests makes itself."""

import io
import time
from collections.abc import Iterator, Mapping
from typing import Any

import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from migma_mock.messages.request import Request
from migma_mock.messages.response_head import head_lines
from migma_mock.mock import Mock
from migma_mock.testing.arguments import HIDDEN, argument_error
from migma_mock.testing.in_process import Answer, InProcess

__tracebackhide__ = HIDDEN


class RequestsAdapter(HTTPAdapter):
    """An adapter for ``requests.Session.mount`` that asks a mock in process.

    Only the connection is replaced: urllib3 and requests build the response from the bytes of the mock, retry, and
    raise their errors, as they do with a server. Proxies and certificates are not used.
    """

    def __init__(self, mock: Mock, max_retries: urllib3.Retry | int = 0) -> None:
        is_number = isinstance(max_retries, int) and not isinstance(max_retries, bool) and max_retries >= 0
        if not is_number and not isinstance(max_retries, urllib3.Retry):
            expected = "a whole number from 0, or a Retry of urllib3"
            raise argument_error("requests_adapter(max_retries)", expected, max_retries)
        self._in_process = InProcess(mock)
        super().__init__(max_retries=max_retries)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:  # noqa: FBT001, FBT002  # the signature of requests
        """Let all connections of this adapter lead to the mock."""
        super().init_poolmanager(connections, maxsize, block, **options)

        class HTTPConnection(_InProcessConnection, urllib3.connection.HTTPConnection):
            in_process = self._in_process

        class HTTPSConnection(_InProcessConnection, urllib3.connection.HTTPSConnection):
            in_process = self._in_process

        # Errors show the names of the pools.
        class HTTPConnectionPool(urllib3.HTTPConnectionPool):
            ConnectionCls = HTTPConnection

        class HTTPSConnectionPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = HTTPSConnection

        self.poolmanager.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": HTTPSConnectionPool}

    def send(  # noqa: D102, PLR0917  # requests says what it does, and in which order
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: ARG002, FBT001, FBT002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> Response:
        return super().send(request, stream=stream, timeout=timeout, verify=False)


class _InProcessConnection:
    """The part of a connection of urllib3 that a mock in process replaces."""

    in_process: InProcess
    sock: Any
    is_verified: bool

    def connect(self) -> None:
        self.sock = _Socket(self)
        self.is_verified = True  # there is no certificate that a warning could be about


class _Socket:
    """The part of a socket that an HTTP client uses, for one request."""

    def __init__(self, connection: _InProcessConnection) -> None:
        self._connection = connection
        self._sent = b""
        self._timeout: float | None = None

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def sendall(self, data: bytes) -> None:
        self._sent += data

    def makefile(self, _mode: str) -> io.BufferedReader:
        self._connection.sock = None  # urllib3 1 would ask the system whether it is still open
        answer = self._connection.in_process.ask(_parse_request(self._sent), self._timeout)
        return io.BufferedReader(_Received(_received(answer)))

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _parse_request(sent: bytes) -> Request:
    """Return the request that http.client has written; its body is not used."""
    first, *lines = sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    method, target, _version = first.split(b" ")
    path, _, query = target.partition(b"?")
    headers = [line.partition(b":")[::2] for line in lines]
    return Request(method.decode(), path, [(name.lower(), value.strip()) for name, value in headers], query)


def _received(answer: Answer) -> Iterator[bytes]:
    """Yield the bytes of a response as they arrive; raises the error that ends the connection."""
    for nap in answer.head():
        time.sleep(nap)
    yield head_lines(answer.reply.status, answer.reply.headers) + b"\r\n"
    for wait, data in answer.body():
        time.sleep(wait)
        yield data


class _Received(io.RawIOBase):
    """Parts of a response as a file that is not seekable."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = filter(None, parts)  # an empty part would be the end of the file
        self._part = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._part or memoryview(next(self._parts, b""))
        count = min(len(buffer), len(part))
        buffer[:count], self._part = part[:count], part[count:]
        return count
