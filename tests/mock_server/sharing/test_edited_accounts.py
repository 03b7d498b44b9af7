"""Accounts of which the store has something that no mock wrote: they say so, and all others go on."""

import asyncio
import json

import pytest
from store_gate import until
from worker_pair import Notes, workers

from migma_mock.sharing.store.store_errors import StoreUnavailableError

STATUS = {"kind": "status", "status": 503}
LONG = 60


@pytest.fixture(autouse=True)
def empty_store(server, caplog):
    """No test finds what another one broke; and nothing fails in the background."""
    server.command("FLUSHALL")
    yield
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


_EDIT = """
local version = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2], '#version', version)
redis.call('ZADD', KEYS[2] .. ':changes', version, ARGV[1])
"""


def edit(server, name, part, text):
    """Change a part of a map as nobody should; at once, since a worker may look in between."""
    server.command("EVAL", _EDIT, 2, "{migma-mock}:order", f"{{migma-mock}}:{name}", part, text)


def error_of(response):
    return json.loads(response.content)["error"]


PARTS = {
    "no JSON": ("faults", "{nonsense"),
    "nested too deep": ("faults", "[" * 100_000),
    "another kind of value": ("faults", "[1,2]"),
    "an unknown fault": ("faults", '{"last":1,"armed":[["f",{"kind":"nope"},null]]}'),
    "a clock without a position": ("clock", "{}"),
    "limits that are words": ("limits", '[["a",2]]'),
    "times that are missing": ("window:abc", "[5,5]"),
    "a campaign without a source": ("campaign:x", '{"document":{}}'),
    "a count that is none": ("progress:x", "many"),
    "a start that is no time": ("started", '{"at":"yesterday","resets":0}'),
    "a part of another release": ("what:ever", "{}"),
}


@pytest.mark.parametrize(("part", "text"), PARTS.values(), ids=PARTS)
def test_an_account_with_such_a_part_is_refused_and_can_be_deleted(server, part, text):
    """Its requests and its control API get 503 and say why; the list and all other accounts do not mind."""

    async def steps():
        async with workers(server.unix_url) as (first, second):
            edited, other = await first.account(), await first.account()
            assert (await second.get(edited["key"])).status == 200
            edit(server, f"account:{edited['id']}", part, text)
            for worker in (first, second):
                reply = await worker.get(edited["key"])
                assert reply.status == 503
                assert b"no mock wrote" in reply.body
                assert (await worker.get(other["key"])).status == 200
                assert other["id"] in [each["id"] for each in await worker.call("GET", "/accounts")]
                for method, path in (("GET", "/faults"), ("POST", "/reset")):
                    response = await worker.client.request(method, edited["path"] + path)
                    assert response.status_code == 503
                    assert "{migma-mock}:account:account-1 that no mock wrote" in error_of(response)
            await first.call("DELETE", edited["path"])
            assert (await second.get(edited["key"])).status == 401

    asyncio.run(steps())


def test_other_accounts_are_followed_as_before(server):
    """The worker goes on to look for changes of all accounts."""

    async def steps():
        async with workers(server.unix_url) as (first, second):
            edited, other = await first.account(), await first.account()
            edit(server, f"account:{edited['id']}", "faults", "{nonsense")
            await second.get(edited["key"])
            await first.call("POST", f"{other['path']}/faults", json=STATUS)
            copy = second.mock.accounts.get(other["id"])
            await until(lambda: copy.state.faults, LONG)

    asyncio.run(steps())


def test_an_account_can_be_used_again_once_its_key_is_removed(server):
    """That of the fixtures begins anew."""

    async def steps():
        async with workers(server.unix_url) as (first, second):
            edit(server, "account:built-in", "faults", "{nonsense")
            assert [(await each.get()).status for each in (first, second)] == [503, 503]
            async with workers(server.unix_url, 1) as (third,):  # it starts nevertheless
                assert (await third.get()).status == 503
                server.command("DEL", "{migma-mock}:account:built-in")
                assert [(await each.get()).status for each in (first, second, third)] == [200, 200, 200]

    asyncio.run(steps())


@pytest.mark.parametrize(("part", "text"), [("account:account-7", "{{"), ("last-number", "x"), ("former:a", "7")])
def test_a_registry_that_cannot_be_read_is_named(server, part, text):
    """Requests are answered as without the store, and all goes on once it is repaired."""

    async def steps():
        async with workers(server.unix_url, log=Notes()) as (first, second):
            account = await first.account()
            await second.get(account["key"])
            edit(server, "registry", part, text)
            for worker in (first, second):
                assert (await worker.get(account["key"])).status == 200
                response = await worker.client.post("/accounts", json={})
                assert response.status_code == 503
                assert "{migma-mock}:registry that no mock wrote" in error_of(response)
            edit(server, "registry", part, "1" if part == "last-number" else "[]")
            if part.startswith("account:"):
                server.command("HDEL", "{migma-mock}:registry", part)
            for worker in (first, second):
                assert (await worker.client.post("/accounts", json={})).status_code == 201

    asyncio.run(steps())


def test_a_worker_does_not_start_with_such_a_registry(server, monkeypatch):
    """It says where it is."""
    monkeypatch.setattr("migma_mock.sharing.store_link._START_SECONDS", 0.5)

    async def steps():
        async with workers(server.unix_url, 1):
            pass
        edit(server, "registry", "account:account-7", '{"name":1}')
        with pytest.raises(StoreUnavailableError, match="registry that no mock wrote"):
            async with workers(server.unix_url, 1):
                pass

    asyncio.run(steps())


def test_a_connection_that_is_made_again_finds_the_registry_unreadable_and_then_mended(server):
    """An account without its beginning is half restored, and leaves nothing behind."""
    keys = ["one-0123456789", "two-0123456789", "three-0123456789"]
    text = json.dumps({"name": "", "keys": keys, "empty": False, "limits": [], "start": None})

    async def steps():
        async with workers(server.unix_url, 1, log=Notes()) as (worker,):
            edit(server, "registry", "account:account-7", text)
            assert (await worker.client.post("/accounts", json={})).status_code == 503
            assert (await worker.client.post("/accounts", json={})).status_code == 503
            server.command("CLIENT", "KILL", "TYPE", "normal")
            await until(lambda: "registry that no mock wrote" in worker.shared.why, LONG)
            server.command("HDEL", "{migma-mock}:registry", "account:account-7")
            await until(lambda: worker.shared.is_up, LONG)
            assert [each["id"] for each in await worker.call("GET", "/accounts")] == ["built-in"]
            assert (await worker.get(keys[0])).status == 401

    asyncio.run(steps())


def test_what_was_read_before_the_store_lost_its_data_is_read_again(server, monkeypatch):
    """While campaigns are built, the store may be opened again."""

    async def steps():
        async with workers(server.unix_url) as (first, second):
            account = await first.account()
            await second.get(account["key"])
            await first.call("POST", f"{account['path']}/faults", json=STATUS)
            shared_map = second.shared._registry.find(f"account:{account['id']}")
            prepare = shared_map.copy.prepare

            async def prepare_late(changes):
                monkeypatch.undo()
                shared_map.forget()
                await prepare(changes)

            monkeypatch.setattr(shared_map.copy, "prepare", prepare_late)
            async with shared_map.lock:
                await shared_map.load()
            assert shared_map.is_loaded
            assert shared_map.copy.account.state.faults
            assert (await second.get(account["key"])).status == 503

    asyncio.run(steps())
