"""The counts of several workers are summed through their store: nothing twice, and nothing lost that could be kept."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from valkey_server import ValkeyServer

from migma_mock.metrics.counts import Counts, labelled
from migma_mock.metrics.shared_counts import SharedCounts
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreUnavailableError
from migma_mock.sharing.store.store_url import parse_store_url

DONE = ("200", "campaign")


@pytest.fixture
def valkey():
    with ValkeyServer() as server:
        yield server


@asynccontextmanager
async def connected(valkey):
    """Open a store as each worker does."""
    connection = StoreConnection(parse_store_url(valkey.unix_url))
    await connection.open()
    try:
        yield Store(connection, 10)
    finally:
        await connection.close()


def count(counts, number):
    for _ in range(number):
        counts.add(200, "campaign a", 0.001)


def requests(totals):
    return labelled(totals, "requests")[DONE]


class UncertainStore:
    """A store whose connection breaks while numbers are on their way, before or after it applied them."""

    def __init__(self):
        self.kept = Counts().totals()
        self.applies = self.is_uncertain = True
        self.fails = False

    async def add_counts(self, counts):
        """Apply numbers, fail, or both."""
        await asyncio.sleep(0)
        if self.applies or not self.fails:
            self.kept |= {name: self.kept.get(name, 0.0) + number for name, number in counts.items()}
        if self.fails:
            raise StoreUnavailableError("the connection was lost", is_uncertain=self.is_uncertain)

    async def counts(self):
        """Return what was applied."""
        return self.kept


def test_each_worker_reads_what_all_have_counted(valkey):
    async def run():
        async with connected(valkey) as one, connected(valkey) as two:
            counts = Counts(), Counts()
            first, second = SharedCounts(counts[0], one), SharedCounts(counts[1], two)
            count(counts[0], 3)
            assert requests(await first.totals()) == 3
            count(counts[1], 4)
            count(counts[0], 1)
            # Several scrapes at once add nothing twice.
            found = await asyncio.gather(*[second.totals() for _ in range(10)])
            assert {requests(totals) for totals in found} == {7}
            assert requests(await first.totals()) == 8
            assert requests(await second.totals()) == 8

    asyncio.run(run())


def test_the_counts_of_a_worker_that_ended_stay(valkey):
    async def run():
        counts = Counts()
        async with connected(valkey) as store, SharedCounts(counts, store).running():
            count(counts, 5)
        async with connected(valkey) as store:
            totals = await SharedCounts(Counts(), store).totals()
            assert requests(totals) == 5
            assert totals["seconds"] == pytest.approx(0.005)

    asyncio.run(run())


def test_a_worker_adds_without_being_asked(valkey):
    """So one that is killed loses no more than its last second."""

    async def run():
        counts = Counts()
        async with connected(valkey) as store, SharedCounts(counts, store).running():
            count(counts, 5)
            while not (found := await store.counts()):  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.01)
            assert requests(found) == 5

    asyncio.run(run())


def test_numbers_wait_while_the_store_is_down(valkey):
    async def run():
        counts = Counts()
        async with connected(valkey) as store:
            shared = SharedCounts(counts, store)
            count(counts, 2)
            valkey.kill()
            for _ in range(3):  # the first one may find that the connection is there
                with pytest.raises(StoreUnavailableError):
                    await shared.totals()
            count(counts, 3)
            valkey.restart_empty()
            while True:
                try:
                    found = await shared.totals()
                except StoreUnavailableError:
                    await asyncio.sleep(0.01)
                else:
                    break
            # What was on its way when the connection broke counts as added.
            assert requests(found) in {3, 5}

    asyncio.run(run())


@pytest.mark.parametrize("applies", [True, False])
def test_numbers_that_may_have_arrived_are_not_sent_again(applies):
    async def run():
        store, counts = UncertainStore(), Counts()
        shared = SharedCounts(counts, store)
        count(counts, 2)
        store.fails, store.applies = True, applies
        with pytest.raises(StoreUnavailableError):
            await shared.totals()
        store.fails = False
        count(counts, 1)
        assert requests(await shared.totals()) == (3 if applies else 1)

    asyncio.run(run())


def test_numbers_that_were_not_sent_are_sent_later():
    async def run():
        store, counts = UncertainStore(), Counts()
        shared = SharedCounts(counts, store)
        count(counts, 2)
        store.fails, store.applies, store.is_uncertain = True, False, False
        with pytest.raises(StoreUnavailableError):
            await shared.totals()
        store.fails = False
        assert requests(await shared.totals()) == 2

    asyncio.run(run())


def test_one_process_alone_has_its_own_counts():
    async def run():
        counts = Counts()
        shared = SharedCounts(counts, None)
        async with shared.running():
            count(counts, 2)
            assert requests(await shared.totals()) == 2

    asyncio.run(run())
