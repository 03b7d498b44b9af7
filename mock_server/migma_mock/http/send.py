"""Sending a reply: as any server does, or as a fault has it."""

import asyncio
from collections.abc import Awaitable

from migma_mock.messages.asgi import EXTENSION, Connection, Hold, Receive, Scope, Send
from migma_mock.messages.reply import Reply

_NEVER_SECONDS = 3600.0

_READING_SECONDS = 0.05
"""For a client to read what it gets of a body: of a reset that comes with it, Node says no more than "closed"."""


async def send_reply(reply: Reply, method: str, send: Send) -> None:
    """Send a reply; without its body where the method is HEAD."""
    # A list of its own for each response: middleware may change it.
    await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else reply.body})


async def send_reply_as(reply: Reply, scope: Scope, receive: Receive, send: Send, hold: Hold) -> None:
    """Send a reply as its delivery says, where that is not the normal one.

    ``hold`` waits some seconds, or until the server is about to stop.
    """
    delivery, body = reply.delivery, b"" if scope["method"] == "HEAD" else reply.body
    connection: Connection | None = (scope.get("extensions") or {}).get(EXTENSION)
    if delivery.kind == "hang":
        await _until_gone(connection.gone() if connection else _disconnected(receive), hold)
    if delivery.kind == "drip":
        await send({"type": "http.response.start", "status": reply.status, "headers": list(reply.headers)})
        for chunk in delivery.schedule(body) if body else ():
            await hold(chunk.wait)
            await send({"type": "http.response.body", "body": chunk.data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    elif connection is None:
        # In process there is no connection to break: who calls the application gets what a socket would raise.
        raise ConnectionResetError(f"{reply.matched_by}: the connection ends here")
    else:
        connection.take()
        if delivery.kind not in ("hang", "reset"):
            connection.write_head(reply)
        for chunk in delivery.schedule(body):
            connection.write(chunk.data)
        if delivery.kind == "reset-mid-body":
            await hold(_READING_SECONDS)
        if delivery.kind in ("reset", "reset-mid-body"):
            connection.reset()
        else:
            connection.close()


async def _until_gone(gone: Awaitable[None], hold: Hold) -> None:
    waits = {asyncio.ensure_future(gone), asyncio.ensure_future(hold(_NEVER_SECONDS))}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
