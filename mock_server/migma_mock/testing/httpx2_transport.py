"""Httpx2Transport: httpx2 without a socket; faults raise the same errors as over one."""

from collections.abc import Iterator

import httpx2

from migma_mock.messages.delivery import Chunk
from migma_mock.testing.httpx_interface import BodyBase, Errors, TransportBase
from migma_mock.testing.in_process import Answer


class Httpx2Transport(TransportBase[httpx2.Request, httpx2.Response], httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport for ``httpx2.Client`` and ``httpx2.AsyncClient`` that asks a mock in process."""

    errors = Errors(timed_out=httpx2.ReadTimeout, reset=httpx2.ReadError, cut_off=httpx2.RemoteProtocolError)

    def respond(self, answer: Answer, body: Iterator[Chunk], request: httpx2.Request) -> httpx2.Response:
        """Return the response with the head of an answer."""
        headers = list(answer.reply.headers)
        return httpx2.Response(answer.reply.status, headers=headers, stream=_Body(body), request=request)


class _Body(BodyBase, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that arrives in parts."""
