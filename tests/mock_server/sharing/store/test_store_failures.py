"""The store keeps what it acknowledged, and a worker learns so, when connections are cut and the store is killed."""

import asyncio

import pytest
from store_gate import store_gate, until
from valkey_server import ValkeyServer

from migma_mock.sharing.store.commit import LOST, REGISTRY, Change, Commit, Committed
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreUnavailableError
from migma_mock.sharing.store.store_url import parse_store_url

A = "account:a"
REGISTERED = [Change(A, "{}")]


async def connect(url):
    connection = StoreConnection(parse_store_url(url), limit=60)
    await connection.open()
    return connection, Store(connection, 1000)


def test_a_commit_whose_reply_is_cut_was_applied_whole_and_the_copy_learns_it(tmp_path):
    """The reply is cut before its first byte, within, and before its last one."""

    async def main(server):
        async with store_gate(server.path, tmp_path / "g") as gate:
            connection, store = await connect(f"unix://{tmp_path}/g")
            opened = await store.open(None, "", REGISTERED)
            registry = (await store.changes(REGISTRY, 0)).version
            version = (await store.commit(Commit(registry, A, 0, [Change("claims", "0")]))).version
            replied = gate.replied
            version = (await store.commit(Commit(registry, A, version, [Change("claims", "1")], entry=b"1"))).version
            length = gate.replied - replied
            for number, cut_after in enumerate((0, 1, length // 2, length - 1), 2):
                gate.replied, gate.cut_after = 0, cut_after
                with pytest.raises(StoreUnavailableError, match="closed the connection") as caught:
                    await store.commit(Commit(registry, A, version, [Change("claims", str(number))], entry=b"x"))
                assert caught.value.is_uncertain
                await until(lambda: connection.is_up)
                with pytest.raises(StoreUnavailableError, match="is being opened"):
                    await store.changes(A, version)
                # The same life of the store: the copies stay, and learn what they missed.
                again = await store.open(opened.epoch, "", [])
                assert (again.epoch, again.is_new, again.is_lost) == (opened.epoch, False, False)
                changes = await store.changes(A, version)
                assert changes.changes == [("claims", str(number))]
                version = changes.version
            records = (await store.journal(A, "0")).records
            assert [record.number for record in records] == [1, 2, 3, 4, 5]
            await connection.close()

    with ValkeyServer() as server:
        asyncio.run(main(server))


@pytest.mark.parametrize("aof", ["always", "everysec"])
def test_nothing_acknowledged_is_lost_when_a_store_with_a_file_is_killed(aof):
    """Each commit counts on from the one before; the store is killed in the middle, while many are under way."""

    async def main(server):
        connection, store = await connect(server.unix_url)
        opened = await store.open(None, "", REGISTERED)
        registry = (await store.changes(REGISTRY, 0)).version
        acknowledged = {f"account:{number}": [0, 0] for number in range(20)}

        async def use(name, has_claims):
            version = 0
            while True:
                changes = [Change("claims", str(acknowledged[name][0] + 1))] if has_claims else []
                try:
                    outcome = await store.commit(Commit(registry, name, version, changes, entry=b"x"))
                except StoreUnavailableError:
                    return
                version = outcome.version
                acknowledged[name][0] += bool(changes)
                acknowledged[name][1] += 1

        users = [asyncio.create_task(use(name, number % 2)) for number, name in enumerate(acknowledged)]
        await until(lambda: all(entries > 20 for _, entries in acknowledged.values()))
        server.kill()
        await asyncio.gather(*users)
        server.start()
        await until(lambda: connection.is_up)
        again = await store.open(opened.epoch, "", [])
        # Another life of the store, whose data may be older than the copies.
        assert not again.is_new
        assert again.is_lost
        for name, (claims, entries) in acknowledged.items():
            changes = await store.changes(name, 0)
            # The last commit may have been applied and not acknowledged.
            assert int(dict(changes.changes).get("claims", 0)) - claims in {0, 1}
            page = await store.journal(name, "0")
            assert len(page.records) - entries in {0, 1}
            assert [record.number for record in page.records] == list(range(1, len(page.records) + 1))
            # It has its data: no copy may replace it.
            assert not await store.restore(name, [Change("claims", "99")], changes.version + 99, 1)
        await connection.close()

    with ValkeyServer(aof=aof) as server:
        asyncio.run(main(server))


def test_a_store_that_comes_back_empty_is_filled_by_the_first_worker():
    async def main(server):
        workers = [await connect(server.unix_url) for _ in range(2)]
        opened = [await store.open(None, "", REGISTERED) for _, store in workers]
        assert [each.is_new for each in opened] == [True, False]
        (first, one), (second, other) = workers
        registry = (await one.changes(REGISTRY, 0)).version
        version = (await one.commit(Commit(registry, A, 0, [Change("clock", "1")], entry=b"x"))).version
        server.kill()
        await until(lambda: not (first.is_up or second.is_up))
        server.restart_empty()
        await until(lambda: first.is_up and second.is_up)
        again = [await store.open(opened[0].epoch, "", REGISTERED) for store in (one, other)]
        assert [each.is_new for each in again] == [True, False]
        assert [each.is_lost for each in again] == [True, True]
        assert again[0].epoch == again[1].epoch != opened[0].epoch
        assert (await other.changes(A, 0)).changes == [(LOST, "true")]
        assert await other.restore(A, [Change("clock", "1")], version, 1)
        restored = await one.changes(A, 0)
        assert (restored.changes, restored.gap) == ([("clock", "1")], 1)
        registry = (await one.changes(REGISTRY, 0)).version
        assert isinstance(await one.commit(Commit(registry, A, restored.version, entry=b"y")), Committed)
        for connection, _ in workers:
            await connection.close()

    with ValkeyServer() as server:
        asyncio.run(main(server))


def test_a_connection_that_is_lost_while_it_is_idle_says_nothing():
    """A command of the connection itself, such as a ping, has nobody whom an error could be told."""

    async def main(server):
        told = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context["message"]))
        connection = StoreConnection(parse_store_url(server.unix_url), limit=0.1)
        await connection.open()
        server.pause()
        await until(lambda: not connection.is_up)
        server.kill()
        await connection.close()
        assert told == []

    with ValkeyServer() as server:
        asyncio.run(main(server))
