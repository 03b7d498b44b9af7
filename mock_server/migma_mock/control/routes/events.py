"""Server-sent events: requests as they arrive, and notices of other changes, for pages that show them live."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.types import Receive, Scope, Send

from migma_mock.accounts.registry import UnknownAccountError
from migma_mock.control.dependencies import AccountDep, MockDep
from migma_mock.control.errors import ControlError, full_memory_refused
from migma_mock.control.event_feed import Event, EventFeed
from migma_mock.control.middleware import WITHOUT_BODY
from migma_mock.control.strict_route import errors
from migma_mock.memory import Share
from migma_mock.mock import Mock

router = APIRouter(tags=["events"])

MAX_STREAMS = 32

# With the class of the stream, FastAPI would document errors with its media type too, and they are JSON.
_RESPONSES = errors(409, 507) | {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}

_HEADERS = {"cache-control": "no-cache"}
_LOOK_SECONDS = 0.1
_KEEPALIVE_SECONDS = 15.0


class _Stream(EventSourceResponse):
    """Sends events and holds one of the places; it is taken before the first event, since many may begin at once."""

    def __init__(self, events: AsyncIterator[bytes], open_feeds: set[EventFeed], feed: EventFeed) -> None:
        super().__init__(events, headers=_HEADERS)
        self._open_feeds, self._feed = open_feeds, feed
        open_feeds.add(feed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events, and give the place back when the client is gone or an error ends them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._open_feeds.discard(self._feed)


def _open_stream(request: Request, mock: Mock, feed: EventFeed, last: int) -> Response:
    open_feeds: set[EventFeed] = request.app.state.open_feeds
    if len(open_feeds) >= MAX_STREAMS:
        raise ControlError(409, f"All {MAX_STREAMS} event streams are in use. Close a dashboard or another client.")
    with full_memory_refused():
        mock.accounts.memory.require(feed.bytes)
    if WITHOUT_BODY in request.scope:
        return EventSourceResponse((), headers=_HEADERS)
    return _Stream(_encoded_events(mock, feed, last), open_feeds, feed)


async def _encoded_events(mock: Mock, feed: EventFeed, last: int) -> AsyncIterator[bytes]:
    """Yield the last events, then new ones until the server stops or an account of the feed is deleted."""
    share = Share(mock.accounts.memory)
    with contextlib.suppress(UnknownAccountError), contextlib.ExitStack() as at_end:
        at_end.callback(share.release)
        for event in feed.past(last):
            yield _encode(event)
            await asyncio.sleep(0)  # encoding thousands of entries must not delay other requests
        sent = time.monotonic()
        while not mock.waiting.is_closing:
            share.take(feed.bytes - share.bytes)
            for event in feed.news():
                yield _encode(event)
                await asyncio.sleep(0)
                sent = time.monotonic()
            if time.monotonic() - sent > _KEEPALIVE_SECONDS:
                yield KEEPALIVE_COMMENT
                sent = time.monotonic()
            await mock.waiting.wait(_LOOK_SECONDS)


def _encode(event: Event) -> bytes:
    return format_sse_event(event=event.name, data_str=json.dumps(event.data, ensure_ascii=False))


Last = Annotated[int, Query(ge=0, le=10_000, description="Start with at most this many earlier requests.")]


@router.get("/events", response_class=Response, responses=_RESPONSES)
async def all_events(request: Request, mock: MockDep, last: Last = 0) -> Response:
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
async def account_events(request: Request, mock: MockDep, account: AccountDep, last: Last = 0) -> Response:
    """Stream the requests of one account as they arrive, until it is deleted; events as in `GET /events`."""
    feed = EventFeed(lambda: [mock.accounts.get(account.id)], None, None)
    return _open_stream(request, mock, feed, last)


@router.get("/unknown-key-requests/events", response_class=Response, responses=_RESPONSES)
async def unknown_key_events(request: Request, mock: MockDep, last: Last = 0) -> Response:
    """Stream the requests with an unknown key as they arrive; events as in `GET /events`."""
    feed = EventFeed(list, lambda: mock.accounts.unknown_key_requests, None)
    return _open_stream(request, mock, feed, last)
