"""Gauges of shared accounts do not depend on the worker that answers, nor on the store being there."""

import asyncio

import pytest
from prometheus_client.parser import text_string_to_metric_families
from store_gate import until
from valkey_server import ValkeyServer
from worker_pair import url_of, workers


@pytest.fixture(scope="module")
def server():
    """A store that the tests may kill, and start again."""
    with ValkeyServer() as started:
        yield started


async def scrape(worker):
    """Return the numbers of a worker's metrics page without labels, by name without the prefix."""
    response = await worker.client.get("/metrics")
    assert response.status_code == 200, response.text
    samples = (each for family in text_string_to_metric_families(response.text) for each in family.samples)
    return {each.name.removeprefix("migma_mock_"): each.value for each in samples if not each.labels}


def test_every_worker_tells_the_same_accounts_and_journal_entries(server):
    async def steps():
        async with workers(url_of(server), journal_size=3) as (first, second):
            accounts = [await first.account() for _ in range(5)]
            for account in accounts:
                await first.get(account["key"])
            for _ in range(4):  # a journal keeps three
                await first.get("")
            for worker in (second, first):
                found = await scrape(worker)
                assert (found["accounts"], found["journal_entries"], found["accounts_lost"]) == (6, 8, 0)
                assert found["store_up"] == 1
            await second.call("DELETE", f"{accounts[0]['path']}/journal")
            await second.call("DELETE", accounts[1]["path"])
            found = await scrape(first)
            assert (found["accounts"], found["journal_entries"]) == (5, 6)

    asyncio.run(steps())


def test_while_the_store_is_down_the_page_says_so_and_leaves_out_what_the_store_counts(server):
    async def steps():
        async with workers(url_of(server), 1) as (worker,):
            account = await worker.account()
            await worker.call("POST", f"{account['path']}/faults", json={"kind": "status", "status": 503})
            server.kill()
            await until(lambda: not worker.shared.is_up)
            found = await scrape(worker)
            assert found["store_up"] == 0
            assert found["memory_limit_bytes"] > 0
            assert not {"accounts", "journal_entries", "accounts_lost", "forwarded_requests_total"} & found.keys()
            server.restart_empty()
            await until(lambda: worker.shared.is_up)
            found = await scrape(worker)
            assert (found["store_up"], found["accounts"], found["accounts_lost"]) == (1, 2, 1)
            await worker.call("POST", f"{account['path']}/reset")
            assert (await scrape(worker))["accounts_lost"] == 0

    asyncio.run(steps())
