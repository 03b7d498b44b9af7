"""The mock starts, answers and ends although nobody reads what it prints."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from editing import until

pytestmark = pytest.mark.attack("slow-peers")


@pytest.fixture
def full_pipe():
    """A pipe with no room left: the end to read, the end to write, and what is in it."""
    reader, end = os.pipe()
    os.set_blocking(end, False)
    filled = 0
    for piece in (65536, 1):
        try:
            while True:
                filled += os.write(end, b"x" * piece)
        except BlockingIOError:
            pass
    os.set_blocking(end, True)
    yield reader, end, filled
    for each in (reader, end):
        os.close(each)


def start(tmp_path, port, **streams):
    command = [sys.executable, "-m", "migma_mock", "serve", "--port", str(port)]
    return subprocess.Popen(command, cwd=tmp_path, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams})


def answers(process, url):
    assert process.poll() is None, "it has ended"
    try:
        return httpx.get(f"{url}/__mock__/health").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def port():
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_the_mock_answers_and_ends_while_its_output_is_a_full_pipe(tmp_path, full_pipe, port, stream):
    _, end, _ = full_pipe
    process = start(tmp_path, port, **{stream: end})
    until(lambda: answers(process, f"http://127.0.0.1:{port}"), "an answer")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=600)
    assert process.returncode == 0


def test_who_reads_late_gets_the_ready_line_all_the_same(tmp_path, full_pipe, port):
    reader, end, filled = full_pipe
    process = start(tmp_path, port, stdout=end)
    until(lambda: answers(process, f"http://127.0.0.1:{port}"), "an answer")
    received = b""
    while not received.endswith(b"\n"):
        received += os.read(reader, 65536)
    assert received[filled:] == f"ready http://127.0.0.1:{port}\n".encode()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=600)
    assert process.returncode == 0


def test_the_banner_comes_before_the_ready_line(tmp_path):
    process = start(tmp_path, 0, stderr=subprocess.STDOUT)
    lines = iter(process.stdout.readline, b"")
    printed = []
    while not printed or not printed[-1].startswith(b"ready "):
        printed.append(next(lines))
    assert printed[0].startswith(b"Mock server for ")
    assert b"curl " in b"".join(printed)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=600)
