"""Server-sent events: requests as they arrive, and notices of other changes, for pages that show them live."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sse_starlette import EventSourceResponse, JSONServerSentEvent, ServerSentEvent
from starlette.types import Receive, Scope, Send

from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError
from migma_mock.control.event_feed import EventFeed
from migma_mock.control.middleware import WITHOUT_BODY
from migma_mock.control.strict_route import errors
from migma_mock.mock import Mock

router = APIRouter(tags=["events"])

MAX_STREAMS = 32

# With the class of the stream, FastAPI would document errors with its media type too, and they are JSON.
_RESPONSES = errors(409) | {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}

_LOOK_SECONDS = 0.1
_NEWLINE = "\n"


class OpenStreams:
    """Counts the open streams and limits their number."""

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._limit = limit
        self.count = 0

    def check(self) -> None:
        """Refuse another stream if the limit is reached.

        Raises:
            ControlError: It is.
        """
        if self.count >= self._limit:
            raise ControlError(409, f"All {self._limit} event streams are in use. Close a dashboard or another client.")

    @contextlib.contextmanager
    def track(self) -> Iterator[None]:
        """Count one stream as long as the context lasts."""
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


class EventStream(EventSourceResponse):
    """A stream of events that ends when the client disconnects, the account is deleted, or the server stops."""

    def __init__(self, mock: Mock, streams: OpenStreams, feed: EventFeed, last: int) -> None:
        super().__init__(_events(mock, feed, last), sep=_NEWLINE)
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; for HEAD, the headers alone."""
        if WITHOUT_BODY in scope:
            scope = {**scope, "method": "HEAD"}
        with self._streams.track():
            await super().__call__(scope, receive, send)


async def _events(mock: Mock, feed: EventFeed, last: int) -> AsyncIterator[ServerSentEvent]:
    """Yield the last events, then new ones until the server stops or an account of the feed is deleted."""
    for event in feed.past(last):
        yield JSONServerSentEvent(event.data, event=event.name, sep=_NEWLINE)
        await asyncio.sleep(0)  # encoding thousands of entries must not delay other requests
    with contextlib.suppress(UnknownAccountError):
        while not mock.is_closing:
            for event in feed.news():
                yield JSONServerSentEvent(event.data, event=event.name, sep=_NEWLINE)
            await mock.wait(_LOOK_SECONDS)


def _open_stream(request: Request, mock: Mock, feed: EventFeed, last: int) -> EventStream:
    streams: OpenStreams = request.app.state.streams
    streams.check()
    return EventStream(mock, streams, feed, last)


Last = Annotated[int, Query(ge=0, le=10_000, description="Start with at most this many earlier requests.")]


@router.get("/events", response_class=Response, responses=_RESPONSES)
async def all_events(request: Request, mock: MockDep, last: Last = 0) -> EventStream:
    """Stream the requests of all accounts, and those with an unknown key, as they arrive.

    Server-sent events with JSON data. `past`: earlier requests, newest first. `entries`: new requests, oldest first;
    `missed` is how many before them are lost because the journal is bounded. `cleared`: the journal of an account was
    cleared. `changed`: `parts` of an account (campaigns, faults, clock) changed. `accounts`: an account was created or
    deleted. `fixtures`: the fixtures were read again.
    """
    accounts = mock.accounts
    feed = EventFeed(lambda: accounts.all, lambda: accounts.unknown_key_requests, mock)
    return _open_stream(request, mock, feed, last)


@router.get("/accounts/{account_id}/events", response_class=Response, responses=_RESPONSES)
async def account_events(request: Request, mock: MockDep, account: AccountDep, last: Last = 0) -> EventStream:
    """Stream the requests of one account as they arrive, until it is deleted; events as in `GET /events`."""
    return _open_stream(request, mock, EventFeed(lambda: [mock.accounts.get(account.id)], None, None), last)


@router.get("/unknown-key-requests/events", response_class=Response, responses=_RESPONSES)
async def unknown_key_events(request: Request, mock: MockDep, last: Last = 0) -> EventStream:
    """Stream the requests with an unknown key as they arrive; events as in `GET /events`."""
    return _open_stream(request, mock, EventFeed(list, lambda: mock.accounts.unknown_key_requests, None), last)
