"""The store: what commits change, what copies and journals read, and what it refuses."""

import asyncio
import itertools
from contextlib import asynccontextmanager

import pytest
from valkey_server import ValkeyServer

from migma_mock.sharing.store.commit import LOST, REGISTRY, UNKNOWN_KEY, Change, Commit, Committed, Stale
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.replies import Record
from migma_mock.sharing.store.store import PAGE, Store
from migma_mock.sharing.store.store_errors import StoreFormatError, StoreLostError, StoreUnavailableError
from migma_mock.sharing.store.store_url import parse_store_url

A = "account:a"
_prefixes = itertools.count()


@pytest.fixture
def url(server):
    """A place for one test in the store of all."""
    return f"{server.unix_url}?prefix=t{next(_prefixes)}"


@asynccontextmanager
async def opened(url, *registry, journal_bound=1000, known_epoch=None):
    """Open a store; it has its connection, and what the opening said."""
    connection = StoreConnection(parse_store_url(url), limit=60)
    await connection.open()
    store = Store(connection, journal_bound)
    store.opened = await store.open(known_epoch, "digest", registry)
    store.connection = connection
    store.registry = (await store.changes(REGISTRY, 0)).version
    try:
        yield store
    finally:
        await connection.close()


async def texts(store, name=A):
    """Return the parts of a map."""
    changes = await store.changes(name, 0)
    assert changes.is_whole
    return dict(changes.changes)


async def all_records(store):
    """Return the records of a journal, in pages as a worker reads them."""
    after, records = "0", []
    while (page := await store.journal(A, after)).records:
        after = page.last_id
        records += page.records
    return records


async def entries(store):
    return [(record.number, record.data) for record in await all_records(store)]


def test_only_a_commit_of_the_current_versions_is_applied(url):
    async def main():
        async with opened(url, Change("last-number", "0")) as store:
            assert (await store.changes(A, 0)).exists is False
            first = await store.commit(Commit(store.registry, A, 0, [Change("clock", "1")], entry=b"one"))
            assert first == Committed(store.registry, first.order, first.order)
            assert await store.commit(Commit(store.registry, A, 0, [Change("clock", "2")], entry=b"two")) == Stale(
                store.registry, first.version
            )
            assert await store.commit(Commit(store.registry, A, 0, entry=b"two")) == Stale(
                store.registry, first.version
            )
            assert await store.commit(Commit(0, A, first.version, entry=b"two")) == Stale(store.registry, first.version)
            # A request that changes nothing leaves both versions as they are.
            plain = await store.commit(Commit(store.registry, A, first.version, entry=b"two"))
            assert plain == Committed(store.registry, first.version, first.order + 1)
            both = Commit(store.registry, A, first.version, [Change("clock", None)], [Change("account:a", "{}")])
            second = await store.commit(both)
            assert second.registry == second.version == second.order > plain.order
            assert await texts(store) == {}
            assert await texts(store, REGISTRY) == {"last-number": "0", "account:a": "{}"}
            assert await entries(store) == [(1, b"one"), (2, b"two")]

    asyncio.run(main())


def test_changes_since_a_version_are_those_after_it(url):
    async def main():
        async with opened(url) as store:
            version, versions = 0, []
            for changes in (
                [Change("b", "1"), Change("c", "1")],
                [Change("c", "2"), Change("d", "tïer\n")],
                [Change("b", None)],
            ):
                version = (await store.commit(Commit(store.registry, A, version, changes))).version
                versions.append(version)
            first, second, third = versions
            assert sorted((await store.changes(A, first)).changes) == [("b", None), ("c", "2"), ("d", "tïer\n")]
            since_second = await store.changes(A, second)
            assert since_second == (third, [("b", None)], True, 0, False)
            assert await store.changes(A, third) == (third, [], True, 0, False)
            assert await texts(store) == {"c": "2", "d": "tïer\n"}

    asyncio.run(main())


def test_an_account_made_again_is_loaded_whole_and_has_a_new_version(url):
    async def main():
        async with opened(url) as store:
            old = await store.commit(Commit(store.registry, A, 0, [Change("b", "1")], marks_used=True, entry=b"x"))
            gone = await store.commit(Commit(store.registry, A, old.version, deleted=[A]))
            assert gone.version == 0
            assert await store.changes(A, old.version) == (0, [], False, 0, True)
            assert await entries(store) == []
            assert await store.least_used() == []
            # First only an entry, which makes no version, then a part.
            await store.commit(Commit(store.registry, A, 0, entry=b"y"))
            assert await store.changes(A, old.version) == (0, [], True, 0, True)
            new = await store.commit(Commit(store.registry, A, 0, [Change("c", "2")]))
            assert await store.changes(A, old.version) == (new.version, [("c", "2")], True, 0, True)
            assert isinstance(await store.commit(Commit(store.registry, A, old.version, entry=b"z")), Stale)

    asyncio.run(main())


def test_many_removed_parts_are_forgotten_and_old_copies_load_all(url, server):
    async def main():
        async with opened(url) as store:
            kept = await store.commit(Commit(store.registry, A, 0, [Change("kept", "1")]))
            version = kept.version
            for start in range(0, 2000, 500):
                names = [f"campaign:{number}" for number in range(start, start + 500)]
                for text in ("{}", None):
                    changes = [Change(name, text) for name in names]
                    version = (await store.commit(Commit(store.registry, A, version, changes))).version
            key = f"{{{store.connection.url.prefix}}}:{A}:changes"
            assert await store.connection.call("ZCARD", key) < 1600
            assert await store.changes(A, kept.version) == (version, [("kept", "1")], True, 0, True)
            assert await store.changes(A, version) == (version, [], True, 0, False)

    asyncio.run(main())


def test_a_cleared_journal_is_numbered_from_1_and_keeps_the_unexpected(url):
    async def main():
        async with opened(url) as store:
            for number in range(3):
                commit = Commit(
                    store.registry, A, 0, entry=b"%d" % number, is_unexpected=number == 1, unrecorded=number
                )
                order = (await store.commit(commit)).order
            assert (await store.changes(A, 0)).gap == 3
            before = await store.journal(A, "0")
            assert before.last_id == f"{order}-3"
            assert before.unexpected == [Record(order - 1, 2, b"1")]
            cleared = await store.commit(Commit(store.registry, A, 0, clears_journal=True, entry=b"new"))
            after = await store.journal(A, "0")
            assert after.records == [Record(cleared.order, 1, b"new")]
            assert after.unexpected == before.unexpected
            assert await store.journal(A, before.last_id) == (f"{cleared.order}-1", after.records, [])
            changes = await store.changes(A, 0)
            assert changes.gap == 0
            assert changes.changes == [("journal", f'{{"began":{cleared.order - 1}}}')]

    asyncio.run(main())


@pytest.mark.parametrize("bound", [0, 1, 300])
def test_a_journal_keeps_the_latest_entries(url, bound):
    async def main():
        async with opened(url, journal_bound=bound) as store:
            commits = [Commit(store.registry, A, 0, entry=b"x" * 50) for _ in range(1000)]
            await asyncio.gather(*map(store.commit, commits))
            numbers = [number for number, _ in await entries(store)]
            assert numbers == list(range(1001 - len(numbers), 1001))
            assert bound <= len(numbers) <= bound + 100
            # Each amendment takes room of its own.
            await asyncio.gather(*(store.amend(A, b"sent") for _ in range(bound)))
            records = await all_records(store)
            assert bound <= sum(record.number > 0 for record in records)
            assert sum(record.number == 0 for record in records) == bound

    asyncio.run(main())


def test_a_journal_is_read_in_pages_without_gap_and_repetition(url):
    async def main():
        async with opened(url, journal_bound=3 * PAGE) as store:
            commits = [
                Commit(store.registry, A, 0, entry=b"%d" % number, is_unexpected=number % 100 == 0)
                for number in range(2 * PAGE + 10)
            ]
            await asyncio.gather(*map(store.commit, commits))
            after, records, unexpected, pages = "0", [], [], 0
            while (page := await store.journal(A, after)).records:
                assert {each.order for each in page.unexpected} <= {each.order for each in page.records}
                after, pages = page.last_id, pages + 1
                records += page.records
                unexpected += page.unexpected
            assert pages == 3
            assert [int(record.data) for record in records] == list(range(2 * PAGE + 10))
            # Only the latest 20 are kept, and here are fewer.
            assert [int(record.data) for record in unexpected] == list(range(0, 2 * PAGE + 10, 100))

    asyncio.run(main())


def test_unexpected_requests_are_read_once_if_no_journal_is_kept(url):
    async def main():
        async with opened(url, journal_bound=0) as store:
            await store.commit(Commit(store.registry, UNKNOWN_KEY, 0, entry=b"x", is_unexpected=True))
            page = await store.journal(UNKNOWN_KEY, "0")
            assert [record.data for record in page.unexpected] == [b"x"]
            assert await store.journal(UNKNOWN_KEY, page.last_id) == (page.last_id, [], [])

    asyncio.run(main())


def test_the_account_that_was_not_used_for_longest_comes_first(url):
    """Also if many are used within a second; their names play no part in it."""

    async def main():
        async with opened(url) as store:
            names = [f"account:{number}" for number in (2, 10, 1, 30, 4)]
            for name in (names[3], UNKNOWN_KEY, *names):
                await store.commit(Commit(store.registry, name, 0, entry=b"x", marks_used=True))
            assert await store.least_used() == names

    asyncio.run(main())


def test_all_that_an_account_has_expires(url):
    """Commits of every kind, in an order in which each key is made by another one; none is left without a time."""

    async def main():
        async with opened(url, journal_bound=5) as store:
            made = Commit(store.registry, A, 0, [Change("clock", "0")], marks_used=True)
            version = (await store.commit(made)).version
            await store.commit(Commit(store.registry, A, version, entry=b"plain"))
            await store.commit(Commit(store.registry, A, version, entry=b"unexpected", is_unexpected=True))
            version = (await store.commit(Commit(store.registry, A, version, [Change("clock", "1")]))).version
            version = (await store.commit(Commit(store.registry, A, version, clears_journal=True))).version
            await store.commit(Commit(store.registry, A, version, entry=b"plain"))
            prefix = f"{{{store.connection.url.prefix}}}:{A}"
            keys = await store.connection.call("KEYS", f"{prefix.replace('{', '?').replace('}', '?')}*")
            assert {key.decode().removeprefix(prefix) for key in keys} == {"", ":changes", ":journal", ":unexpected"}
            for key in keys:
                assert await store.connection.call("TTL", key) > 29 * 86400, key

    asyncio.run(main())


def test_counts_of_all_workers_are_sums(url):
    async def main():
        async with opened(url) as one, opened(url) as other:
            assert await one.counts() == {}
            await one.add_counts({})
            await asyncio.gather(one.add_counts({"a": 1, "b": 0.25}), other.add_counts({"a": 2, "ü": 1e-7}))
            assert await other.counts() == {"a": 3, "b": 0.25, "ü": 1e-7}

    asyncio.run(main())


def test_the_first_worker_fills_the_store_and_the_next_ones_read_it(url):
    async def main():
        async with opened(url, Change("last-number", "3"), Change("account:a", "{}")) as first:
            assert first.opened[1:] == (True, False, "", "")
            assert not (await first.changes(A, 0)).exists
            second = await first.open(first.opened.epoch, "other digest", [Change("last-number", "9")])
            assert second == (first.opened.epoch, False, False, "digest", "")
            assert (await first.open(None, "third", [])).serving_digest == "other digest"
            assert await texts(first, REGISTRY) == {"last-number": "3", "account:a": "{}"}

    asyncio.run(main())


def test_another_format_is_refused(url):
    async def main():
        async with opened(url) as store:
            for found, advice in (
                (b"2", "The store is newer than this mock"),
                (b"0", "This mock is newer than the store"),
            ):
                key = f"{{{store.connection.url.prefix}}}:registry"
                await store.connection.call("HSET", key, "#format", found)
                with pytest.raises(StoreFormatError, match=advice) as caught:
                    await store.open(store.opened.epoch, "digest", [])
                assert f"has data of format {found.decode()}" in str(caught.value)

    asyncio.run(main())


def test_a_store_that_removes_keys_by_itself_is_said():
    async def main(url):
        async with opened(url) as store:
            assert "maxmemory-policy allkeys-lru" in store.opened.warning

    with ValkeyServer(maxmemory_policy="allkeys-lru") as server:
        asyncio.run(main(server.unix_url))


def test_a_store_that_forgot_its_scripts_learns_them_again(url):
    async def main():
        async with opened(url) as store:
            await store.commit(Commit(store.registry, A, 0, entry=b"0"))
            await store.connection.call("SCRIPT", "FLUSH")
            commits = [Commit(store.registry, A, 0, entry=b"%d" % number) for number in range(1, 20)]
            await asyncio.gather(*map(store.commit, commits))
            assert sorted(int(data) for _, data in await entries(store)) == list(range(20))

    asyncio.run(main())


def test_a_store_that_was_emptied_takes_nothing_until_it_is_opened_again(url):
    async def main():
        async with opened(url, Change(A, "{}"), Change("account:b", "{}")) as store:
            version = (await store.commit(Commit(store.registry, A, 0, [Change("clock", "1")], entry=b"x"))).version
            prefix = f"{{{store.connection.url.prefix}}}"
            await store.connection.call("DEL", f"{prefix}:registry", f"{prefix}:{A}", f"{prefix}:{A}:journal")
            for lost in (
                store.commit(Commit(store.registry, A, version, entry=b"y")),
                store.commit(Commit(store.registry, A, version, [Change("clock", "2")])),
                store.changes(A, version),
                store.journal(A, "0"),
                store.amend(A, b"sent"),
                store.restore(A, [], 7, 1),
            ):
                with pytest.raises(StoreLostError):
                    await lost
            again = await store.open(store.opened.epoch, "digest", [Change(A, "{}"), Change("account:b", "{}")])
            assert again.is_new
            assert again.is_lost
            assert await texts(store) == await texts(store, "account:b") == {LOST: "true"}
            registry = (await store.changes(REGISTRY, 0)).version
            # The newest copy wins, in whatever order they come; one with version 0 is better than none.
            restored = [await store.restore(A, [Change("clock", str(version))], version, 2) for version in (0, 7, 5, 9)]
            assert restored == [True, True, False, True]
            changes = await store.changes(A, 0)
            assert (dict(changes.changes), changes.gap) == ({"clock": "9"}, 2)
            await store.commit(Commit(registry, A, changes.version, entry=b"z"))
            assert await store.restore(A, [Change("clock", "10")], 10, 3)
            # After a commit that changed it no copy is newer.
            changes = await store.changes(A, changes.version)
            assert (changes.changes, changes.gap, changes.is_whole) == ([("clock", "10")], 3, True)
            await store.commit(Commit(registry, A, changes.version, [Change("clock", "11")]))
            assert not await store.restore(A, [Change("clock", "12")], 12, 1)
            assert await texts(store) == {"clock": "11"}
            assert await entries(store) == [(1, b"z")]
            # Reset by hand: the account that no worker could restore.
            lost = await store.changes("account:b", 0)
            await store.commit(Commit(registry, "account:b", lost.version, [Change(LOST, None)]))
            assert await texts(store, "account:b") == {}

    asyncio.run(main())


def test_a_full_store_refuses_whole_commits_and_takes_what_frees_memory():
    async def main(url):
        async with opened(url) as store:
            version = 0
            for number in range(32):
                big = Change(f"campaign:{number}", "x" * 500_000)
                version = (await store.commit(Commit(store.registry, A, version, [big]))).version
            await store.connection.call("CONFIG", "SET", "maxmemory", "8mb")
            for commit in (
                Commit(store.registry, A, version, entry=b"y"),
                Commit(store.registry, A, version, [Change("clock", "1")], [Change(A, "{}")], entry=b"y"),
                Commit(store.registry, "account:b", 0, clears_journal=True, deleted=[A]),
            ):
                with pytest.raises(StoreUnavailableError, match="has no memory left"):
                    await store.commit(commit)
            assert (await store.changes(A, version)) == (version, [], True, 0, False)
            assert await entries(store) == []
            deletion = Commit(store.registry, A, version, registry_changes=[Change(A, None)], deleted=[A])
            assert isinstance(await store.commit(deletion), Committed)
            registry = (await store.changes(REGISTRY, 0)).version
            assert isinstance(await store.commit(Commit(registry, A, 0, entry=b"y")), Committed)

    with ValkeyServer() as server:
        asyncio.run(main(server.unix_url))
