"""A store whose data no mock wrote, or that somebody has edited: a sentence says so; nothing hangs and nothing ends."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from store_gate import scripted_store

from migma_mock.sharing.store.commit import REGISTRY, Change, Commit
from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store import Store
from migma_mock.sharing.store.store_errors import StoreDataError, StoreUnavailableError, refusal
from migma_mock.sharing.store.store_url import parse_store_url

A = "account:a"
LONG = 60


@pytest.fixture(autouse=True)
def no_error_in_the_background(caplog):
    yield
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []


@asynccontextmanager
async def connected(url):
    connection = StoreConnection(parse_store_url(url), limit=LONG)
    await connection.open()
    try:
        yield Store(connection, 1000)
    finally:
        await connection.close()


@asynccontextmanager
async def opened(url):
    async with connected(url) as store:
        await store.open(None, "", [])
        yield store


async def edit(store, command, key, *rest):
    """Change a key of the store as nobody should."""
    await store._connection.call(command, store._prefix + key, *rest)


EDITS = {
    "the version of the map": ("HSET", A, "#version", "soon"),
    "the gap": ("HSET", A, "#gap", "wide"),
    "the version of the registry": ("HSET", REGISTRY, "#version", "soon"),
    "a text in place of the map": ("SET", A, "text"),
    "a list in place of the order": ("RPUSH", "order", "text"),
}


@pytest.mark.parametrize("words", EDITS.values(), ids=EDITS)
def test_each_call_fails_with_a_sentence(server, words):
    """None hangs, as it did when the reply could not be read."""

    async def main():
        server.command("FLUSHALL")
        async with opened(server.unix_url) as store:
            version = (await store.changes(REGISTRY, 0)).version
            made = await store.commit(Commit(version, A, 0, [Change("clock", "0")]))
            if words[0] != "HSET":
                await edit(store, "DEL", words[1])
            await edit(store, *words)
            calls = [
                lambda: store.changes(REGISTRY, 0),
                lambda: store.changes(A, 0),
                lambda: store.commit(Commit(version, A, made.version, [Change("clock", "0")])),
                lambda: store.commit(Commit(version, A, made.version, entry=b"entry")),
                lambda: store.heads([REGISTRY, A]),
            ]
            failures = 0
            for call in calls:
                try:
                    async with asyncio.timeout(LONG):
                        await call()
                except StoreUnavailableError as error:
                    assert "?prefix=NAME" in error.why  # noqa: PT017  # not all of them have to fail
                    failures += 1
            assert failures

    asyncio.run(main())


@pytest.mark.parametrize(
    ("field", "text"), [("#format", "new"), ("#format", "")], ids=["a word as the format", "no format"]
)
def test_a_registry_of_another_application_is_not_opened(server, field, text):
    async def main():
        async with connected(f"{server.unix_url}?prefix=foreign{text}") as store:
            await edit(store, "HSET", REGISTRY, field, text)
            with pytest.raises(StoreDataError, match="no mock wrote"):
                await store.open(None, "", [])

    asyncio.run(main())


def test_counts_that_are_no_numbers_are_not_shown(server):
    async def main():
        async with opened(f"{server.unix_url}?prefix=counts") as store:
            await edit(store, "HSET", "counts", "requests|200|campaign", "many")
            with pytest.raises(StoreDataError):
                await store.counts()

    asyncio.run(main())


@pytest.mark.parametrize(
    "hello",
    [b"+OK\r\n", b":7\r\n", b"*4\r\n:1\r\n:2\r\n$6\r\nserver\r\n:3\r\n", b"*2\r\n$6\r\nserver\r\n$1\r\n\xff\r\n"],
)
def test_what_says_nonsense_about_itself_is_no_store(tmp_path, hello):
    """The attempt to open it fails with a sentence."""

    async def main():
        path = tmp_path / "s"
        async with scripted_store(path, hello, b":1\r\n:2\r\n"):
            with pytest.raises(StoreUnavailableError, match=r"no mock wrote|closed the connection"):
                async with asyncio.timeout(LONG), opened(f"unix://{path}"):
                    pass

    asyncio.run(main())


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("WRONGTYPE Operation against a key holding the wrong kind of value script: 1, on @user_script:9.", "prefix"),
        ("ERR user_script:12: attempt to compare nil with number script: 1, on @user_script:12.", "prefix"),
        ("ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -OOM command not allowed", "memory"),
        ("OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:9.", "memory"),
    ],
)
def test_errors_of_scripts_say_what_to_do(message, sentence):
    """Those of Redis 6.2 have the code further behind."""
    assert sentence in refusal("unix:///s", message).why
