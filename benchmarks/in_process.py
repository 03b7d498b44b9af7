"""The mock inside a test's process: through httpx without a socket, and the start of the server that tests share."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx

from benchmarks.limits.bare import app as bare
from benchmarks.servers import CAMPAIGN, KEY, stats_path
from migma_mock import Mock, MockServer, create_app
from migma_mock.testing.httpx_transport import MockTransport

_URL = f"http://mock.test{stats_path(CAMPAIGN)}"

BARE_ASGI_MS = "bare ASGI function through httpx, ms a request"
MOCK_ASGI_MS = "mock through httpx as an ASGI application, ms a request"
TRANSPORT_MS = "mock through httpx by MockTransport, ms a request"
SERVER_S = "MockServer in a thread, s to its start"


def measure(*, repeats: int, requests: int) -> dict[str, list[float]]:
    """Each figure ``repeats`` times, the kinds taking turns."""
    mock = Mock(reload=False)
    app = create_app(mock)
    figures: dict[str, list[float]] = {BARE_ASGI_MS: [], MOCK_ASGI_MS: [], TRANSPORT_MS: [], SERVER_S: []}
    for _ in range(repeats):
        figures[BARE_ASGI_MS].append(asyncio.run(_asgi(httpx.ASGITransport(bare), requests)))
        figures[MOCK_ASGI_MS].append(asyncio.run(_asgi(httpx.ASGITransport(app), requests)))
        figures[TRANSPORT_MS].append(_sync(MockTransport(mock), requests))
        figures[SERVER_S].append(_start())
    return figures


async def _asgi(transport: httpx.AsyncBaseTransport, requests: int) -> float:
    async with httpx.AsyncClient(transport=transport, headers=KEY) as client:
        return await _timed(lambda: client.get(_URL), requests)


async def _timed(get: Callable[[], Awaitable[httpx.Response]], requests: int) -> float:
    (await get()).raise_for_status()
    began = time.perf_counter()
    for _ in range(requests):
        await get()
    return (time.perf_counter() - began) / requests * 1000


def _sync(transport: httpx.BaseTransport, requests: int) -> float:
    with httpx.Client(transport=transport, headers=KEY) as client:
        client.get(_URL).raise_for_status()
        began = time.perf_counter()
        for _ in range(requests):
            client.get(_URL)
        return (time.perf_counter() - began) / requests * 1000


def _start() -> float:
    began = time.perf_counter()
    with MockServer(reload=False):
        return time.perf_counter() - began
