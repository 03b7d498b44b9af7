"""What is lost with the data of the store, and what is restored: no more than what requests claimed."""

import asyncio
import json

import pytest
from store_gate import until
from valkey_server import ValkeyServer
from worker_pair import url_of, workers

SCRIPTED = "66b2f0a1c4e5d60012a40504"
LOST = (b"migma-mock-store", b"lost")


@pytest.fixture(scope="module")
def server():
    """A store that the tests may empty."""
    with ValkeyServer() as started:
        yield started


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


@pytest.mark.parametrize("mend", ["put", "delete", "reset"])
def test_of_a_script_only_its_campaign_is_lost(server, mend):
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
            match mend:
                case "put":
                    document = {name: campaign[name] for name in ("id", "title", "undocumented", "script")}
                    await first.call("PUT", path, json=document)
                case "delete":
                    await first.call("DELETE", path)
                case _:
                    await first.call("POST", f"{account['path']}/reset")
            again = await second.get(account["key"], SCRIPTED)
            assert LOST not in again.headers
            assert again.status == (404 if mend == "delete" else step)

    asyncio.run(steps())
