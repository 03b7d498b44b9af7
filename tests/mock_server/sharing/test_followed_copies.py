"""Streams, verifications and held requests on one worker see what happens on another."""

import asyncio
import json

import pytest
from store_gate import until
from worker_pair import FIXED, workers

from migma_mock.http.application import create_app
from migma_mock.sharing.copies.shared_journal import SharedJournal

LONG = 60


class Exchange:
    """A request to the application of a worker, whose response is read while it comes."""

    def __init__(self, worker, path, **headers):
        self.messages = []
        self._gone = asyncio.Event()
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers.items())],
            "server": ("localhost", 4010),
            "client": ("127.0.0.1", 50000),
        }
        self.task = asyncio.create_task(create_app(worker.mock)(self._scope, self._receive, self._send))

    async def leave(self):
        """Disconnect, and wait until the application has noticed."""
        self._gone.set()
        await self.task

    @property
    def text(self):
        """The part of the body that came so far."""
        return b"".join(message.get("body", b"") for message in self.messages).decode()

    async def _receive(self):
        if self._scope is not None:
            self._scope = None
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        self.messages.append(message)


def stats_path(campaign=FIXED):
    return f"/v1/campaigns/{campaign}/stats"


def test_a_stream_has_what_happens_on_other_workers(url):
    async def steps():
        async with workers(url) as (here, there):
            account = await there.account()
            stream = Exchange(here, "/__mock__/events")
            await until(lambda: "past" in stream.text)
            await there.get(account["key"], query=b"from=there")
            await until(lambda: "from=there" in stream.text)
            await there.call("POST", f"{account['path']}/faults", json={"kind": "empty-body"})
            await until(lambda: '"faults"' in stream.text)
            another = await there.account()
            await there.get(another["key"], query=b"another=one")
            await until(lambda: "another=one" in stream.text)
            await there.call("DELETE", f"{account['path']}/journal")
            await until(lambda: "cleared" in stream.text)
            await stream.leave()

    asyncio.run(steps())


def test_a_stream_of_an_account_ends_when_another_worker_deletes_it(url):
    async def steps():
        async with workers(url) as (here, there):
            account = await there.account()
            stream = Exchange(here, f"/__mock__{account['path']}/events")
            await until(lambda: "past" in stream.text)
            await there.call("DELETE", account["path"])
            await asyncio.wait_for(stream.task, LONG)

    asyncio.run(steps())


def test_a_verification_waits_for_a_request_to_another_worker(url):
    async def steps():
        async with workers(url) as (here, there):
            account = await there.account()
            verifying = asyncio.create_task(
                here.call("POST", f"{account['path']}/verify?timeout=60", json={"atLeast": 2}, timeout=LONG)
            )
            await here.get(account["key"])
            await there.get(account["key"])
            assert (await verifying)["matches"] == 2

    asyncio.run(steps())


@pytest.mark.parametrize("end", ["disarm", "reset", "delete"])
def test_a_held_request_is_let_go_by_another_worker(url, end):
    async def steps():
        async with workers(url) as (here, there):
            account = await there.account()
            await there.call("POST", f"{account['path']}/faults", json={"kind": "delay", "seconds": 60})
            held = Exchange(here, stats_path(), authorization=f"Bearer {account['key']}")
            await until(lambda: len(here.mock.waiting))
            calls = {
                "disarm": ("DELETE", f"{account['path']}/faults"),
                "reset": ("POST", f"{account['path']}/reset"),
                "delete": ("DELETE", account["path"]),
            }
            await there.call(*calls[end])
            await asyncio.wait_for(held.task, LONG)

    asyncio.run(steps())


def test_a_late_reply_is_amended_for_all_workers(url):
    """Until it is sent, a verification on another worker does not count on it."""

    async def steps():
        async with workers(url) as (here, there):
            account = await there.account()
            await there.call("POST", f"{account['path']}/faults", json={"kind": "delay", "seconds": 60})
            late = Exchange(here, stats_path(), authorization=f"Bearer {account['key']}")
            await until(lambda: len(here.mock.waiting))
            sent = {"status": 200, "times": 1}
            assert not (await there.call("POST", f"{account['path']}/verify", json=sent))["ok"]
            verifying = asyncio.create_task(
                there.call("POST", f"{account['path']}/verify?timeout=60", json=sent, timeout=LONG)
            )
            await there.call("DELETE", f"{account['path']}/faults")
            assert (await verifying)["ok"]
            await late.task
            assert json.loads(late.text)["success"]

    asyncio.run(steps())


def test_head_and_refusals_of_the_control_api_stay_as_they_are(url):
    async def steps():
        async with workers(url, 1) as (worker,):
            response = await worker.client.head("/accounts/built-in/journal")
            assert (response.status_code, response.content) == (200, b"")
            response = await worker.client.put("/accounts/built-in/rate-limit", content=b"{", headers=JSON)
            assert response.status_code == 422
            response = await worker.client.options("/accounts")
            assert response.status_code == 405

    asyncio.run(steps())


JSON = {"content-type": "application/json"}


def test_other_requests_are_answered_while_a_copy_with_many_campaigns_is_loaded(url, monkeypatch):
    """The event loop gets a turn between two campaigns, once these took some time."""
    monkeypatch.setattr("migma_mock.sharing.copies.campaign_parts._SECONDS_AT_ONCE", -1)
    number = 30

    async def steps():
        async with workers(url) as (first, second):
            account = await first.account(empty=True)
            for index in range(number):
                campaign = {"id": f"c-{index}", "growth": {"recipients": 5, "sentAt": "-2h"}}
                await first.call("PUT", f"{account['path']}/campaigns/c-{index}", json=campaign)
            turns = 0
            reading = asyncio.ensure_future(second.get(account["key"], "c-7"))
            while not reading.done():
                await asyncio.sleep(0)
                turns += 1
            assert reading.result().status == 200
            assert turns > number

    asyncio.run(steps())


def test_a_look_at_many_accounts_leaves_room_for_other_requests(url, monkeypatch):
    """They are read in groups, however many there are."""
    running, most = 0, 0

    async def steps():
        nonlocal running, most
        async with workers(url, 1) as (first,):
            for _ in range(120):
                await first.account()
            async with workers(url, 1) as (second,):
                read = second.shared.store.changes

                async def count(name, since):
                    nonlocal running, most
                    running += 1
                    most = max(most, running)
                    try:
                        return await read(name, since)
                    finally:
                        running -= 1

                monkeypatch.setattr(second.shared.store, "changes", count)
                assert len(await second.call("GET", "/accounts")) == 121
                monkeypatch.undo()

    asyncio.run(steps())
    assert 1 < most <= 100  # one group of this call, and one of the look at all copies


def test_other_requests_come_between_the_pages_of_all_journals(url, monkeypatch):
    """A page takes some ten milliseconds to decode; those of many journals may come at the same moment."""
    turn, turns = 0, []
    load = SharedJournal.load

    def note_turn(journal, page):
        if page.records:
            turns.append(turn)
        load(journal, page)

    async def count_turns():
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async def steps():
        async with workers(url) as (first, second):
            for _ in range(20):
                account = await first.account()
                await first.get(account["key"])
            counting = asyncio.create_task(count_turns())
            monkeypatch.setattr(SharedJournal, "load", note_turn)
            await second.call("GET", "/accounts")
            counting.cancel()

    asyncio.run(steps())
    assert len(turns) == len(set(turns)) == 20
