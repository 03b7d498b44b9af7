"""Responses of any length: made and sent in parts, between which other requests have their turn; few at a time."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from migma_mock.control.errors import ControlError
from migma_mock.control.middleware import WITHOUT_BODY

PART_CHARACTERS = 32 * 1024
"""A part is sent when it has so many, or a few more."""

STEPS_AT_ONCE = 20
"""Items that are made, or looked at and left out, before other requests have their turn."""

MAX_LARGE = 8
"""Responses of more than one part that are sent at a time; each needs memory for two parts, however slow its reader."""


async def large_response(request: Request, texts: Iterable[str], media_type: str = "application/json") -> Response:
    """Return a response with these texts, each of which is made when its turn comes.

    What they are made of must be looked up then, not kept until then: a client may take as long as it likes.

    Args:
        request: The request.
        texts: One for each step, "" for an item that is left out.
        media_type: Of all of it.

    Raises:
        ControlError: It has several parts, and :data:`MAX_LARGE` such responses are being sent.
    """
    parts = _parts(texts)
    first = await anext(parts, b"")
    second = await anext(parts, None)
    if second is None:
        return Response(first, media_type=media_type)
    if WITHOUT_BODY in request.scope:
        return StreamingResponse((), media_type=media_type)
    places: set[object] = request.app.state.large_responses
    if len(places) >= MAX_LARGE:
        raise ControlError(
            503, f"{MAX_LARGE} large responses are being sent. Try again when their clients have read them."
        )
    return _Large(_rest(first, second, parts), media_type, places)


def json_list(texts: Iterable[str], head: str = "[", tail: str = "]") -> Iterator[str]:
    """Yield the texts, which are JSON or empty, as the items of a list."""
    yield head
    comma = ""
    for text in texts:
        yield comma + text if text else ""
        comma = "," if text else comma
    yield tail


class _Large(StreamingResponse):
    """Holds one of the places until it is sent, its client is gone, or an error ends it."""

    def __init__(self, parts: AsyncIterator[bytes], media_type: str, places: set[object]) -> None:
        super().__init__(parts, media_type=media_type)
        self._places = places
        places.add(self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.discard(self)


async def _parts(texts: Iterable[str]) -> AsyncIterator[bytes]:
    part: list[str] = []
    length = steps = 0
    for text in texts:
        part.append(text)
        length, steps = length + len(text), steps + 1
        if length >= PART_CHARACTERS:
            yield "".join(part).encode()
            part, length = [], 0
        elif steps % STEPS_AT_ONCE:
            continue
        await asyncio.sleep(0)
    if part:
        yield "".join(part).encode()


async def _rest(first: bytes, second: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for part in (first, second):
        yield part
    async for part in parts:
        yield part
