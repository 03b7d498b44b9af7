"""A process that is forked from the one of the server can neither use the server nor keep its connections alive."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, socket, sys
from migma_contract.errors import ServerError
from migma_mock import MockServer

def raised_by(call):
    try:
        return f"returned {call()}"
    except ServerError as error:
        return str(error)

def head(path, key=""):
    return f"GET {path} HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Bearer {key}\\r\\n\\r\\n".encode()

with MockServer(reload=False) as mock:
    host, port = mock.base_url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(head("/nowhere"))
    while not connection.recv(65536).endswith(b"}"):
        pass
    parents_end, childs_end = socket.socketpair()
    child = os.fork()
    if not child:
        parents_end.close()
        calls = [lambda: mock.fail(503), lambda: mock.requests, mock.assert_requested, mock.clock.resume, mock.start]
        print(mock.base_url, *map(raised_by, calls), sep="\\n", flush=True)
        childs_end.sendall(b"said")
        childs_end.recv(1)  # lives until the parent has ended
        os._exit(0)
    childs_end.close()
    assert parents_end.recv(4) == b"said"
    mock.fault("reset")
    path = mock.stats_url(mock.example_id).removeprefix(mock.base_url)
    connection.settimeout(30)
    connection.sendall(head(path, mock.api_key))
    try:
        print("received", connection.recv(65536))
    except OSError as error:
        print(type(error).__name__)
try:
    socket.create_connection((host, int(port)), timeout=30)
except OSError as error:
    print(type(error).__name__, flush=True)
parents_end.close()
os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_is_told_at_once_and_keeps_no_socket_of_its_parent():
    """Its calls raise, which waited for ever; a reset is a reset while it lives, and the port is closed afterwards."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    url, *told, started, answer, port = ended.stdout.splitlines()
    assert url.startswith("http://127.0.0.1:")
    reason = "The mock server runs in the process that this one was forked from, and only that one can use its handles"
    assert [text.partition(".")[0] for text in told] == [reason] * 4
    assert started.startswith("This mock server belongs to the process that this one was forked from.")
    assert (answer, port) == ("ConnectionResetError", "ConnectionRefusedError")


BUSY = """
import os, signal, threading
from migma_mock import MigmaMock, Mock

mock = MigmaMock(Mock())
inside, over = threading.Event(), threading.Event()

def change():
    with mock._mock.generator._pool_lock.held():
        inside.set()
        over.wait()

thread = threading.Thread(target=mock._mock.on_loop, args=(change,))
thread.start()
inside.wait()
child = os.fork()
if not child:
    signal.alarm(120)  # ends it if it waits for a thread that it does not have
    mock.fail(503)
    mock.add_generated_campaign("a")
    print(len(mock.faults), mock.delete_campaign("a"), flush=True)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), mock.faults)
over.set()
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_of_a_process_with_a_mock_and_no_server_has_a_mock_of_its_own():
    """It waited for ever for a change that a thread of its parent was making."""
    ended = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "1 True\n0 []\n")
