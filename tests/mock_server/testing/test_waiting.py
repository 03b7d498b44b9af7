"""Assertions that wait for requests of clients that run on: in a thread, or on the event loop of the test."""

import asyncio
import threading
import time

import httpx
import pytest
from editing import until

from migma_contract.errors import ArgumentError
from migma_mock.accounts.registry import UnknownAccountError

HOMES = ("here", "elsewhere")


@pytest.fixture
def later(migma_mock):
    """Start a client in a thread, which sends requests when it is told to, and returns at the end of the test."""
    started = []

    def start(*campaign_ids):
        go = threading.Event()

        def client():
            with httpx.Client(headers=migma_mock.auth_headers) as http:
                for campaign_id in campaign_ids:
                    go.wait()
                    http.get(migma_mock.stats_url(campaign_id))

        thread = threading.Thread(target=client)
        thread.start()
        started.append((go, thread))
        return go

    yield start
    for go, thread in started:
        go.set()
        thread.join()


@pytest.fixture
def let_begin(migma_mock, state_of, home):
    """Let a client begin when an assertion has looked for the first time, and waits; elsewhere, at once."""

    def let_begin(go):
        class Listeners(list):
            def append(self, listener):
                super().append(listener)
                go.set()

        if home == "here":
            state_of(migma_mock).journal.listeners = Listeners()
        else:
            go.set()

    return let_begin


def test_an_assertion_waits_until_the_requests_came(migma_mock, later, let_begin, state_of):
    go = later("a", "b", "a")
    with pytest.raises(AssertionError):
        migma_mock.assert_requested("a")
    let_begin(go)
    migma_mock.assert_requested("a", times=2, timeout=60)
    migma_mock.assert_requested_in_order(["b", "a"], timeout=60)
    assert state_of(migma_mock).journal.listeners == []


def test_it_fails_when_the_time_is_over_and_at_once_when_waiting_cannot_help(migma_mock, migma_transport):
    with pytest.raises(AssertionError, match="campaign a: expected exactly 1, got 0 of 0 requests"):
        migma_mock.assert_requested("a", times=1, timeout=0.01)
    with httpx.Client(transport=migma_transport, headers=migma_mock.auth_headers) as client:
        for _ in range(2):
            client.get(migma_mock.stats_url("a"))
    with pytest.raises(AssertionError, match="expected exactly 1, got 2 of 2 requests"):
        migma_mock.assert_requested("a", times=1, timeout=60)
    migma_mock.assert_requested("a", times=2, timeout=60)


@pytest.mark.parametrize("home", ["here"], indirect=True)
def test_it_waits_also_if_the_journal_is_cleared_meanwhile(migma_mock, later, state_of):
    go = later("a")

    class Listeners(list):
        def append(self, listener):
            super().append(listener)
            migma_mock.reset()
            go.set()

    state_of(migma_mock).journal.listeners = Listeners()
    migma_mock.assert_requested("a", timeout=60)


def test_it_ends_when_the_account_is_deleted_meanwhile(root, state_of, home):
    account, started = root.new_account(), time.monotonic()
    deletion = threading.Thread(target=root.delete_account, args=(account,))

    class Listeners(list):
        def append(self, listener):
            super().append(listener)
            deletion.start()

    state_of(account).journal.listeners = Listeners()
    with pytest.raises(UnknownAccountError, match="gone" if home == "here" else "deleted meanwhile"):
        account.assert_requested("a", timeout=60)
    deletion.join()
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("home", ["here"], indirect=True)
def test_a_wait_that_is_cancelled_leaves_no_thread_for_long(migma_mock, state_of):
    async def test():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(migma_mock.wait_until_requested("a", timeout=60), 0.01)

    started = time.monotonic()
    asyncio.run(test())
    until(lambda: not state_of(migma_mock).journal.listeners, "no waiting thread")
    assert time.monotonic() - started < 60


def test_an_event_loop_is_not_blocked(migma_mock, migma_transport):
    async def test():
        async def client_under_test():
            async with httpx.AsyncClient(transport=migma_transport, headers=migma_mock.auth_headers) as client:
                await client.get(migma_mock.stats_url("a"))

        task = asyncio.create_task(client_under_test())
        with pytest.raises(
            ArgumentError, match=r"assert_requested\(timeout\): expected 0 in a thread with an event loop"
        ):
            migma_mock.assert_requested("a", timeout=2)
        await migma_mock.wait_until_requested("a", times=1, timeout=60)
        await task
        migma_mock.assert_requested("a", times=1)
        with pytest.raises(AssertionError, match="expected exactly 2, got 1 of 1 requests"):
            await migma_mock.wait_until_requested("a", times=2, timeout=0.01)

    asyncio.run(test())


@pytest.mark.parametrize("home", ["here"], indirect=True)
def test_the_control_api_waits_too(migma_mock, later):
    go = later("a")
    verify = f"{migma_mock.base_url}/__mock__/accounts/{migma_mock.account_id}/verify"
    httpx.post(verify, json={"campaign": "a"}, params={"timeout": 0.06})
    go.set()
    result = httpx.post(verify, json={"campaign": "a", "times": 1}, params={"timeout": 60}, timeout=600).json()
    assert result["ok"]
    refused = httpx.post(verify, json={"campaign": "a"}, params={"timeout": 61})
    assert refused.status_code == 422
