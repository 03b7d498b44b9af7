"""No more is lost with the data of the store than what requests claimed; all else is restored."""

import asyncio
import json

import pytest
from store_gate import until
from valkey_server import ValkeyServer
from worker_pair import Notes, url_of, workers

from migma_mock.cli.state_findings import state_findings
from migma_mock.settings import Settings

SCRIPTED = "66b2f0a1c4e5d60012a40504"
ENDS = ("", ":changes", ":journal", ":unexpected")
LOST = (b"migma-mock-store", b"lost")


async def empty(server, worker):
    """Empty the store, and return when the worker has opened it again."""
    await worker.shared.bring_up_to_date([])
    server.command("FLUSHALL")
    await worker.get()
    await until(lambda: worker.shared.is_up)


def test_a_fault_that_is_used_up_claims_nothing(server):
    async def steps():
        async with workers(url_of(server)) as team:
            account = await team[0].account()
            armed = {"kind": "status", "status": 503, "times": 1}
            await team[0].call("POST", f"{account['path']}/faults", json=armed)
            assert [(await worker.get(account["key"])).status for worker in team] == [503, 200]
            await empty(server, team[1])
            assert [(await worker.get(account["key"])).status for worker in team] == [200, 200]
            (fault,) = await team[1].call("GET", f"{account['path']}/faults")
            assert fault["applied"] == 1

    asyncio.run(steps())


@pytest.mark.parametrize("repair", ["put", "delete", "reset"])
def test_of_a_script_only_its_campaign_is_lost(server, repair):
    """A request for it gets 503 until it is put again or deleted, or the account is reset; all others are answered."""

    async def steps():
        async with workers(url_of(server)) as (first, second):
            account = await first.account()
            path = f"{account['path']}/campaigns/{SCRIPTED}"
            campaign = await first.call("GET", path)
            step = (await first.get(account["key"], SCRIPTED)).status
            await empty(server, second)
            for worker in (first, second):
                refused = await worker.get(account["key"], SCRIPTED)
                assert (refused.status, LOST in refused.headers) == (503, True)
                assert "Put the campaign again" in json.loads(refused.body)["error"]
                by_name = await worker.get(account["key"], headers=[(b"prefer", b"example=" + SCRIPTED.encode())])
                assert by_name.status != 200
                assert (await worker.get(account["key"])).status == 200
            match repair:
                case "put":
                    document = {name: campaign[name] for name in ("id", "title", "undocumented", "script")}
                    await first.call("PUT", path, json=document)
                case "delete":
                    await first.call("DELETE", path)
                case _:
                    await first.call("POST", f"{account['path']}/reset")
            again = await second.get(account["key"], SCRIPTED)
            assert LOST not in again.headers
            assert again.status == (404 if repair == "delete" else step)

    asyncio.run(steps())


def test_lost_accounts_are_told_until_they_are_reset(server):
    """In the log once; in what the checks, and the health, say."""

    async def steps():
        notes, url = Notes(), url_of(server)
        async with workers(url, 1, log=notes) as (worker,):
            account = await worker.account()
            await worker.call("POST", f"{account['path']}/faults", json={"kind": "status", "status": 503})
            await worker.get(worker.key, SCRIPTED)
            assert (await worker.call("GET", "/ready"))["reason"] is None
            await empty(server, worker)
            said = (
                f"2 accounts are lost since the store lost its data: built-in (only campaign {SCRIPTED}), "
                "account-1; reset them"
            )
            await until(lambda: said in notes)
            ready = await worker.call("GET", "/ready")
            assert (ready["ready"], ready["reason"]) == (True, f"{said}.")
            health = await worker.call("GET", "/health")
            assert (health["status"], health["storeError"]) == ("degraded", said)
            found = await asyncio.to_thread(finding, url)
            assert found.level == "warning"
            assert found.text.endswith(": 1 account is lost since the store lost its data: account-1; reset it")
            await worker.call("POST", f"{account['path']}/reset")
            await worker.call("POST", "/accounts/built-in/reset")
            assert (await worker.call("GET", "/ready"))["reason"] is None
            assert (await worker.call("GET", "/health"))["status"] == "ok"
            assert notes.count(said) == 1

    asyncio.run(steps())


def test_a_store_that_is_full_is_told_while_it_is():
    """One line in the log when it begins, and one when it ends."""

    async def steps(server):
        notes = Notes()
        async with workers(url_of(server, "full"), 1, log=notes) as (worker,):
            plain, faulty = await worker.account(), await worker.account()
            await worker.call("POST", f"{faulty['path']}/faults", json={"kind": "status", "status": 503})
            server.command("CONFIG", "SET", "maxmemory", 1)
            for _ in range(3):
                reply = await worker.get(plain["key"])
                assert (reply.status, (b"migma-mock-store", b"unreachable") in reply.headers) == (200, True)
                assert (b"migma-mock-store", b"unreachable") in (await worker.get(faulty["key"])).headers
            ready = await worker.call("GET", "/ready")
            assert ready["ready"]
            assert ready["reason"].startswith("The store takes no changes: the store unix://")
            assert "no memory left" in ready["reason"]
            health = await worker.call("GET", "/health")
            assert (health["status"], health["storeError"]) == ("degraded", worker.shared.refusal)
            server.command("CONFIG", "SET", "maxmemory", 0)
            await until(lambda: not worker.shared.refusal)
            reply = await worker.get(plain["key"])
            assert (b"migma-mock-store", b"unreachable") not in reply.headers
            assert (await worker.call("GET", "/ready"))["reason"] is None
            assert [note for note in notes if "no memory left" in note or "takes changes again" in note] == [
                notes[-2],
                "the store takes changes again",
            ]
            assert server.command("EXISTS", *(f"{{full}}:trial{end}" for end in ENDS)) == ":0"

    with ValkeyServer(maxmemory_policy="noeviction") as server:
        asyncio.run(steps(server))


def finding(url):
    """Return what the doctor finds of a store."""
    (found,) = state_findings(Settings(state=url))
    return found
