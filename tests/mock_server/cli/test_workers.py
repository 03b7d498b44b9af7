"""``migma-mock serve --workers``: several processes that are one mock to everyone outside."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from editing import NEWSLETTER, until

from migma_contract.errors import PortInUseError
from migma_mock.http.listening import bind, listen, share_port

KEY = {"X-API-Key": "mgma_sk_test_local_development_0001"}
WORKERS = 3


@pytest.fixture
def workers(serve):
    """Starts workers that share no state, and tells their processes."""
    return lambda *options, **variables: serve("--workers", WORKERS, "--no-control", *options, **variables)


def children(server):
    """Return the processes that a mock started, but for the one that guards its store (Linux)."""
    return [pid for pid in children_of(server.process.pid) if "store_guard" not in command_of(pid)]


def store_of(server):
    """Return the process of the embedded store."""
    guard = next(pid for pid in children_of(server.process.pid) if "store_guard" in command_of(pid))
    return children_of(guard)[0]


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")


def is_there(pid):
    return Path(f"/proc/{pid}").exists()


def statuses(server, number=12, headers=KEY, **options):
    """Return the statuses of requests, each over a connection of its own, which any worker may get."""
    url = f"{server.url}/v1/campaigns/{NEWSLETTER['id']}/stats"
    return [httpx.get(url, headers=headers, **options).status_code for _ in range(number)]


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


def test_with_a_store_they_are_one_mock_whichever_of_its_processes_is_killed(serve, measured):
    server = serve("--workers", WORKERS, "--state", "embedded", "--host", "0.0.0.0", **measured)
    token = re.search(r"X-Mock-Token: ([\w-]+)", server.err_with("--control-token)"))[1]
    control = {"X-Mock-Token": token}

    def create():
        account = httpx.post(f"{server.url}/__mock__/accounts", json={}, headers=control).json()
        return account["id"], {"X-API-Key": account["keys"]["working"]}

    (_, plain), (faulty_id, faulty) = create(), create()
    fault = {"kind": "status", "status": 503, "times": 5}
    armed = httpx.post(f"{server.url}/__mock__/accounts/{faulty_id}/faults", json=fault, headers=control)
    assert armed.is_success, armed.text
    assert sorted(statuses(server, 20, headers=faulty)) == [200] * 15 + [503] * 5
    assert statuses(server, headers=plain) == [200] * 12
    healths = [httpx.get(f"{server.url}/__mock__/health", headers=control).json() for _ in range(12)]
    assert len({each["instance"] for each in healths}) == 1

    os.kill(children(server)[0], signal.SIGKILL)
    server.err_with("another one starts")
    assert statuses(server, headers=plain) == [200] * 12

    folder = Path(re.search(r"State +unix://(\S+)", server.err_with("State "))[1]).parent
    os.kill(store_of(server), signal.SIGKILL)
    server.err_with("the embedded store ended; another one starts in 0.1 s, and gets the copies of the workers")

    def listed():
        responses = [httpx.get(f"{server.url}/__mock__/accounts", headers=control) for _ in range(12)]
        return {len(each.json()) if each.is_success else 0 for each in responses}

    until(lambda: listed() == {3}, "the accounts in the new store, with that of the fixtures")
    assert statuses(server, headers=plain) == [200] * 12
    pids = [*children(server), store_of(server)]
    assert server.end()[1] == 0
    assert not any(map(is_there, pids))
    assert not folder.exists()


def test_one_that_hangs_is_replaced_and_the_others_show_that_they_do_not():
    program = (
        "import sys; from migma_mock.cli import main, serve, workers\n"
        "serve.LIFE_SECONDS = workers._LOOK_SECONDS = 0.02; workers._MAX_MISSED = 250\n"
        "sys.argv[0] = 'migma-mock'; main.main()"
    )
    options = ["--port", "0", "--workers", "2", "--no-control", "--quiet"]
    with subprocess.Popen(
        [sys.executable, "-c", program, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            url = process.stdout.readline().split()[1]
            hung, other = children_of(process.pid)
            os.kill(hung, signal.SIGSTOP)
            assert f"worker process {hung} hangs: killed after 5 s without a sign of life" in process.stderr.readline()
            assert f"worker process {hung} was killed by signal 9" in process.stderr.readline()
            until(lambda: len(children_of(process.pid)) == 2, "its successor")
            assert other in children_of(process.pid)
            assert {httpx.get(f"{url}/v1", headers=KEY).status_code for _ in range(12)} == {404}
        finally:
            process.terminate()


def test_nothing_is_left_when_the_command_is_killed(serve):
    server = serve("--workers", 2, "--state", "embedded")
    folder = Path(re.search(r"State +unix://(\S+)", server.err_with("curl"))[1]).parent
    pids = [*children(server), store_of(server)]
    server.process.kill()
    until(lambda: not any(map(is_there, pids)), "the end of workers and store")
    until(lambda: not folder.exists(), "the removal of its folder")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))


def test_several_workers_need_a_shared_state(command):
    outcome = command("serve", "--port", 0, "--workers", 2)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--workers: expected 1, or a --state that the workers share, got 2 and --state memory" in outcome.err
    assert "--state embedded" in outcome.err


@pytest.mark.parametrize("options", [[], ["--workers", WORKERS, "--state", "embedded"]])
def test_a_drain_answers_until_a_second_signal_ends_it(serve, options):
    """Connections end with their next response, so that clients go elsewhere."""
    server = serve("--quiet", "--drain", 600, *options)
    with httpx.Client(base_url=server.url, headers=KEY) as client:
        path = f"/v1/campaigns/{NEWSLETTER['id']}/stats"
        assert "connection" not in client.get(path).headers
        server.process.send_signal(signal.SIGTERM)
        until(lambda: client.get(path).headers.get("connection") == "close", "the drain")
        assert client.get(path).status_code == 200
        until(
            lambda: {client.get("/__mock__/ready").status_code for _ in range(12)} == {503}, "the drain of each worker"
        )
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
