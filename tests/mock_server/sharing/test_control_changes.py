"""Calls of the control API on several workers: each sees every earlier one, and none is made half or twice."""

import asyncio

import pytest
from worker_pair import Notes, url_of, workers

STATUS = {"kind": "status", "status": 503}


def test_accounts_that_are_created_at_once_have_numbers_and_keys_of_their_own(url):
    async def steps():
        async with workers(url, 3) as team:
            created = await asyncio.gather(*(team[n % 3].account(keySeed="same") for n in range(6)))
            assert sorted(each["id"] for each in created) == [f"account-{n}" for n in range(1, 7)]
            assert len({each["key"] for each in created}) == 6
            for worker in team:
                assert {each["id"] for each in await worker.call("GET", "/accounts")} == {
                    "built-in",
                    *(each["id"] for each in created),
                }
                replies = await asyncio.gather(*(worker.get(each["key"]) for each in created))
                assert {reply.status for reply in replies} == {200}

    asyncio.run(steps())


def test_faults_that_are_armed_at_once_are_all_armed(url):
    async def steps():
        async with workers(url, 3) as team:
            account = await team[0].account()
            armed = await asyncio.gather(
                *(team[n % 3].call("POST", f"{account['path']}/faults", json=STATUS) for n in range(6))
            )
            assert sorted(each["id"] for each in armed) == [f"fault-{n}" for n in range(1, 7)]
            assert len(await team[1].call("GET", f"{account['path']}/faults")) == 6

    asyncio.run(steps())


def test_changes_and_claims_at_the_same_time_lose_nothing(url):
    """Faults are armed while others are claimed: each is applied as often as it should."""

    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            faults = [
                team[n % 2].call("POST", f"{account['path']}/faults", json={**STATUS, "times": 3}) for n in range(6)
            ]
            requests = [team[n % 2].get(account["key"]) for n in range(20)]
            _, *replies = await asyncio.gather(asyncio.gather(*faults), *requests)
            failures = sum(reply.status == 503 for reply in replies)
            while (await team[0].get(account["key"])).status == 503:
                failures += 1
            assert failures == 18
            armed = await team[1].call("GET", f"{account['path']}/faults")
            assert [each["applied"] for each in armed] == [3] * 6

    asyncio.run(steps())


def test_the_account_makes_room_that_all_workers_did_not_use_for_the_longest_time(server, url):
    """It is said once in the log, however often the creation had to be made again."""

    async def steps():
        notes = Notes()
        async with workers(url, max_accounts=2, log=notes) as team:
            first, second = await team[0].account(), await team[0].account()
            # As if a minute had passed: the store notes a use in seconds.
            server.command(
                "ZADD", f"{{{url.rpartition('=')[2]}}}:used", 1, f"{{{url.rpartition('=')[2]}}}:account:account-2"
            )
            third = await team[1].account()
            assert [(await team[0].get(each["key"])).status for each in (first, second, third)] == [200, 401, 200]
            await asyncio.gather(team[0].account(), team[1].account())
            assert len(await team[1].call("GET", "/accounts")) == 3
            assert len(notes) == len(set(notes)) == 3

    asyncio.run(steps())


def test_a_change_that_is_given_up_leaves_no_lock_and_no_half(url):
    """Wherever the call is cancelled, the account is as the store has it, and the next call succeeds."""

    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            for turns in range(0, 40, 5):
                call = asyncio.create_task(team[0].call("POST", f"{account['path']}/faults", json=STATUS))
                for _ in range(turns):
                    await asyncio.sleep(0)
                call.cancel()
                await asyncio.wait({call})
                here, there = [await worker.call("GET", f"{account['path']}/faults") for worker in team]
                assert here == there
                await team[1].call("DELETE", f"{account['path']}/faults")

    asyncio.run(steps())


def test_a_creation_that_is_given_up_leaves_no_account_that_only_one_worker_has(url):
    async def steps():
        async with workers(url) as team:
            for turns in range(0, 40, 7):
                call = asyncio.create_task(team[0].account())
                for _ in range(turns):
                    await asyncio.sleep(0)
                call.cancel()
                await asyncio.wait({call})
                here, there = [await worker.call("GET", "/accounts") for worker in team]
                assert here == there
            assert (await team[0].account())["id"] == (await team[1].call("GET", "/accounts"))[-1]["id"]

    asyncio.run(steps())


def test_a_route_that_fails_changes_nothing(url, monkeypatch):
    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            state = team[0].mock.accounts.get(account["id"]).state
            arm = type(state.faults).arm

            def fail(faults, spec, scenario=None):
                arm(faults, spec, scenario)
                raise ZeroDivisionError

            monkeypatch.setattr(type(state.faults), "arm", fail)
            with pytest.raises(ZeroDivisionError):
                await team[0].call("POST", f"{account['path']}/faults", json=STATUS)
            monkeypatch.undo()
            for worker in team:
                assert (await worker.get(account["key"])).status == 200
                assert await worker.call("GET", f"{account['path']}/faults") == []

    asyncio.run(steps())


def test_a_refused_call_needs_no_commit_and_answers_as_usual(url):
    async def steps():
        async with workers(url) as team:
            await team[0].call("DELETE", "/accounts/account-7", expected=404)
            await team[0].call("POST", "/accounts/built-in/faults", expected=422, json={"kind": "status"})
            await team[0].call("PUT", "/accounts/nobody/rate-limit", expected=404, json={"plan": "free"})
            await team[0].call("PUT", "/accounts", expected=405)

    asyncio.run(steps())


def test_a_reset_and_a_cleared_journal_are_those_of_all_workers(url):
    async def steps():
        async with workers(url) as team:
            account = await team[0].account(plan="5/min", start="2026-01-31T09:30:00Z")
            for worker in team:
                await worker.get(account["key"], "unknown")
                await worker.get(account["key"])
            await team[0].call("POST", f"{account['path']}/faults", json=STATUS)
            await team[0].call("DELETE", f"{account['path']}/journal")
            assert (await team[1].get(account["key"])).status == 503
            (entry,) = (await team[0].call("GET", f"{account['path']}/journal"))["entries"]
            assert (entry["number"], entry["status"]) == (1, 503)
            await team[1].call("POST", f"{account['path']}/reset")
            statuses = [(await team[n % 2].get(account["key"])).status for n in range(6)]
            assert statuses == [200, 200, 200, 200, 200, 429]
            assert (await team[0].call("GET", f"{account['path']}/journal"))["recorded"] == 6

    asyncio.run(steps())


def test_an_account_that_is_deleted_while_a_call_reads_it_is_not_there(server, monkeypatch):
    """The call had what the account was before, a reset included, when the registry without it came."""

    async def steps():
        async with workers(url_of(server)) as (first, second):
            account = await first.account()
            await second.get(account["key"])
            await first.call("POST", f"{account['path']}/reset")
            read = second.shared.store.changes

            async def read_and_wait(name, since):
                changes = await read(name, since)
                if name == f"account:{account['id']}":
                    monkeypatch.undo()
                    await first.call("DELETE", account["path"])
                    await second.call("GET", "/accounts")
                return changes

            monkeypatch.setattr(second.shared.store, "changes", read_and_wait)
            await second.call("POST", f"{account['path']}/faults", 404, json={"kind": "status", "status": 503})
            assert (await second.get(account["key"])).status == 401

    asyncio.run(steps())
