"""LoadClient: sends requests over many connections that stay open, one at a time on each, and keeps every answer."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import cast

import httptools

from benchmarks.team.plan import Planned

TAG = "x-proof"
"""The header with the number of a request."""

MARKED = b"migma-mock-store"
"""The header of a response that was given without the store, or refused since it is missing."""

_PAUSE = 0.02
"""Seconds before a connection that broke is opened again."""
_LOOK = 0.5


@dataclass(slots=True)
class Answer:
    """A request, and what came of it.

    Attributes:
        status: Of the response; 0 if none came.
        began, ended: When it was sent, and when the answer was complete or the connection broken.
        is_late: True if the client gave up waiting.
    """

    request: Planned
    began: float
    status: int = 0
    body: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    ended: float = 0.0
    is_late: bool = False

    @property
    def is_lost(self) -> bool:
        """True if no response came."""
        return not self.status

    @property
    def is_unrecorded(self) -> bool:
        """True if the response was given without the store, and says so."""
        return MARKED in self.headers and self.status != HTTPStatus.SERVICE_UNAVAILABLE

    @property
    def is_refused(self) -> bool:
        """True for the vendor's envelope with the reason that the store is missing, or lost the account's state."""
        is_envelope = b'"success":false' in self.body and b"store" in self.body
        return MARKED in self.headers and self.status == HTTPStatus.SERVICE_UNAVAILABLE and is_envelope


class LoadClient:
    """Sends the requests of an iterator.

    Args:
        address: Host and port.
        keys: The key of each account, by its number.
        connections: How many connections.
        patience: Seconds until an answer is given up.
        a_second: The most requests in a second; None for as many as possible.
        impatient: The share of requests after which the client is gone at once.

    Attributes:
        answers: All answers so far, in the order of their ends.
    """

    def __init__(
        self,
        address: tuple[str, int],
        keys: dict[int, str],
        connections: int = 64,
        *,
        patience: float = 60.0,
        a_second: float | None = None,
        impatient: float = 0.0,
    ) -> None:
        self.answers: list[Answer] = []
        self._random, self._impatient = Random(len(keys)), impatient
        self._address, self._keys = address, keys
        self._connections, self._patience = connections, patience
        self._gap = connections / a_second if a_second else 0.0

    async def send(self, requests: Iterator[Planned]) -> list[Answer]:
        """Send all requests and return all answers, also those of earlier calls."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(self._connections):
                tasks.create_task(self._use_one_connection(requests))
        return self.answers

    async def _use_one_connection(self, requests: Iterator[Planned]) -> None:
        """Send requests over a connection, and over another one when that is gone, until there are no more."""
        loop = asyncio.get_running_loop()
        while True:
            over: asyncio.Future[bool] = loop.create_future()
            try:
                async with asyncio.timeout(self._patience):
                    await loop.create_connection(lambda: _Connection(self, requests, over), *self._address)  # noqa: B023  # called at once
            except OSError:
                over.set_result(False)
            if await over:
                return
            await asyncio.sleep(_PAUSE)

    def is_impatient(self) -> bool:
        """Return True if the client is gone after its next request."""
        return self._random.random() < self._impatient

    def head(self, request: Planned) -> bytes:
        """Return a request as it is sent."""
        return (
            f"GET /v1/campaigns/{request.campaign}/stats HTTP/1.1\r\nhost: mock\r\n"
            f"authorization: Bearer {self._keys[request.account]}\r\n{TAG}: {request.number}\r\n\r\n"
        ).encode()

    @property
    def gap(self) -> float:
        """Seconds from one request of a connection to the next."""
        return self._gap

    @property
    def patience(self) -> float:
        """Seconds until an answer is given up."""
        return self._patience


class _Connection(asyncio.Protocol):
    """One connection: sends a request when the answer to the one before is complete.

    Args:
        client: Keeps the answers.
        requests: The requests of all connections.
        over: Becomes True when there are no more requests, False when the connection is gone before.
    """

    _transport: asyncio.Transport

    def __init__(self, client: LoadClient, requests: Iterator[Planned], over: "asyncio.Future[bool]") -> None:
        self._client, self._requests, self._over = client, requests, over
        self._answer: Answer | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._send_next()

    def _send_next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._finish(is_all=True)
            self._transport.close()
            return
        self._answer = Answer(request, time.monotonic())
        self._transport.write(self._client.head(request))
        if self._client.is_impatient():
            self._transport.abort()
            return
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def _look(self) -> None:
        """Give up an answer that does not come."""
        if self._answer and time.monotonic() - self._answer.began > self._client.patience:
            self._answer.is_late = True
            self._transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def data_received(self, data: bytes) -> None:
        """Read a part of a response."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        if self._answer:
            self._answer.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        """Keep a part of a body."""
        if self._answer:
            self._answer.body += body

    def on_message_complete(self) -> None:
        """Keep the answer, and send the next request unless the server wants to close."""
        answer = self._answer
        if answer is None:
            return
        answer.status = self._parser.get_status_code()
        self._keep()
        if not self._parser.should_keep_alive():
            self._transport.close()
        elif self._client.gap:
            asyncio.get_running_loop().call_later(self._client.gap, self._send_if_open)
        else:
            # Later, since the parser is in the middle of this response.
            asyncio.get_running_loop().call_soon(self._send_if_open)

    def _send_if_open(self) -> None:
        if not self._transport.is_closing():
            self._send_next()

    def connection_lost(self, _error: Exception | None) -> None:
        """Keep a request without an answer."""
        if self._answer:
            self._answer.headers.clear()
            self._keep()
        self._finish(is_all=False)

    def _keep(self) -> None:
        if self._answer:
            self._answer.ended = time.monotonic()
            self._client.answers.append(self._answer)
            self._answer = None

    def _finish(self, *, is_all: bool) -> None:
        if self._timer:
            self._timer.cancel()
        if not self._over.done():
            self._over.set_result(is_all)
