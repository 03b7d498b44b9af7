"""MockTransport: httpx straight into the engine, without a socket; faults raise what httpx raises over one."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import httpx

from mock_server.app import MockApp
from mock_server.choice import Undrawn
from mock_server.journal import Request
from mock_server.reply import Reply


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """For ``httpx.Client(transport=…)`` and ``httpx.AsyncClient(transport=…)`` alike.

    Whatever the host of a URL, the mock answers. The mock's own pages are not reached this way.
    """

    def __init__(self, app: MockApp) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        reply = self._reply(request)
        wait, error = _patience(reply, request)
        time.sleep(wait)
        return _response(reply, request, error)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; what has to be waited for is awaited."""
        reply = self._reply(request)
        wait, error = _patience(reply, request)
        await asyncio.sleep(wait)
        return _response(reply, request, error)

    def _reply(self, request: httpx.Request) -> Reply:
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        asked = Request(request.method, request.url.raw_path.split(b"?")[0], headers)
        answer = self._app.on_loop(lambda: self._app.engine.answer(asked))
        while isinstance(answer, Undrawn):
            self._app.generator.prepare(answer.campaign_id)
            answer = self._app.on_loop(lambda: self._app.engine.answer(asked, again=True))
        return answer


def _patience(reply: Reply, request: httpx.Request) -> tuple[float, httpx.ReadTimeout | None]:
    """How long the client waits, and whether it gives up then: its read time-out against the reply's delay."""
    allowed = request.extensions.get("timeout", {}).get("read")
    pieces = reply.delivery.schedule(reply.body)
    delay = reply.delay + sum(piece.wait for piece in pieces)
    longest = max([reply.delay, *(piece.wait for piece in pieces)])
    error = httpx.ReadTimeout("timed out", request=request)
    if reply.delivery.kind == "never":
        return 0, error  # a client that waits for ever would do so here too; the outcome is what a test needs
    if allowed is not None and longest > allowed:
        return allowed, error
    return delay, None


def _response(reply: Reply, request: httpx.Request, error: httpx.ReadTimeout | None) -> httpx.Response:
    if error is not None:
        raise error
    body = b"" if request.method == "HEAD" else reply.body
    match reply.delivery.kind:
        case "reset":
            raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
        case "reset-mid-body":
            sent = body[: reply.delivery.sent]
            stream = _Broken(sent, httpx.ReadError("[Errno 104] Connection reset by peer", request=request))
            return httpx.Response(reply.status, headers=list(reply.headers), stream=stream, request=request)
        case "truncate" | "length":
            return _cut(reply, body[: reply.delivery.sent], request)
        case _:
            return httpx.Response(reply.status, headers=list(reply.headers), content=body, request=request)


def _cut(reply: Reply, sent: bytes, request: httpx.Request) -> httpx.Response:
    announced = int(dict(reply.headers).get(b"content-length", b"0"))
    if len(sent) >= announced or request.method == "HEAD":
        content = sent[:announced]
        return httpx.Response(reply.status, headers=list(reply.headers), content=content, request=request)
    got = f"received {len(sent)} bytes, expected {announced}"
    message = f"peer closed connection without sending complete message body ({got})"
    stream = _Broken(sent, httpx.RemoteProtocolError(message, request=request))
    return httpx.Response(reply.status, headers=list(reply.headers), stream=stream, request=request)


class _Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends in an error."""

    def __init__(self, sent: bytes, error: httpx.TransportError) -> None:
        self._sent = sent
        self._error = error

    def __iter__(self) -> Iterator[bytes]:
        yield self._sent
        self._break()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._sent
        self._break()

    def _break(self) -> NoReturn:
        raise self._error
