"""Answer a request of the contract's path over ASGI: ask the engine, wait, and send its reply or its fault."""

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from migma_mock.engine.date_header import is_dated, undated
from migma_mock.http.answered import note_answer
from migma_mock.messages.asgi import EXTENSION, Receive, Scope, Send, progress_of, request_target
from migma_mock.messages.delivery import FORWARD, NORMAL
from migma_mock.messages.hold import Hold
from migma_mock.messages.reply import Reply
from migma_mock.messages.request import FRAMING, Request
from migma_mock.mock import Mock
from migma_mock.own_pages import is_own_page

if TYPE_CHECKING:
    from migma_mock.http.fault_connection import UvicornConnection
    from migma_mock.upstream.upstream import UpstreamResponse

_SERVED = ("GET", "HEAD")
"""The methods of the contract's path whose replies depend on the account."""

_HANG_SECONDS = 3600.0

_LAST_SECONDS = 0.5
"""Time for a response of the live API after the server was told to stop, which waits 1 s for its own."""


async def respond(mock: Mock, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one HTTP request that is not for the mock's own pages, and log it."""
    started = time.perf_counter()
    method: str = scope["method"]
    request, progress = _request_of(scope), progress_of(scope)
    reply = progress.reply
    if progress.is_refused:
        return
    if progress.refusal is not None:
        refusal = record_refusal(mock, scope, progress.refusal)
        await send_reply(_with_one_date(refusal, scope), method, send)
        return
    if reply is None:
        # A body may turn out to be invalid: whatever uses up a fault, a step or the rate limit waits for its end.
        if method in _SERVED and _has_body(request) and not await _read_body(receive):
            return
        progress.is_asked = True
        reply = progress.reply = await _answer(mock, request, has_connection=_connection(scope) is not None)
    if reply.delay:
        await mock.waiting.wait(reply.delay, reply.hold)
    if reply.sending is not None and not _is_gone(scope):
        reply.sending.begin()
    if reply.delivery is FORWARD and mock.upstream is not None:
        given_up = partial(_until_given_up, mock, receive)
        response = await mock.upstream.response_to(request, mock.engine, mock.contract, given_up)
        reply = await _record(mock, request, response)
    reply = _with_one_date(reply, scope)
    if reply.delivery is NORMAL or reply.delivery is FORWARD:
        await send_reply(reply, method, send)
    else:
        await _send_reply_as(reply, mock, scope, receive, send)
    note_answer(mock, request, reply, time.perf_counter() - started)


async def _answer(mock: Mock, request: Request, *, has_connection: bool) -> Reply:
    if mock.engine.needs_generator(request.headers):
        # Preparing a generator takes a tenth of a second: in a thread, since the event loop has other requests.
        await asyncio.to_thread(mock.generator.prepare)
    if mock.shared:
        return await mock.shared.answer(request, has_connection=has_connection)
    return mock.engine.answer(request, has_connection=has_connection)


async def _record(mock: Mock, request: Request, response: "UpstreamResponse") -> Reply:
    if mock.shared:
        return await mock.shared.record(request, *response)
    return mock.engine.record(request, *response)


def record_refusal(mock: Mock, scope: Scope, reply: Reply) -> Reply:
    """Record, count and log that an invalid request is refused, and return the refusal as the client gets it.

    The journal has only requests to the API.
    """
    request = _request_of(scope)
    if not is_own_page(request_target(scope)[0]):
        reply = mock.shared.record_soon(request, reply) if mock.shared else mock.engine.record(request, reply)
    note_answer(mock, request, reply, 0)
    return reply


async def send_reply(reply: Reply, method: str, send: Send) -> None:
    """Send a reply, without its body if the method is HEAD."""
    # Each response has a list of its own, since middleware may change it.
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})


async def _send_reply_as(reply: Reply, mock: Mock, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a reply in the way that its delivery says: slowly, cut off, or not at all."""
    delivery, body = reply.delivery, b"" if scope["method"] == "HEAD" else reply.body
    connection = _connection(scope)
    if delivery.kind == "hang":
        await _until_gone(mock, receive, reply.hold)
    if delivery.needs_connection and connection is not None:
        await connection.deliver(reply, body, mock)
        return
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    for chunk in delivery.schedule(body) if body else ():
        await mock.waiting.wait(chunk.wait, reply.hold)
        await send({"type": "http.response.body", "body": chunk.data, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _connection(scope: Scope) -> "UvicornConnection | None":
    """Return the connection below a request; None under another server than the mock's own."""
    connection: UvicornConnection | None = (scope.get("extensions") or {}).get(EXTENSION)
    return connection


def _is_gone(scope: Scope) -> bool:
    """True if the client is known to have disconnected."""
    connection = _connection(scope)
    return connection is not None and connection.is_gone


def _with_one_date(reply: Reply, scope: Scope) -> Reply:
    """Return a reply as it is sent beside the headers that the server adds: that of the mock, or another one.

    Another server adds its own Date whatever the reply has, and two are invalid.
    """
    if not is_dated(reply):
        return reply
    connection = _connection(scope)
    if connection is None:
        return replace(reply, headers=tuple(undated(list(reply.headers))))
    connection.replace_date()
    return reply


def _request_of(scope: Scope) -> Request:
    return Request(scope["method"], request_target(scope)[1], scope["headers"], scope.get("query_string", b""))


def _has_body(request: Request) -> bool:
    return any(name in FRAMING for name, _ in request.headers)


async def _read_body(receive: Receive) -> bool:
    """Read a body to its end and drop it; False if the client disconnected before, or the body is invalid."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        if not message.get("more_body"):
            return True


async def _until_gone(mock: Mock, receive: Receive, hold: Hold | None) -> None:
    """Return when the client has disconnected, the server is about to stop, or the request is let go."""
    tasks = {
        asyncio.ensure_future(_disconnected(receive)),
        asyncio.ensure_future(mock.waiting.wait(_HANG_SECONDS, hold)),
    }
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until_given_up(mock: Mock, receive: Receive) -> None:
    """Return when the client has disconnected, or shortly after the server was told to stop."""
    await _until_gone(mock, receive, None)
    if mock.waiting.is_closing:
        await asyncio.sleep(_LAST_SECONDS)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
