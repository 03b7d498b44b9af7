"""The parts of a transport that are the same for httpx and for httpx2, which has the same interface."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import anyio

from migma_mock.messages.delivery import Chunk
from migma_mock.messages.request import Request
from migma_mock.mock import Mock
from migma_mock.testing.arguments import HIDDEN
from migma_mock.testing.in_process import Answer, InProcess

__tracebackhide__ = HIDDEN


class ClientRequest(Protocol):
    """A request of the library; the URL and headers are those of httpx."""

    method: str
    url: Any
    headers: Any

    @property
    def extensions(self) -> Mapping[str, Any]:
        """Options of the request; ``timeout`` has the time-outs by name."""


class ErrorType(Protocol):
    """A class of errors of the library."""

    def __call__(self, message: str, *, request: Any) -> Exception:
        """Return the error of a request."""


class Errors(NamedTuple):
    """The library's errors for the ways in which a connection fails."""

    timed_out: ErrorType
    reset: ErrorType
    cut_off: ErrorType


RequestT = TypeVar("RequestT", bound=ClientRequest)
ResponseT = TypeVar("ResponseT")


class TransportBase(Generic[RequestT, ResponseT]):
    """A transport, synchronous and asynchronous, that asks a mock in process."""

    errors: Errors

    def __init__(self, mock: Mock) -> None:
        self._in_process = InProcess(mock)

    def respond(self, answer: Answer, body: Iterator[Chunk], request: RequestT) -> ResponseT:
        """Return the library's response with the head of an answer; its body arrives in parts."""
        raise NotImplementedError

    def handle_request(self, request: RequestT) -> ResponseT:
        """Answer one request."""
        answer = self._in_process.ask(_as_engine_request(request), _read_timeout(request))
        with self._library_errors(request):
            for nap in answer.head():
                time.sleep(nap)
        return self.respond(answer, self._body(answer, request), request)

    async def handle_async_request(self, request: RequestT) -> ResponseT:
        """Answer one request; delays are awaited."""
        answer = await self._in_process.ask_async(_as_engine_request(request), _read_timeout(request))
        with self._library_errors(request):
            for nap in answer.head():
                await anyio.sleep(nap)
        return self.respond(answer, self._body(answer, request), request)

    def _body(self, answer: Answer, request: RequestT) -> Iterator[Chunk]:
        """Yield the parts of the body; raises the error that ends it."""
        if request.method == "HEAD":
            return
        announced = left = int(dict(answer.reply.headers).get(b"content-length", b"0"))
        with self._library_errors(request):
            for wait, sent in answer.body():
                data = sent[:left]  # bytes beyond the announced length do not belong to the response
                left -= len(data)
                yield Chunk(wait, data)
        if left:
            got = f"received {announced - left} bytes, expected {announced}"
            message = f"peer closed connection without sending complete message body ({got})"
            raise self.errors.cut_off(message, request=request)

    @contextmanager
    def _library_errors(self, request: RequestT) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise self.errors.timed_out(str(error), request=request) from None
        except ConnectionResetError as error:
            raise self.errors.reset(str(error), request=request) from None


class BodyBase:
    """A body that arrives in parts."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        for wait, data in self._chunks:
            time.sleep(wait)
            if data:
                yield data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for wait, data in self._chunks:
            await anyio.sleep(wait)
            if data:
                yield data


def _as_engine_request(request: ClientRequest) -> Request:
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    path, _, query = request.url.raw_path.partition(b"?")
    return Request(request.method, path, headers, query)


def _read_timeout(request: ClientRequest) -> float | None:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return timeout
