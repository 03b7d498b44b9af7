"""Requests that several workers answer at once: each claim counts once, and each request is recorded once."""

import asyncio
from collections import Counter

import pytest
from worker_pair import FIXED, workers

from migma_mock.messages.reply import Reply


def together(steps):
    """Run the steps of a test on an event loop."""
    asyncio.run(steps)


def scripted(statuses):
    """Return a campaign that answers with these statuses, one after the other."""
    body = {"success": False, "error": "a step", "code": "STEP"}
    replies = [{"reply": {"status": status, "body": body}} for status in statuses]
    return {"id": "steps", "script": {"replies": replies}, "undocumented": True}


def test_a_fault_applies_as_often_as_it_should_whichever_worker_answers(url):
    async def steps():
        async with workers(url, 3) as team:
            account = await team[0].account()
            fault = {"kind": "status", "status": 503, "times": 20, "skip": 5}
            await team[1].call("POST", f"{account['path']}/faults", json=fault)
            replies = await asyncio.gather(*(team[n % 3].get(account["key"]) for n in range(60)))
            assert Counter(reply.status for reply in replies) == {503: 20, 200: 40}
            for worker in team:
                (armed,) = await worker.call("GET", f"{account['path']}/faults")
                assert (armed["eligible"], armed["applied"]) == (25, 20)

    together(steps())


def test_the_steps_of_a_script_come_once_each(url):
    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            await team[0].call("POST", f"{account['path']}/campaigns", json=scripted(range(401, 409)))
            replies = await asyncio.gather(*(team[n % 2].get(account["key"], "steps") for n in range(12)))
            assert Counter(reply.status for reply in replies) == {**{400 + n: 1 for n in range(1, 8)}, 408: 5}

    together(steps())


def test_a_rate_limit_counts_the_requests_to_all_workers(url):
    async def steps():
        async with workers(url) as team:
            account = await team[0].account(plan="7/min", start="2026-01-31T09:30:00Z")
            replies = await asyncio.gather(*(team[n % 2].get(account["key"]) for n in range(20)))
            assert Counter(reply.status for reply in replies) == {200: 7, 429: 13}

    together(steps())


def test_each_journal_has_each_request_once_and_those_of_no_other_account(url):
    async def steps():
        async with workers(url) as team:
            accounts = [await team[n % 2].account() for n in range(4)]
            sent = [(n, accounts[n % 4]) for n in range(80)]
            await asyncio.gather(*(team[n // 4 % 2].get(account["key"], query=b"n=%d" % n) for n, account in sent))
            for position, account in enumerate(accounts):
                for worker in team:
                    journal = await worker.call("GET", f"{account['path']}/journal")
                    assert [entry["number"] for entry in journal["entries"]] == list(range(20, 0, -1))
                    assert {entry["query"] for entry in journal["entries"]} == {
                        f"n={n}" for n in range(position, 80, 4)
                    }

    together(steps())


def test_a_request_that_is_given_up_leaves_no_lock_and_no_half_of_a_claim(url):
    """Wherever the request is cancelled, the count of the fault is that of the store, and others are answered."""

    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            fault = {"kind": "status", "status": 503}
            await team[0].call("POST", f"{account['path']}/faults", json=fault)
            answered = 0
            for turns in range(0, 12, 2):
                request = asyncio.create_task(team[0].get(account["key"], query=b"given-up"))
                for _ in range(turns):
                    await asyncio.sleep(0)
                request.cancel()
                await asyncio.wait({request})
                assert (await team[0].get(account["key"], query=b"kept")).status == 503
                assert (await team[1].get(account["key"], query=b"kept")).status == 503
                answered += 2
            (armed,) = await team[1].call("GET", f"{account['path']}/faults")
            journal = await team[1].call("GET", f"{account['path']}/journal")
            queries = Counter(entry["query"] for entry in journal["entries"])
            assert queries["kept"] == answered
            assert armed["applied"] == journal["recorded"] == sum(queries.values())

    together(steps())


def test_an_error_of_the_engine_leaves_no_lock_and_no_record(url, monkeypatch):
    async def steps():
        async with workers(url) as team:
            first = team[0]
            account = await first.account(plan="free")
            answer = first.mock.engine.answer

            def fail(request, **options):
                answer(request, **options)
                raise ZeroDivisionError

            monkeypatch.setattr(first.mock.engine, "answer", fail)
            with pytest.raises(ZeroDivisionError):
                await first.get(account["key"])
            monkeypatch.undo()
            await first.get(account["key"], query=b"after")
            journal = await team[1].call("GET", f"{account['path']}/journal")
            assert [entry["query"] for entry in journal["entries"]] == ["after"]

    together(steps())


def test_requests_to_an_account_that_is_deleted_meanwhile_are_answered(url):
    async def steps():
        async with workers(url) as team:
            account = await team[0].account(plan="1000/min")
            requests = [asyncio.create_task(team[n % 2].get(account["key"])) for n in range(40)]
            await team[1].call("DELETE", account["path"])
            replies = await asyncio.gather(*requests)
            assert {reply.status for reply in replies} <= {200, 401}
            for worker in team:
                assert (await worker.get(account["key"])).status == 401

    together(steps())


def test_a_request_without_a_known_key_is_recorded_for_all_workers(url):
    async def steps():
        async with workers(url) as team:
            assert (await team[0].get("")).status == 401
            assert (await team[1].get("mgma_sk_test_unknown")).status == 401
            for worker in team:
                assert (await worker.call("GET", "/unknown-key-requests"))["recorded"] == 2
            await team[0].call("DELETE", "/unknown-key-requests")
            assert (await team[1].call("GET", "/unknown-key-requests"))["recorded"] == 0

    together(steps())


def test_what_the_engine_did_not_choose_is_recorded_too(url):
    """A refusal of invalid HTTP does not wait for the store, and a response of the live API does."""

    async def steps():
        async with workers(url) as team:
            request = team[0].request(team[0].key)
            refusal = team[0].mock.engine.static_replies.refusal(431, "HEADERS_TOO_LARGE", "too large")
            sent = team[0].shared.record_soon(request, refusal)
            forwarded = await team[0].shared.record(request, Reply(200, (), b"{}", "live API"), 0.5)
            assert (sent.status, forwarded.status) == (431, 200)
            journal = await team[1].call("GET", "/accounts/built-in/journal")
            assert {entry["status"] for entry in journal["entries"]} >= {200}
        async with workers(url, 1) as (worker,):  # once more, after the first ones have ended
            journal = await worker.call("GET", "/accounts/built-in/journal")
            assert sorted(entry["status"] for entry in journal["entries"]) == [200, 431]

    together(steps())


def test_a_reply_that_prefers_another_campaign_claims_its_step(url):
    async def steps():
        async with workers(url) as team:
            await team[0].call("POST", "/accounts/built-in/campaigns", json=scripted(range(500, 504)))
            headers = [(b"prefer", b"example=steps")]
            replies = await asyncio.gather(*(team[n % 2].get(None, FIXED, headers=headers) for n in range(4)))
            assert sorted(reply.status for reply in replies) == [500, 501, 502, 503]

    together(steps())


def test_a_request_whose_key_becomes_known_while_it_waits_is_one_of_its_account(url):
    """The first requests to a worker that has not heard of the account wait for each other while it learns of it."""

    async def steps():
        async with workers(url) as (first, second):
            for _ in range(3):
                account = await first.account(plan="3/min", start="2026-01-31T09:30:00Z")
                replies = await asyncio.gather(*(second.get(account["key"]) for _ in range(8)))
                assert Counter(reply.status for reply in replies) == {200: 3, 429: 5}
                assert (await first.call("GET", f"{account['path']}/journal"))["recorded"] == 8
            assert (await first.call("GET", "/unknown-key-requests"))["recorded"] == 0

    together(steps())


def test_an_account_that_the_store_has_forgotten_is_removed(server, url):
    """The store forgets an account that nobody used for a month; the first to ask for it removes it for all."""

    async def steps():
        async with workers(url) as team:
            account = await team[0].account()
            assert (await team[0].get(account["key"])).status == 200
            prefix = f"{{{url.rpartition('=')[2]}}}:account:{account['id']}"
            for key in (prefix, f"{prefix}:changes", f"{prefix}:journal", f"{prefix}:unexpected"):
                server.command("DEL", key)
            assert [(await worker.get(account["key"])).status for worker in team] == [401, 401]
            assert len(await team[1].call("GET", "/accounts")) == 1

    together(steps())
