"""The first generated campaign takes a while, since a library is loaded and a pool drawn: nobody else waits for it."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from migma_mock import MigmaMock, Mock, MockServer
from migma_mock.generation import pool

PATIENCE = 600


@pytest.fixture
def drawing(monkeypatch):
    """Two events: the pool is being drawn; and what the drawing waits for."""
    draw = pool.coherent_pool
    began, may_end = threading.Event(), threading.Event()

    def draw_slowly(*arguments):
        began.set()
        assert may_end.wait(PATIENCE)
        return draw(*arguments)

    monkeypatch.setattr(pool, "coherent_pool", draw_slowly)
    yield began, may_end
    may_end.set()


def by_control_api(mock):
    url = f"{mock.base_url}/__mock__/accounts/built-in/generated-campaigns"
    httpx.post(url, json={}, timeout=PATIENCE).raise_for_status()


def by_preference(mock):
    headers = {**mock.auth_headers, "Prefer": "dynamic=true"}
    httpx.get(mock.stats_url("any"), headers=headers, timeout=PATIENCE).raise_for_status()


@pytest.mark.parametrize("generate", [MigmaMock.add_generated_campaign, by_control_api, by_preference])
def test_the_server_answers_others_meanwhile(drawing, generate):
    began, may_end = drawing
    with MockServer(reload=False) as mock, ThreadPoolExecutor(1) as pool:
        generating = pool.submit(generate, mock)
        assert began.wait(PATIENCE)
        assert httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers, timeout=PATIENCE).is_success
        assert not generating.done()
        may_end.set()
        generating.result()


def test_an_event_loop_runs_on_if_it_is_generated_in_a_thread(drawing):
    """As docs/testing.md shows it."""
    began, may_end = drawing
    mock = MigmaMock(Mock(reload=False))

    async def generate():
        generating = asyncio.create_task(asyncio.to_thread(mock.add_generated_campaign))
        await asyncio.to_thread(began.wait)
        may_end.set()
        return await generating

    assert asyncio.run(generate()) in {campaign.decode() for campaign in mock._backend.account.state.campaigns}
