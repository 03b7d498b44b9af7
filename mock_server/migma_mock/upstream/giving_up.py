"""Give up a request to the live API for which nobody waits any more."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from migma_mock.upstream.live_request import NoResponseError

_T = TypeVar("_T")


async def result_unless(given_up: Awaitable[object], work: Coroutine[Any, Any, _T]) -> _T:
    """Return the result of a request, or cancel it.

    Args:
        given_up: Ends when nobody waits for the result any more.
        work: The request.

    Raises:
        NoResponseError: It was given up before it had a result.
    """
    working, giving_up = asyncio.ensure_future(work), asyncio.ensure_future(given_up)
    try:
        await asyncio.wait((working, giving_up), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise NoResponseError("had not responded when the client disconnected or the mock was stopped", 503)
    finally:
        for task in (working, giving_up):
            task.cancel()
        # Until the connection is closed.
        await asyncio.gather(working, giving_up, return_exceptions=True)
