"""MockServer from its creation to its end: its port, and the errors when it cannot start."""

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import httpx
import pytest
from uvicorn.server import HANDLED_SIGNALS

import migma_mock.server
from migma_contract.errors import PortInUseError, ServerError
from migma_mock import Mock, MockServer
from migma_mock.http import uvicorn_server


def can_connect(url):
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_second_start_is_refused_and_the_server_keeps_running():
    with MockServer(reload=False) as mock:
        with pytest.raises(ServerError, match=rf"already running at {mock.base_url}\. Use it, or create another one\."):
            mock.start()
        assert httpx.get(mock.stats_url(mock.example_id), headers=mock.auth_headers).status_code == 200
    assert not can_connect(mock.base_url)


def fail():
    raise RuntimeError("cannot start")


def leave():
    sys.exit(3)


@pytest.mark.parametrize("end", [fail, leave])
def test_a_failed_start_is_reported_at_once_and_frees_the_port(monkeypatch, caplog, end):
    mock = MockServer(reload=False)
    monkeypatch.setattr(mock.mock, "running", end)
    began = time.monotonic()
    with pytest.raises(ServerError, match=r"ended before it was ready; its log says why"):
        mock.start()
    assert time.monotonic() - began < migma_mock.server._START_SECONDS / 2
    assert not can_connect(mock.base_url)
    assert "startup failed" in caplog.text
    mock.stop()
    with pytest.raises(ServerError, match=r"Create another one\."):
        mock.start()


def test_a_start_that_takes_too_long_frees_the_port_when_it_ends(monkeypatch):
    async def hang(self, sockets=None):
        await asyncio.sleep(0.3)

    monkeypatch.setattr(uvicorn_server.UvicornServer, "startup", hang)
    monkeypatch.setattr(migma_mock.server, "_START_SECONDS", 0.01)
    mock = MockServer(reload=False)
    with pytest.raises(ServerError, match=r"was not ready after 0\.01 s"):
        mock.start()
    mock.stop()
    assert not can_connect(mock.base_url)


def test_a_server_that_is_not_started_refuses_connections_and_keeps_its_port():
    """They were accepted and never answered."""
    mock = MockServer(reload=False)
    assert not can_connect(mock.base_url)
    port = urlsplit(mock.base_url).port
    other = MockServer(port, reload=False)
    with mock:
        assert can_connect(mock.base_url)
        with pytest.raises(PortInUseError, match=rf"^Port {port} on 127\.0\.0\.1 is in use by another process\."):
            other.start()
        other.stop()


def test_a_server_that_never_started_frees_the_port_when_it_is_released():
    mock = MockServer(reload=False)
    url = mock.base_url
    del mock
    gc.collect()
    assert not can_connect(url)


def test_a_running_server_without_references_keeps_serving():
    mock = MockServer(reload=False)
    mock.start()
    url, uvicorn_server, thread = mock.base_url, mock._server, mock._thread
    del mock
    gc.collect()
    assert httpx.get(f"{url}/nowhere").status_code == 404
    uvicorn_server.should_exit = True
    thread.join()
    assert not can_connect(url)


@pytest.mark.parametrize("start", ["", "mock.start()"])
def test_a_process_may_end_without_stopping_the_server(start, tmp_path):
    program = f"from migma_mock import MockServer\nmock = MockServer(reload=False)\n{start}"
    command = [sys.executable, "-W", "always", "-c", program]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_existing_mock_can_be_served():
    mock = Mock(reload=False, port=0, seed=7)
    with MockServer(mock=mock) as server:
        assert (server.mock, server.settings) == (mock, mock.settings)
        assert httpx.get(server.stats_url(mock.example_id), headers=server.auth_headers).status_code == 200
        server.assert_requested(mock.example_id)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself this signal there")
def test_the_signals_of_uvicorn_end_the_server(monkeypatch):
    """On Windows, Ctrl-Break is one of them; here SIGUSR1 takes its place."""
    monkeypatch.setattr("uvicorn.server.HANDLED_SIGNALS", (*HANDLED_SIGNALS, signal.SIGUSR1))
    mock = MockServer(reload=False)
    mock.run(on_ready=lambda: os.kill(os.getpid(), signal.SIGUSR1))
    assert not can_connect(mock.base_url)
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
