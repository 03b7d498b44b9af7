"""``migma-mock serve --workers``: several processes that are one mock to everyone outside."""

import json
import os
import re
import signal
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from editing import NEWSLETTER, until

from migma_contract.errors import PortInUseError
from migma_mock.http.shared_port import share_port
from migma_mock.http.uvicorn_server import bind, listen

KEY = {"X-API-Key": "mgma_sk_test_local_development_0001"}
WORKERS = 3


@pytest.fixture
def workers(serve):
    """Starts workers that share no state, and tells their processes."""
    return lambda *options, **variables: serve("--workers", WORKERS, "--no-control", *options, **variables)


def children(server):
    """Return the workers of a mock in the order of their starts (Linux)."""
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def statuses(server, number=12, **options):
    """Return the statuses of requests, each over a connection of its own, which any worker may get."""
    url = f"{server.url}/v1/campaigns/{NEWSLETTER['id']}/stats"
    return [httpx.get(url, headers=KEY, **options).status_code for _ in range(number)]


def test_workers_answer_on_one_port_and_one_that_is_killed_comes_back(workers):
    server = workers("--tls")
    former = children(server)
    assert len(former) == WORKERS
    shown = server.err_with("/stats\n")
    ca_file = re.search(r"CA file +(\S+)", shown)[1]
    trusting = ssl.create_default_context(cafile=ca_file)
    assert statuses(server, verify=trusting) == [200] * 12, "with the same certificate"
    os.kill(former[0], signal.SIGKILL)
    shown = server.err_with("another one starts")
    assert f"worker process {former[0]} was killed by signal 9" in shown
    until(lambda: len(children(server)) == WORKERS, "the new worker")
    assert statuses(server, verify=trusting) == [200] * 12
    latter = children(server)
    assert len(set(former) & set(latter)) == WORKERS - 1
    _, code, out, err = server.end()
    assert code == 0
    assert out == f"ready {server.url}\n", "one ready line"
    assert err.count("Base URL") == 1, "one banner"
    assert "Workers       3\n" in err
    assert "note  3 workers without a shared --state: each has its own journal" in err
    assert err.count(" 200 campaign ") >= 12, "all but the last lines of the one that was killed"
    assert not any(map(is_there, latter))
    assert not Path(ca_file).exists()


def test_workers_end_when_the_command_is_killed(workers):
    server = workers("--quiet")
    pids = children(server)
    server.process.kill()
    until(lambda: not any(map(is_there, pids)), "the end of the workers")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))


def test_ctrl_c_in_a_terminal_reaches_all_processes_and_ends_the_command_once(workers):
    """The second one would cut off requests that are being answered."""
    server = workers("--quiet", start_new_session=True)
    os.killpg(server.process.pid, signal.SIGINT)
    out, err = server.process.communicate()
    assert (server.process.returncode, out, err) == (0, b"", b"")


def test_an_edit_is_served_by_all_workers_and_by_one_that_starts_later(workers, fixture_folder, write_fixture):
    write_fixture("mine.json", NEWSLETTER | {"id": "mine"})
    server = workers("--fixtures", fixture_folder)
    url = f"{server.url}/v1/campaigns/mine/stats"

    def opens():
        return {httpx.get(url, headers=KEY).json()["data"]["totalOpens"] for _ in range(20)}

    edited = json.loads(json.dumps(NEWSLETTER | {"id": "mine"}))
    before = edited["stats"]["totalOpens"]
    assert opens() == {before}
    edited["stats"]["totalOpens"] = before + 1
    write_fixture("mine.json", edited)
    until(lambda: opens() == {before + 1}, "the edit in all workers")
    os.kill(children(server)[0], signal.SIGKILL)
    server.err_with("another one starts")
    assert opens() == {before + 1}


def test_several_workers_need_a_shared_state(command):
    outcome = command("serve", "--port", 0, "--workers", 2)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--workers: expected 1, or a --state that the workers share, got 2 and --state memory" in outcome.err
    assert "--state embedded" in outcome.err


@pytest.mark.parametrize("options", [[], ["--workers", WORKERS, "--no-control"]])
def test_a_drain_answers_until_a_second_signal_ends_it(serve, options):
    """Connections end with their next response, so that clients go elsewhere."""
    server = serve("--quiet", "--drain", 600, *options)
    with httpx.Client(base_url=server.url, headers=KEY) as client:
        path = f"/v1/campaigns/{NEWSLETTER['id']}/stats"
        assert "connection" not in client.get(path).headers
        server.process.send_signal(signal.SIGTERM)
        until(lambda: client.get(path).headers.get("connection") == "close", "the drain")
        assert client.get(path).status_code == 200
        ready = client.get("/__mock__/ready")
        assert (ready.status_code, ready.headers["connection"]) == (503, "close")
    seconds, code, _, err = server.end()
    assert (code, err) == (0, "")
    assert seconds < 600


def test_a_drain_ends_by_itself(serve):
    server = serve("--quiet", "--drain", "0.5")
    seconds, code, _, err = server.end()
    assert (code, err) == (0, "")
    assert seconds >= 0.5


def test_connections_are_dealt_out_among_the_sockets_of_a_port():
    with bind("127.0.0.1", 0) as first:
        sockets = share_port(first, 4)
        for each in sockets:
            listen(each)
        address = first.getsockname()
        clients = [socket.create_connection(address) for _ in range(200)]
        for each in sockets:
            each.settimeout(60)
            each.accept()[0].close()
        with pytest.raises(PortInUseError):
            bind(*address)  # another command cannot take a part of them
        for each in (*clients, *sockets):
            each.close()
