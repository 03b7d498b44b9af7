"""MockTransport: httpx straight into the engine, without a socket; faults raise what httpx raises over one."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import anyio
import httpx

from migma_mock.mock import Mock
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import Request
from migma_mock.testing.arguments import refuse


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """For ``httpx.Client(transport=…)`` and ``httpx.AsyncClient(transport=…)`` alike.

    Whatever the host of a URL, the mock answers. The mock's own pages are not reached this way.
    A request that would never be answered ends at once, in the time-out that it would end in.

    >>> from migma_mock import MockTransport, create_app
    >>> app = create_app()
    >>> with httpx.Client(transport=MockTransport(app), base_url="http://mock/v1") as client:
    ...     client.get(f"/campaigns/{app.example_id}/stats").status_code
    401

    Raises:
        ArgumentError: The app is none of the mock's.
    """

    def __init__(self, app: Mock) -> None:
        if not isinstance(app, Mock):
            refuse("MockTransport(app)", "what create_app() returns, or the app of a handle", app)
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        asked = _asked(request)
        if self._app.engine.needs_generator(asked.headers):
            self._app.generator.prepare()
        answer = _Answer(self._ask(asked), request)
        time.sleep(answer.wait)
        return answer.response()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; what has to be waited for is awaited."""
        asked = _asked(request)
        if self._app.engine.needs_generator(asked.headers):
            await anyio.to_thread.run_sync(self._app.generator.prepare)
        answer = _Answer(self._ask(asked), request)
        await anyio.sleep(answer.wait)
        return answer.response()

    def _ask(self, asked: Request) -> Reply:
        return self._app.on_loop(lambda: self._app.engine.answer(asked))


def _asked(request: httpx.Request) -> Request:
    """Return a request of httpx as the engine takes it."""
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    return Request(request.method, request.url.raw_path.split(b"?")[0], headers)


class _Answer:
    """A reply as its client gets it.

    Attributes:
        wait: Seconds until the head arrives, or until the client gives up on it.
    """

    def __init__(self, reply: Reply, request: httpx.Request) -> None:
        self._reply = reply
        self._request = request
        self._allowed: float | None = request.extensions.get("timeout", {}).get("read")
        self._is_late = self._allowed is not None and reply.delay > self._allowed
        self.wait = reply.delay if self._allowed is None else min(reply.delay, self._allowed)
        if reply.delivery.kind == "hang":
            # Who waits for ever would do so here too; the outcome is what a test needs.
            self._is_late, self.wait = True, 0.0

    def response(self) -> httpx.Response:
        """The response, whose body may break off when read.

        Raises:
            httpx.TransportError: There is none.
        """
        if self._is_late:
            raise self._timeout()
        if self._reply.delivery.kind == "reset":
            raise self._reset()
        headers, body = list(self._reply.headers), _Body(self._steps())
        return httpx.Response(self._reply.status, headers=headers, stream=body, request=self._request)

    def _steps(self) -> Iterator["_Step"]:
        if self._request.method == "HEAD":
            return
        delivery = self._reply.delivery
        announced = left = int(dict(self._reply.headers).get(b"content-length", b"0"))
        for piece in delivery.schedule(self._reply.body):
            if self._allowed is not None and piece.wait > self._allowed:
                yield _Step(self._allowed, self._timeout())
            # What is sent beyond the announced length is no part of the response.
            yield _Step(piece.wait, piece.data[:left])
            left -= len(piece.data[:left])
        if delivery.kind == "reset-mid-body":
            yield _Step(0, self._reset())
        if left:
            got = f"received {announced - left} bytes, expected {announced}"
            message = f"peer closed connection without sending complete message body ({got})"
            yield _Step(0, httpx.RemoteProtocolError(message, request=self._request))

    def _timeout(self) -> httpx.ReadTimeout:
        return httpx.ReadTimeout("timed out", request=self._request)

    def _reset(self) -> httpx.ReadError:
        return httpx.ReadError("[Errno 104] Connection reset by peer", request=self._request)


class _Step(NamedTuple):
    """What comes next of a body after some seconds: bytes, or an error."""

    wait: float
    what: bytes | httpx.TransportError


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes step by step."""

    def __init__(self, steps: Iterator[_Step]) -> None:
        self._steps = steps

    def __iter__(self) -> Iterator[bytes]:
        for wait, what in self._steps:
            time.sleep(wait)
            yield _bytes(what)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for wait, what in self._steps:
            await anyio.sleep(wait)
            yield _bytes(what)


def _bytes(what: bytes | httpx.TransportError) -> bytes:
    if isinstance(what, bytes):
        return what
    raise what
