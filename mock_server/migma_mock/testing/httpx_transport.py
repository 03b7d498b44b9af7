"""MockTransport: httpx without a socket; faults raise the same errors as over one."""

import math
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import anyio
import httpx

from migma_mock.engine.date_header import is_dated
from migma_mock.messages.delivery import Chunk
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.testing.account_handle import MigmaMock
from migma_mock.testing.arguments import HIDDEN, argument_error

if TYPE_CHECKING:
    from fastapi import FastAPI

__tracebackhide__ = HIDDEN


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport for ``httpx.Client`` and ``httpx.AsyncClient`` that asks a mock in process, without a socket.

    The mock answers whatever the host of a URL is. Its own pages and the control API are not available.
    A request that would never be answered raises its time-out at once.

    >>> from migma_mock import MigmaMock, Mock, MockTransport
    >>> mock = MigmaMock(Mock())
    >>> with httpx.Client(transport=MockTransport(mock), base_url="https://api.migma.ai/v1") as client:
    ...     client.get(f"/campaigns/{mock.example_id}/stats").status_code
    401

    Args:
        mock: A mock, one of its accounts, or what ``create_app()`` returns; API keys tell accounts apart.

    Raises:
        ArgumentError: It is none of these.
    """

    def __init__(self, mock: "MigmaMock | Mock | FastAPI") -> None:
        found = mock._mock if isinstance(mock, MigmaMock) else mock  # noqa: SLF001  # the same package
        found = getattr(getattr(found, "state", None), "mock", found)
        if not isinstance(found, Mock):
            raise argument_error("MockTransport(mock)", "a MigmaMock, a Mock, or what create_app() returns", mock)
        self._mock = found

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        asked = _as_engine_request(request)
        if self._mock.engine.needs_generator(asked.headers):
            self._mock.generator.prepare()
        answer = _Answer(self._ask(asked), request)
        time.sleep(answer.wait)
        return answer.response()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; delays are awaited."""
        asked = _as_engine_request(request)
        if self._mock.engine.needs_generator(asked.headers):
            await anyio.to_thread.run_sync(self._mock.generator.prepare)
        answer = _Answer(self._ask(asked), request)
        await anyio.sleep(answer.wait)
        return answer.response()

    def _ask(self, asked: Request) -> Reply:
        try:
            reply = self._mock.on_loop(lambda: self._mock.engine.answer(asked))
        except Exception as error:  # noqa: BLE001  # it is raised again
            # Local variables on the way to it have the key of the request, and pytest -l would show them.
            error.add_note("".join(["In the mock:\n", *traceback.format_tb(error.__traceback__)]))
            raise error.with_traceback(None) from error.__cause__
        # While a server runs, the reply leaves that header to it.
        return reply if is_dated(reply) else reply.with_headers(self._mock.engine.date.header)


def _as_engine_request(request: httpx.Request) -> Request:
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    path, _, query = request.url.raw_path.partition(b"?")
    return Request(request.method, path, headers, query)


class _Answer:
    """A reply as httpx gets it.

    Attributes:
        wait: Seconds until the head arrives, or until the client's time-out.
    """

    def __init__(self, reply: Reply, request: httpx.Request) -> None:
        self._reply, self._request = reply, request
        read_timeout = request.extensions.get("timeout", {}).get("read")
        self._allowed: float = math.inf if read_timeout is None else read_timeout
        # A client without a time-out would wait forever; a test needs only the error.
        is_hanging = reply.delivery.kind == "hang"
        self._is_late = is_hanging or reply.delay > self._allowed
        self.wait = 0.0 if is_hanging else min(reply.delay, self._allowed)

    def response(self) -> httpx.Response:
        """Return the response; reading its body may raise.

        Raises:
            httpx.TransportError: There is no response.
        """
        if self._is_late:
            raise self._timeout()
        if self._reply.delivery.kind == "reset":
            raise self._reset()
        headers = list(self._reply.headers)
        return httpx.Response(self._reply.status, headers=headers, stream=_Body(self._body()), request=self._request)

    def _body(self) -> Iterator[Chunk]:
        """Yield the parts of the body; raises the error that ends it."""
        if self._request.method == "HEAD":
            return
        delivery = self._reply.delivery
        announced = left = int(dict(self._reply.headers).get(b"content-length", b"0"))
        for chunk in delivery.schedule(self._reply.body):
            if chunk.wait > self._allowed:
                yield Chunk(self._allowed, b"")
                raise self._timeout()
            # Bytes beyond the announced length do not belong to the response.
            data = chunk.data[:left]
            left -= len(data)
            yield Chunk(chunk.wait, data)
        if delivery.kind == "reset-mid-body":
            raise self._reset()
        if left:
            got = f"received {announced - left} bytes, expected {announced}"
            message = f"peer closed connection without sending complete message body ({got})"
            raise httpx.RemoteProtocolError(message, request=self._request)

    def _timeout(self) -> httpx.ReadTimeout:
        return httpx.ReadTimeout("timed out", request=self._request)

    def _reset(self) -> httpx.ReadError:
        return httpx.ReadError("[Errno 104] Connection reset by peer", request=self._request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in parts."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for wait, data in self._chunks:
            time.sleep(wait)
            yield data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for wait, data in self._chunks:
            await anyio.sleep(wait)
            yield data
