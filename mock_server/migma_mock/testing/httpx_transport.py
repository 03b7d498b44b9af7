"""MockTransport: httpx without a socket; faults raise the same errors as over one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx

from migma_mock.messages.delivery import Chunk
from migma_mock.mock import Mock
from migma_mock.testing.account_handle import MigmaMock
from migma_mock.testing.arguments import HIDDEN, argument_error
from migma_mock.testing.httpx_interface import BodyBase, Errors, TransportBase
from migma_mock.testing.in_process import Answer

if TYPE_CHECKING:
    from fastapi import FastAPI

__tracebackhide__ = HIDDEN


class MockTransport(TransportBase[httpx.Request, httpx.Response], httpx.BaseTransport, httpx.AsyncBaseTransport):
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

    errors = Errors(timed_out=httpx.ReadTimeout, reset=httpx.ReadError, cut_off=httpx.RemoteProtocolError)

    def __init__(self, mock: "MigmaMock | Mock | FastAPI") -> None:
        call = "MockTransport(mock)"
        found: object = getattr(getattr(mock, "state", None), "mock", mock)
        if isinstance(mock, MigmaMock):
            found = mock._mock_in_process(call)  # noqa: SLF001  # the same package
        if not isinstance(found, Mock):
            raise argument_error(call, "a MigmaMock, a Mock, or what create_app() returns", mock)
        super().__init__(found)

    def respond(self, answer: Answer, body: Iterator[Chunk], request: httpx.Request) -> httpx.Response:
        """Return the response with the head of an answer."""
        headers = list(answer.reply.headers)
        return httpx.Response(answer.reply.status, headers=headers, stream=_Body(body), request=request)


class _Body(BodyBase, httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in parts."""
