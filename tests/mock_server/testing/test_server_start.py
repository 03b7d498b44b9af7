"""MockServer from its making to its end: what it holds meanwhile, and what is said where it cannot start."""

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

import migma_mock.server
from migma_contract.errors import ServerError
from migma_mock import MockServer, create_app
from migma_mock.http import uvicorn_server


def can_connect(url):
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def test_starting_twice_is_refused_and_the_first_goes_on():
    with MockServer(reload=False) as mock:
        with pytest.raises(ServerError, match=rf"runs already, at {mock.base_url}\. Use it, or make another one\."):
            mock.start()
        assert httpx.get(mock.stats_url(mock.example_id), headers=mock.headers).status_code == 200
    assert not can_connect(mock.base_url)


async def fail(*_):
    raise RuntimeError("nothing goes")


async def leave(*_):
    sys.exit(3)


@pytest.mark.parametrize("end", [fail, leave])
def test_one_that_ends_at_its_start_is_said_so_at_once_and_gives_its_port_back(monkeypatch, caplog, end):
    mock = MockServer(reload=False)
    monkeypatch.setattr(mock.app, "_lifespan", end)
    began = time.monotonic()
    with pytest.raises(ServerError, match=r"ended before it was ready; its log says why"):
        mock.start()
    assert time.monotonic() - began < migma_mock.server._START_SECONDS / 2
    assert not can_connect(mock.base_url)
    assert "startup failed" in caplog.text
    mock.stop()
    with pytest.raises(ServerError, match=r"Make another one\."):
        mock.start()


def test_one_that_takes_too_long_gives_its_port_back_when_it_ends(monkeypatch):
    async def hang(self, sockets=None):
        await asyncio.sleep(0.3)

    monkeypatch.setattr(uvicorn_server._Server, "startup", hang)
    monkeypatch.setattr(migma_mock.server, "_START_SECONDS", 0.01)
    mock = MockServer(reload=False)
    with pytest.raises(ServerError, match=r"was not ready after 0\.01 s"):
        mock.start()
    mock.stop()
    assert not can_connect(mock.base_url)


def test_one_that_is_never_started_gives_its_port_back_when_it_goes():
    mock = MockServer(reload=False)
    url = mock.base_url
    del mock
    gc.collect()
    assert not can_connect(url)


def test_one_that_nobody_holds_serves_on():
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
def test_a_process_may_end_without_stopping_it(start, tmp_path):
    program = f"from migma_mock import MockServer\nmock = MockServer(reload=False)\n{start}"
    command = [sys.executable, "-W", "always", "-c", program]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_an_application_that_is_there_already_can_be_served():
    app = create_app(reload=False, port=0, seed=7)
    with MockServer(mock=app) as mock:
        assert mock.settings is app.state.mock.settings
        assert httpx.get(mock.stats_url(app.state.mock.example_id), headers=mock.headers).status_code == 200
        mock.assert_requested(app.state.mock.example_id)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself this signal there")
def test_the_signals_that_end_it_are_those_of_uvicorn(monkeypatch):
    """Among them Ctrl-Break on Windows, of which this is the stand-in."""
    monkeypatch.setattr(uvicorn_server, "HANDLED_SIGNALS", (*uvicorn_server.HANDLED_SIGNALS, signal.SIGUSR1))
    mock = MockServer(reload=False)
    mock.run(on_ready=lambda: os.kill(os.getpid(), signal.SIGUSR1))
    assert not can_connect(mock.base_url)
    assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
