"""A store that no waiting makes fit: a worker says so at once, and leaves what it found as it is."""

import asyncio

import pytest
from store_gate import until
from valkey_server import ValkeyServer
from worker_pair import Notes, url_of, workers

from migma_contract.errors import MigmaError
from migma_mock.cli.state_findings import state_findings
from migma_mock.settings import Settings

PASSWORD = "a-password-of-this-store"
MISTAKES = {
    "no password": ("unix://{path}", "needs a password"),
    "a wrong password": ("valkey://:wrong@127.0.0.1:{port}", "does not accept this user and password"),
    "no rights": ("valkey://reader:r@127.0.0.1:{port}", "does not permit its user"),
    "no such database": ("valkey://:a-password-of-this-store@127.0.0.1:{port}/99", "has no database of this number"),
    "a text at a key of the mock": (
        "valkey://:a-password-of-this-store@127.0.0.1:{port}?prefix=text",
        "no mock wrote; give the mock a prefix of its own",
    ),
    "a hash at a key of the mock": (
        "valkey://:a-password-of-this-store@127.0.0.1:{port}?prefix=hash",
        "no mock wrote; give the mock a prefix of its own",
    ),
}


@pytest.fixture(scope="module")
def locked():
    """A store with a password, a user who may change nothing, and data of another application."""
    with ValkeyServer(port=0) as server:
        server.command("ACL", "SETUSER", "reader", "on", ">r", "~*", "+@read", "+@connection", "+info")
        server.command("SET", "{text}:registry", "text")
        server.command("HSET", "{hash}:registry", "name", "of another application")
        server.command("CONFIG", "SET", "requirepass", PASSWORD)
        yield server


async def run_one(url, notes=None):
    async with workers(url, 1, log=notes):
        raise AssertionError("it runs")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_once(locked, mistake):
    """No note says that the worker waits."""
    url, said = MISTAKES[mistake]
    notes = Notes()
    with pytest.raises(MigmaError, match=said):
        asyncio.run(asyncio.wait_for(run_one(url.format(path=locked.path, port=locked.port), notes), 8))
    assert notes == []


def test_a_hash_of_another_application_stays_as_it_is():
    with ValkeyServer() as server:
        url = url_of(server, "hash")
        server.command("HSET", "{hash}:registry", "name", "of another application")
        with pytest.raises(MigmaError, match="a prefix of its own"):
            asyncio.run(run_one(url))
        assert finding(url).level == "problem"
        assert server.command("HLEN", "{hash}:registry") == ":1"
        assert server.command("DBSIZE") == ":1"


def finding(url):
    """Return what the doctor finds of a store."""
    (found,) = state_findings(Settings(state=url))
    return found


def test_the_doctor_says_of_another_format_what_a_worker_says():
    with ValkeyServer() as server:
        url = url_of(server, "newer")
        server.command("HSET", "{newer}:registry", "#format", 99, "#version", 1, "#epoch", "e", "#run", "r")
        with pytest.raises(MigmaError, match="format 99") as refused:
            asyncio.run(run_one(url))
        found = finding(url)
        assert (found.level, found.text) == ("problem", str(refused.value))
        assert server.command("HGET", "{newer}:registry", "#run") == "$1"


def test_data_of_another_format_under_a_running_mock_is_as_a_store_that_is_not_reached():
    async def steps(server):
        async with workers(url_of(server, "later"), 1) as (worker,):
            account = await worker.account()
            await worker.get(account["key"])
            server.command("FLUSHALL")
            server.command("HSET", "{later}:registry", "#format", 99, "#version", 1, "#epoch", "e", "#run", "r")
            await until(lambda: "format 99" in worker.shared.why)
            reply = await worker.get(account["key"])
            assert (reply.status, (b"migma-mock-store", b"unreachable") in reply.headers) == (200, True)
            assert (await worker.get("mgma_sk_test_unknown")).status == 503
            ready = await worker.call("GET", "/ready")
            assert ready["ready"]
            assert "format 99" in ready["reason"]
            assert "format 99" in (await worker.call("GET", "/accounts", expected=503))["error"]
            server.command("FLUSHALL")
            await until(lambda: worker.shared.is_up)
            reply = await worker.get(account["key"])
            assert (reply.status, (b"migma-mock-store", b"unreachable") in reply.headers) == (200, False)

    with ValkeyServer() as server:
        asyncio.run(steps(server))
