"""The connection to the store: one write a turn, replies in order, and what happens when the store does not answer."""

import asyncio
import ssl
import time
from contextlib import asynccontextmanager

import pytest
import trustme
import uvloop
from store_gate import scripted_store, store_gate, until
from valkey_server import ValkeyServer

from migma_mock.sharing.store.connection import StoreConnection
from migma_mock.sharing.store.store_errors import StoreUnavailableError
from migma_mock.sharing.store.store_url import StoreUrl, parse_store_url

LONG = 60
"""Seconds that no command takes, on the slowest machine."""

SHORT = 0.2
"""A limit that a test waits for."""

HELLO = b"*6\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n$7\r\nversion\r\n$5\r\n9.0.0\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"


@pytest.fixture
def own_server():
    """A server that the test may pause and kill."""
    with ValkeyServer() as started:
        yield started


@asynccontextmanager
async def connected(url, limit=LONG):
    """Open a connection, however many attempts that takes, and close it."""
    connection = StoreConnection(parse_store_url(str(url)), limit)
    try:
        try:
            await connection.open()
        except StoreUnavailableError:
            await until(lambda: connection.is_up)
        yield connection
    finally:
        await connection.close()


async def reason(url):
    """Return why the first attempt to connect fails."""
    connection = StoreConnection(url, LONG)
    with pytest.raises(StoreUnavailableError) as caught:
        await connection.open()
    assert not connection.is_up
    assert connection.why == caught.value.why == str(caught.value)
    await connection.close()
    return caught.value.why


async def reason_of_scripted(path, *replies):
    async with scripted_store(path, *replies):
        return await reason(StoreUrl(path=str(path)))


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_replies_belong_to_their_commands(server, run):
    async def main():
        async with connected(server.unix_url) as connection:
            replies = [connection.call("ECHO", str(number)) for number in range(500)]
            replies[7].cancel()
            assert await asyncio.gather(*replies[:7], *replies[8:]) == [
                str(number).encode() for number in range(500) if number != 7
            ]

    run(main())


def test_commands_of_one_turn_go_out_in_one_write(server, tmp_path):
    async def main():
        async with store_gate(server.path, tmp_path / "g") as gate, connected(f"unix://{tmp_path}/g") as connection:
            before = len(gate.writes)
            await asyncio.gather(*(connection.call("PING") for _ in range(50)))
            assert len(gate.writes) == before + 1

    asyncio.run(main())


def test_a_refused_command_is_an_error_of_its_own(server):
    async def main():
        async with connected(server.unix_url) as connection:
            failing, working = connection.call("INCR", "a", "b"), connection.call("ECHO", "c")
            with pytest.raises(
                StoreUnavailableError, match="answered with an error: wrong number of arguments"
            ) as caught:
                await failing
            assert not caught.value.is_uncertain
            assert await working == b"c"
            assert connection.is_up

    asyncio.run(main())


def test_it_connects_when_the_store_comes_up_and_comes_back(own_server):
    async def main():
        own_server.kill()
        seen = []
        connection = StoreConnection(parse_store_url(own_server.unix_url), LONG)
        connection.on_change = seen.append
        with pytest.raises(StoreUnavailableError, match=r"^the store unix:///tmp/\S+ cannot be reached: "):
            await connection.open()
        with pytest.raises(StoreUnavailableError):
            connection.call("PING")
        for generation in (1, 2):
            own_server.start()
            await until(lambda: connection.is_up)
            assert connection.generation == generation
            assert await connection.call("PING") == b"PONG"
            own_server.kill()
            await until(lambda: not connection.is_up)
        await connection.close()
        assert seen == [True, False, True, False]

    asyncio.run(main())


def test_calls_without_a_reply_fail_when_the_store_dies_and_may_have_been_done(own_server):
    async def main():
        async with connected(own_server.unix_url) as connection:
            own_server.pause()
            calls = [connection.call("INCR", "a") for _ in range(3)]
            await asyncio.sleep(0)
            own_server.kill()
            for call in calls:
                with pytest.raises(StoreUnavailableError, match="closed the connection") as caught:
                    await call
                assert caught.value.is_uncertain
            with pytest.raises(StoreUnavailableError, match="closed the connection") as caught:
                connection.call("PING")
            assert not caught.value.is_uncertain

    asyncio.run(main())


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_store_that_is_too_slow_is_given_up_and_taken_again(own_server, run):
    async def main():
        async with connected(own_server.unix_url, SHORT) as connection:
            own_server.pause()
            with pytest.raises(StoreUnavailableError, match=r"did not answer within 0\.2 s") as caught:
                await connection.call("INCR", "a")
            assert caught.value.is_uncertain
            assert not connection.is_up
            own_server.resume()
            await until(lambda: connection.is_up)

    run(main())


def test_a_silent_connection_is_noticed_before_a_request_needs_it(own_server):
    async def main():
        async with connected(own_server.unix_url, SHORT) as connection:
            generation = connection.generation
            own_server.pause()
            await until(lambda: not connection.is_up or connection.generation > generation)
            own_server.resume()

    asyncio.run(main())


def test_a_worker_that_was_busy_does_not_blame_the_store(server):
    async def main():
        async with connected(server.unix_url, 2.0) as connection:
            lost = []
            connection.on_change = lost.append
            call = connection.call("PING")
            await asyncio.sleep(0)
            time.sleep(2.1)  # noqa: ASYNC251  # the worker computes, and does not read the reply in this time
            assert await call == b"PONG"
            assert lost == []

    uvloop.run(main())  # its timers come before what it reads


def test_close_fails_the_calls_and_ends_all_attempts(server):
    async def main():
        async with connected(server.unix_url) as connection:
            call = connection.call("PING")
            await connection.close()
            with pytest.raises(StoreUnavailableError, match="was closed"):
                await call
            with pytest.raises(StoreUnavailableError, match="was closed"):
                connection.call("PING")

    asyncio.run(main())
    # A connection that never came up can be closed too.
    asyncio.run(StoreConnection(StoreUrl(path="/nonexistent")).close())


def test_passwords_users_and_databases():
    with ValkeyServer(requirepass="geh@im/1", port=0) as server:
        server.command("AUTH", "geh@im/1")

        async def main():
            place = f"127.0.0.1:{server.port}"
            async with connected(f"redis://:geh%40im%2F1@{place}/3") as third:
                await third.call("SET", "a", "3")
                await third.call("ACL", "SETUSER", "mock", "on", ">wort", "~{migma-mock}:*", "+@all")
            async with connected(f"valkey://default:geh%40im%2F1@{place}/") as first:
                assert await first.call("GET", "a") is None
            async with connected(f"valkey://mock:wort@{place}/") as limited:
                with pytest.raises(StoreUnavailableError, match=r"the keys of the mock; give .* ~\{PREFIX\}:\*"):
                    await limited.call("GET", "a")
                await limited.call("ACL", "SETUSER", "mock", "-info", "-hset")
                with pytest.raises(StoreUnavailableError, match=r"the command INFO, which .* the right \+info"):
                    await limited.call("INFO")
                with pytest.raises(StoreUnavailableError, match=r"the command HSET, which .* the right \+hset"):
                    await limited.call("EVAL", "return redis.call('HSET', 'a', 'b', 'c')", 0)
            for url, why in (
                (f"valkey://{place}", "needs a password; in its URL, a colon"),
                (f"valkey://:falsch@{place}", "does not accept this user and password"),
                (f"valkey://:geh%40im%2F1@{place}/99", "has no database of this number"),
            ):
                text = await reason(parse_store_url(url))
                assert f"the store valkey://{place} {why}" in text
                assert "falsch" not in text
                assert "geh" not in text

        asyncio.run(main())


def test_tls(server, tmp_path, monkeypatch):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)

    async def main():
        async with store_gate(server.path, tls=context) as gate:
            place = f"localhost:{gate.port}"
            assert "is not trusted" in await reason(parse_store_url(f"valkeys://{place}"))
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
            async with connected(f"rediss://{place}") as connection:
                assert await connection.call("PING") == b"PONG"

    asyncio.run(main())


def test_a_port_without_tls_is_said():
    async def main():
        async def refuse(_reader, writer):
            writer.write(b"-ERR Protocol error\r\n")
            writer.close()

        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as front:
            why = await reason(StoreUrl("127.0.0.1", front.sockets[0].getsockname()[1], is_tls=True))
        assert why.endswith("does not speak TLS there; without TLS, its URL begins with valkey://")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("replies", "why"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "is no Valkey or Redis: it speaks another protocol"),
        ([HELLO + HELLO], "is no Valkey or Redis: it speaks another protocol"),
        ([b"-LOADING Valkey is loading the dataset in memory\r\n"], "is still loading its data"),
        ([b"-ERR max number of clients reached\r\n"], "answered with an error: max number of clients reached"),
        ([b"-ERR unknown command 'HELLO'\r\n"], "is older than Redis 6.2, or no Valkey or Redis"),
        (
            [HELLO.replace(b"$6\r\nvalkey", b"$5\r\nredis").replace(b"9.0.0", b"6.0.9")],
            "is Redis 6.0.9; 6.2 or newer is",
        ),
        ([HELLO.replace(b"$6\r\nmaster", b"$7\r\nreplica")], "is a replica, which takes no changes"),
        ([b"*6\r\n$6\r\nserv"], "closed the connection"),
        ([], "closed the connection"),
    ],
)
def test_what_is_no_usable_store_is_said(tmp_path, replies, why):
    text = asyncio.run(reason_of_scripted(tmp_path / "s", *replies))
    assert text.startswith((f"the store unix://{tmp_path}/s", f"the server at unix://{tmp_path}/s"))
    assert why in text


def test_nobody_there(tmp_path):
    assert "No such file" in asyncio.run(reason(StoreUrl(path=str(tmp_path / "none"))))
    assert "Connect" in asyncio.run(reason(StoreUrl(host="127.0.0.1", port=1)))
    assert "the store valkey://name.invalid:6379 cannot be reached" in asyncio.run(
        reason(StoreUrl(host="name.invalid"))
    )


def test_a_long_reply_takes_its_time(tmp_path):
    """It comes in pieces over many times the limit, as that of a large account on a slow network does."""
    piece, pieces = b"x" * 200_000, 25

    async def answer(reader, writer):
        await reader.read(1 << 16)
        writer.write(HELLO)
        await reader.readuntil(b"GET\r\n")
        writer.write(b"$%d\r\n" % (len(piece) * pieces))
        for _ in range(pieces):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(SHORT / 8)
        writer.write(b"\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    left = asyncio.Event()

    async def main():
        path = tmp_path / "s"
        async with await asyncio.start_unix_server(answer, path):
            async with connected(f"unix://{path}", SHORT) as connection:
                assert len(await connection.call("GET")) == len(piece) * pieces
                assert connection.generation == 1
            await left.wait()

    asyncio.run(main())


def test_a_primary_that_becomes_a_replica_is_left(own_server):
    """Its address may lead to the new primary; until it does, the reason is said."""

    async def main():
        async with connected(own_server.unix_url) as connection:
            own_server.command("REPLICAOF", "127.0.0.1", "1")
            with pytest.raises(StoreUnavailableError, match="is a replica"):
                await connection.call("SET", "a", "1")
            await until(lambda: "use the address of the primary" in connection.why)
            assert not connection.is_up
            own_server.command("REPLICAOF", "NO", "ONE")
            await until(lambda: connection.is_up)
            assert await connection.call("SET", "a", "1") == b"OK"

    asyncio.run(main())
