"""Workers that share a store, in the event loop of a test, and what a test asks them."""

import itertools
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from migma_mock.http.application import create_app
from migma_mock.messages.request import Request
from migma_mock.mock import Mock

_NUMBERS = itertools.count(1)

FIXED = "66b2f0a1c4e5d60012a40101"
"""The id of a built-in campaign with stats that stay."""


class Worker:
    """One worker: a mock that answers requests without a socket, and its control API.

    Attributes:
        mock: The mock.
        shared: Its shared accounts.
        client: Calls its control API.
    """

    def __init__(self, mock):
        self.mock = mock
        self.shared = mock.shared
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(mock)), base_url="http://localhost/__mock__"
        )

    @property
    def key(self):
        """A key of the built-in account."""
        return self.mock.example_key

    async def get(self, key=None, campaign=FIXED, query=b"", headers=()):
        """Return the reply to a request for a campaign."""
        request = self.request(self.key if key is None else key, campaign, query, headers)
        return await self.shared.answer(request)

    def request(self, key, campaign=FIXED, query=b"", headers=()):
        """Return a request for a campaign; without a key if that is empty."""
        path = self.mock.contract.operation.request_path(campaign, key).encode()
        own = [(b"authorization", f"Bearer {key}".encode())] if key else []
        return Request("GET", path, [*own, *headers], query)

    async def call(self, method, path, expected=None, **options):
        """Return what a call of the control API gives; it succeeds, or has the expected status."""
        response = await self.client.request(method, path, **options)
        assert response.status_code == expected if expected else response.is_success, response.text
        return response.json() if response.content else None

    async def account(self, **properties):
        """Create an account; return it with its path and its working key."""
        created = await self.call("POST", "/accounts", json=properties)
        return {**created, "path": f"/accounts/{created['id']}", "key": created["keys"]["working"]}


def url_of(server, prefix=None):
    """Return the URL of a store, where no other test has any data."""
    return f"{server.unix_url}?prefix={prefix or f'test-{next(_NUMBERS)}'}"


class Notes(list):
    """A log that keeps notes only."""

    def __bool__(self):
        return True

    def note(self, text, *, is_warning=False):
        """Keep a note."""
        self.append(text)

    def request(self, *_arguments, **_options):
        """Keep no request."""


@asynccontextmanager
async def workers(url, number=2, *, log=None, **options):
    """Run some workers that share the store with a URL."""
    async with AsyncExitStack() as running:
        made = [Worker(Mock(reload=False, state=url, **options)) for _ in range(number)]
        for worker in made:
            worker.mock.log = log
            await running.enter_async_context(worker.mock.running())
            await running.enter_async_context(worker.client)
        yield made
