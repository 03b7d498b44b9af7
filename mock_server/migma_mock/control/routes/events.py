"""Server-sent events: requests as they come, and word of what else changed, for pages that show it live."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from migma_mock.accounts.registry import Accounts, UnknownAccountError
from migma_mock.control.dependencies import AccountDep, get_accounts, get_mock
from migma_mock.control.errors import ControlError
from migma_mock.control.event_feed import EventFeed
from migma_mock.control.middleware import WITHOUT_BODY
from migma_mock.control.strict_route import errors
from migma_mock.messages.asgi import EXTENSION, Connection, Receive, Scope, Send
from migma_mock.mock import Mock

router = APIRouter(tags=["events"])

_MEDIA_TYPE = "text/event-stream"
# The class of the stream would give its media type to errors too, and they are JSON.
_RESPONSES = errors(409) | {200: {"content": {_MEDIA_TYPE: {"schema": {"type": "string"}}}}}

MAX_LISTENERS = 32

_LOOK_SECONDS = 0.1
_FOREVER_SECONDS = 1e9
_LOOKS_TO_HEARTBEAT = 150


class Listeners:
    """How many streams are open, bounded."""

    def __init__(self, most: int = MAX_LISTENERS) -> None:
        self._most = most
        self.open = 0

    def check(self) -> None:
        """Refuse one more, where there are as many as there may be.

        Raises:
            ControlError: There are.
        """
        if self.open >= self._most:
            raise ControlError(409, f"{self._most} pages listen already, and no more can. Close one.")

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one for as long as it lasts."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


class EventStream(Response):
    """A stream of events that ends when the client leaves, the account goes, or the server is about to stop."""

    media_type = _MEDIA_TYPE

    def __init__(self, mock: Mock, listeners: Listeners, follower: EventFeed, past: int) -> None:
        super().__init__(headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        self._mock, self._listeners, self._follower, self._past = mock, listeners, follower, past

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until there is nobody left to send them to."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if WITHOUT_BODY in scope:
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.create_task(_left(receive))
        closing = asyncio.create_task(self._mock.wait(_FOREVER_SECONDS))
        with self._listeners.one_more():
            try:
                async for message in self._messages():
                    sending = asyncio.ensure_future(send(message))
                    await asyncio.wait({sending, gone, closing}, return_when=asyncio.FIRST_COMPLETED)
                    if not sending.done():
                        # A listener that does not read would hold up the end of the server.
                        sending.cancel()
                        _abort(scope)
                        return
                    await sending
                    if gone.done():
                        return
            finally:
                gone.cancel()
                closing.cancel()

    async def _messages(self) -> AsyncIterator[dict[str, Any]]:
        async for data in self._events():
            yield {"type": "http.response.body", "body": data, "more_body": True}
        yield {"type": "http.response.body", "body": b""}

    async def _events(self) -> AsyncIterator[bytes]:
        for event in self._follower.past(self._past):
            yield event.encode()
            await asyncio.sleep(0)  # others have their turn between the parts
        looks = 0
        with contextlib.suppress(UnknownAccountError):
            while not self._mock.is_closing:
                looks += 1
                news = b"".join(event.encode() for event in self._follower.news())
                yield news or (b":\n\n" if looks % _LOOKS_TO_HEARTBEAT == 0 else b"")
                await self._mock.wait(_LOOK_SECONDS)


def _abort(scope: Scope) -> None:
    connection: Connection | None = (scope.get("extensions") or {}).get(EXTENSION)
    if connection is not None:
        connection.take()
        connection.abort()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


Last = Annotated[int, Query(ge=0, le=10_000, description="Begin with at most so many that were there before.")]


def _stream(request: Request, follower: EventFeed, last: int) -> EventStream:
    listeners: Listeners = request.app.state.listeners
    listeners.check()
    return EventStream(get_mock(request), listeners, follower, last)


@router.get("/events", response_class=Response, responses=_RESPONSES)
async def everything(
    request: Request, accounts: Annotated[Accounts, Depends(get_accounts)], last: Last = 0
) -> EventStream:
    """Requests of all accounts, and those with no known key, as they come.

    Server-sent events, data in JSON. ``past``: entries from before, newest first. ``entries``: new ones, oldest
    first, and how many before them were ``missed`` because the journal is bounded. ``cleared``: an account's
    journal was emptied. ``changed``: which ``parts`` of an account did: campaigns, faults, clock.
    ``accounts``: one came or went. ``fixtures``: fixtures were read again.
    """
    return _stream(
        request, EventFeed(lambda: accounts.all, lambda: accounts.unknown_key_requests, get_mock(request)), last
    )


@router.get("/accounts/{account_id}/events", response_class=Response, responses=_RESPONSES)
async def of_account(
    request: Request, account: AccountDep, accounts: Annotated[Accounts, Depends(get_accounts)], last: Last = 0
) -> EventStream:
    """The same of one account; ends when the account does."""
    return _stream(request, EventFeed(lambda: [accounts.get(account.id)], None, None), last)


@router.get("/unknown-key-requests/events", response_class=Response, responses=_RESPONSES)
async def of_nobody(
    request: Request, accounts: Annotated[Accounts, Depends(get_accounts)], last: Last = 0
) -> EventStream:
    """The same of requests that came with no known key."""
    return _stream(request, EventFeed(list, lambda: accounts.unknown_key_requests, None), last)
