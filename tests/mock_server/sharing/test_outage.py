"""While the store is down, slow, or has lost its data: what is answered, what is refused, and what is told later."""

import asyncio
import gc
import json

import pytest
from store_gate import until
from valkey_server import ValkeyServer
from worker_pair import Notes, url_of, workers

from migma_mock.mock import Mock
from migma_mock.sharing import store_link
from migma_mock.sharing.store.store_errors import StoreFormatError, StoreUnavailableError

STATUS = {"kind": "status", "status": 503}
UNREACHABLE = (b"migma-mock-store", b"unreachable")
LONG = 60


@pytest.fixture(autouse=True)
def no_error_is_left(caplog):
    """Nothing fails in the background that nobody waits for."""
    yield
    gc.collect(1)  # what the test left; the whole heap of a run takes seconds
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


@pytest.fixture
def server():
    """A store that the test may kill."""
    with ValkeyServer() as started:
        yield started


async def is_down(*team):
    await until(lambda: not any(worker.shared.is_up for worker in team))


async def is_up(*team):
    await until(lambda: all(worker.shared.is_up for worker in team))


def why(reply):
    """Return the text of an error."""
    return json.loads(reply.body)["error"]


def test_without_the_store_plain_accounts_are_answered_and_all_others_refused(server):
    """A fault that does not apply would be a lie; so would the 401 for a key that another worker may know."""

    async def steps():
        async with workers(url_of(server)) as team:
            first = team[0]
            plain, faulty, limited = await first.account(), await first.account(), await first.account(plan="free")
            await first.call("POST", f"{faulty['path']}/faults", json=STATUS)
            for account in (plain, faulty, limited):
                await first.get(account["key"])
            server.kill()
            await is_down(*team)
            reply = await first.get(plain["key"])
            assert reply.status == 200
            assert UNREACHABLE in reply.headers
            assert (await first.get(first.key)).status == 200
            scripted = "66b2f0a1c4e5d60012a40504"
            refused = [
                await first.get(faulty["key"]),
                await first.get(limited["key"]),
                await first.get(plain["key"], scripted),
                await first.get("mgma_sk_test_unknown"),
            ]
            for reply in refused:
                assert reply.status == 503
                assert UNREACHABLE in reply.headers
                assert why(reply).startswith("The mock cannot use the store")
                assert str(server.path) not in why(reply)
            assert "faults, a rate limit or scripts" in why(refused[0])
            assert "unknown here" in why(refused[3])
            assert (await first.get("")).status == 401

    asyncio.run(steps())


def test_without_the_store_the_control_api_says_so_and_changes_nothing(server):
    async def steps():
        async with workers(url_of(server), 1) as (worker,):
            account = await worker.account()
            server.kill()
            await is_down(worker)
            for method, path in (("GET", "/accounts"), ("GET", account["path"]), ("GET", f"{account['path']}/journal")):
                refusal = await worker.call(method, path, expected=503)
                assert refusal["error"].startswith("The store unix:///")
            refusal = await worker.call("POST", f"{account['path']}/faults", expected=503, json=STATUS)
            assert refusal["error"].endswith("Nothing was changed.")
            assert (await worker.get(account["key"])).status == 200
            health = await worker.call("GET", "/health")
            assert (health["status"], health["storeError"]) == ("degraded", worker.shared.why)

    asyncio.run(steps())


def test_requests_that_the_store_missed_are_a_gap_that_verification_tells(server):
    """Everything acknowledged before is there again, with the file that the store appends to, and counts go on."""

    async def steps():
        with ValkeyServer(aof="always") as store:
            async with workers(url_of(store)) as team:
                first, second = team
                account = await first.account()
                await first.get(account["key"])
                await second.get(account["key"])
                expected_two = {"times": 2}
                assert (await second.call("POST", f"{account['path']}/verify", json=expected_two))["ok"]
                store.kill()
                await is_down(*team)
                for _ in range(3):
                    await first.get(account["key"])
                await second.get(account["key"])
                store.start()
                await is_up(*team)
                for worker in team:
                    result = await worker.call("POST", f"{account['path']}/verify", json=expected_two)
                    assert not result["ok"]
                    assert "4" in result["message"]
                    journal = await worker.call("GET", f"{account['path']}/journal")
                    assert journal["recorded"] == 2
                    assert "store" in journal["gap"]
                await first.call("DELETE", f"{account['path']}/journal")
                await second.get(account["key"])
                assert (await first.call("POST", f"{account['path']}/verify", json={"times": 1}))["ok"]

    asyncio.run(steps())


def test_a_store_that_was_killed_comes_back_with_all_that_was_acknowledged(server):
    async def steps():
        with ValkeyServer(aof="always") as store:
            async with workers(url_of(store)) as team:
                account = await team[0].account(plan="4/min", start="2026-01-31T09:30:00Z")
                await team[0].call("POST", f"{account['path']}/faults", json={**STATUS, "times": 2})
                assert [(await team[n].get(account["key"])).status for n in (0, 1, 0)] == [503, 503, 200]
                store.kill()
                await is_down(*team)
                assert (await team[0].get(account["key"])).status == 503
                store.start()
                await is_up(*team)
                assert [(await team[n].get(account["key"])).status for n in (1, 0)] == [200, 429]
                (armed,) = await team[1].call("GET", f"{account['path']}/faults")
                assert armed["applied"] == 2

    asyncio.run(steps())


def test_a_store_that_does_not_answer_in_time_is_down_until_it_does(server):
    async def steps():
        async with workers(url_of(server), 1) as (worker,):
            account = await worker.account()
            server.pause()
            reply = await worker.get(account["key"])
            assert (reply.status, UNREACHABLE in reply.headers) == (200, True)
            refusal = await worker.call("DELETE", f"{account['path']}/faults", expected=503)
            assert refusal["error"].endswith("Nothing was changed.")
            server.resume()
            await is_up(worker)
            assert UNREACHABLE not in (await worker.get(account["key"])).headers
            assert "store" in (await worker.call("GET", f"{account['path']}/journal"))["gap"]

    asyncio.run(steps())


def test_a_store_without_its_data_gets_the_accounts_that_claimed_nothing(server):
    """Those with claims are lost until they are reset or deleted, since a copy may be older than what was claimed."""

    async def steps():
        async with workers(url_of(server)) as team:
            first, second = team
            plain, faulty, doomed = await first.account(), await first.account(), await second.account()
            campaign = {"id": "own", "title": "own", "stats": (await first.call("GET", CAMPAIGN))["stats"]}
            await first.call("POST", f"{plain['path']}/campaigns", json=campaign)
            await second.get(plain["key"], "own")
            for account in (faulty, doomed):
                await second.call("POST", f"{account['path']}/faults", json=STATUS)
                await second.get(account["key"])
            server.kill()
            await is_down(*team)
            server.restart_empty()
            await is_up(*team)
            for worker in team:
                assert (await worker.get(plain["key"], "own")).status == 200
                refused = await worker.get(faulty["key"])
                assert refused.status == 503
                assert "Reset the account" in why(refused)
            assert (await first.call("GET", f"{plain['path']}/journal"))["gap"]
            await first.call("POST", f"{faulty['path']}/faults", expected=503, json=STATUS)
            await first.call("GET", f"{faulty['path']}/journal", expected=503)
            assert len(await first.call("GET", "/accounts")) == 4
            await first.call("POST", f"{faulty['path']}/reset")
            await second.call("DELETE", doomed["path"])
            for worker in team:
                assert (await worker.get(faulty["key"])).status == 200
                assert (await worker.get(doomed["key"])).status == 401

    asyncio.run(steps())


CAMPAIGN = "/accounts/built-in/campaigns/66b2f0a1c4e5d60012a40101"


def test_a_store_that_was_emptied_under_its_workers_is_opened_again(server):
    async def steps():
        async with workers(url_of(server)) as team:
            account = await team[0].account()
            await team[1].get(account["key"])
            server.command("FLUSHALL")
            for worker in team:
                await worker.get(account["key"])
            await is_up(*team)
            for worker in team:
                assert (await worker.get(account["key"])).status == 200
            assert (await team[1].account())["id"] == "account-2"

    asyncio.run(steps())


def test_a_worker_that_finds_no_store_at_its_start_ends_with_the_reason(server, monkeypatch):
    monkeypatch.setattr(store_link, "_START_SECONDS", 0.1)
    url = url_of(server)
    server.kill()

    async def steps():
        async with workers(url, 1):
            raise AssertionError("it runs")

    with pytest.raises(StoreUnavailableError, match=r"^The store unix:///\S+ cannot be reached: "):
        asyncio.run(steps())


def test_a_worker_waits_for_a_store_that_starts_later(server):
    url = url_of(server)
    server.kill()

    async def steps():
        started = asyncio.create_task(asyncio.to_thread(server.start))
        async with workers(url, 1) as (worker,):
            assert (await worker.get()).status == 200
        await started

    asyncio.run(steps())


def test_a_worker_refuses_data_of_another_release(server):
    url = url_of(server, "other")
    server.command("HSET", "{other}:registry", "#format", 99, "#version", 1, "#epoch", "e", "#run", "r")

    async def steps():
        async with workers(url, 1):
            raise AssertionError("it runs")

    with pytest.raises(StoreFormatError, match="format 99"):
        asyncio.run(steps())


def test_other_fixtures_than_those_of_the_workers_before_are_told(server):
    async def steps():
        url, notes = url_of(server), Notes()
        async with workers(url, 1):
            pass
        async with workers(url, 1, api_key=["mgma_sk_test_another"], log=notes):
            assert any("other fixtures" in note for note in notes)

    asyncio.run(steps())


def test_settings_that_decide_replies_are_told_apart_and_others_are_not(tmp_path):
    """A setting that two replicas may have differently, such as a port or a file's place, makes no difference."""

    def digest(**options):
        return Mock(reload=False, **options)._serving_digest()

    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text('{"kind": "status", "status": 503}')
    same = digest()
    assert same == digest(port=4711, journal_size=5, instance="replica-2", max_accounts=3)
    faulty = digest(fault=tmp_path / "one.json")
    assert faulty == digest(fault=tmp_path / "two.json") != same

    others = [
        {"rates": "percent"},
        {"plan": "free"},
        {"seed": 7},
        {"unknown_id": "generate"},
        {"profile": "edge"},
        {"strict_auth": True},
        {"strict_nullable": True},
        {"delay": "10ms"},
        {"scenario": ["outage-503"]},
        {"retry_after": "date"},
        {"gzip": True},
        {"builtin": False, "api_key": ["mgma_sk_test_another"]},
    ]
    digests = {digest(**options) for options in others}
    assert len(digests | {same, faulty}) == len(others) + 2


def test_accounts_that_the_first_worker_after_a_loss_does_not_know_are_gone(server):
    """Their numbers are used again, and nothing of the earlier accounts is in the way."""

    async def steps():
        url = url_of(server)
        async with workers(url, 1) as (old,):
            account = await old.account(name="earlier")
            await old.get(account["key"])
            server.command("FLUSHALL")
            async with workers(url, 1) as (new,):
                await old.get(account["key"])  # it notices the loss at the latest now
                await is_up(old)
                assert (await old.get(account["key"])).status == 401
                again = await new.account(name="later")
                assert again["id"] == account["id"]
                for worker in (old, new):
                    assert (await worker.get(again["key"])).status == 200
                    assert (await worker.get(account["key"])).status == 401

    asyncio.run(steps())


def test_a_store_that_refuses_everything_is_not_asked_again_by_each_request(server, monkeypatch):
    """Many requests that it does not get to know of are told together, in the end all of them."""
    reports = 0

    async def steps():
        nonlocal reports
        async with workers(url_of(server), 1) as (worker,):
            accounts = [await worker.account() for _ in range(20)]
            for account in accounts:
                await worker.get(account["key"])
            commit = worker.shared.store.commit

            def count(each):
                nonlocal reports
                reports += bool(each.unrecorded)
                return commit(each)

            monkeypatch.setattr(worker.shared.store, "commit", count)
            server.command("CONFIG", "SET", "maxmemory", "1")
            for _ in range(10):
                for account in accounts:
                    assert UNREACHABLE in (await worker.get(account["key"])).headers
            refused = reports
            server.command("CONFIG", "SET", "maxmemory", "0")
            for account in accounts:
                shared_map = worker.shared._registry.find(f"account:{account['id']}")
                await until(lambda shared_map=shared_map: not shared_map.unrecorded, LONG)
                journal = await worker.call("GET", f"{account['path']}/journal")
                assert "lacks 10 requests" in journal["gap"]
            # Each report tells of up to 20 accounts; there were 200 requests.
            assert refused < 200

    asyncio.run(steps())
