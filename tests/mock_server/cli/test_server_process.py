"""``migma-mock serve`` and ``wait`` as processes of their own: what they print, how they end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from migma_mock import MockServer

EXAMPLE_KEY = "mgma_sk_test_local_development_0001"
WITHIN = 2.0
"""Seconds that ending may take."""


def migma_mock(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "migma_mock", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_ready_line_is_all_of_standard_output(serve):
    server = serve()
    assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+\n", server.out)
    httpx.get(f"{server.url}/docs")
    assert server.end()[1:3] == (0, server.out)


def test_the_banner_has_urls_a_key_and_the_campaigns(serve, built_in):
    server = serve()
    banner = server.err_with("curl")
    assert f"Base URL      {server.url}\n" in banner
    assert f"for the SDK   {server.url}/v1\n" in banner
    assert f"API key       {EXAMPLE_KEY}\n" in banner
    for campaign in built_in.campaigns.values():
        assert re.search(rf"^  {campaign.id} .*{campaign.status_label}.*{re.escape(campaign.title)}$", banner, re.MULTILINE)
    assert "\x1b" not in banner


def test_the_curl_line_works_when_pasted(serve):
    server = serve()
    line = next(line for line in server.err_with("/stats\n").splitlines() if "curl" in line)
    pasted = subprocess.run(["sh", "-c", f"{line} -s"], capture_output=True, encoding="utf-8", timeout=30, check=True)
    assert '"success":true' in pasted.stdout


def test_a_key_from_an_option_is_not_printed(serve):
    secret = "mgma_sk_live_maybe_real_0001"
    server = serve("--no-builtin", "--api-key", secret)
    assert httpx.get(f"{server.url}/v1/campaigns/abc/stats?k=v", headers={"X-API-Key": secret}).status_code == 404
    _, _, out, err = server.end()
    assert "YOUR_API_KEY" in err
    assert secret not in out + err


def test_the_access_log_has_one_readable_line_for_each_request(serve):
    server = serve("--unknown-id", "generate")
    for path in (f"/v1/campaigns/{'a' * 24}/stats?key={EXAMPLE_KEY}", "/nowhere", "/docs"):
        httpx.get(server.url + path, headers={"Authorization": f"Bearer {EXAMPLE_KEY}"})
    httpx.post(f"{server.url}/v1/campaigns/abc/stats")
    server.err_with(" 405 ")
    _, _, _, err = server.end()
    log = err[err.rindex("curl ") :].splitlines()[1:]
    lines = [line for line in log if re.match(r"\d\d:\d\d:\d\d ", line)]
    assert [re.sub(r"^\S+ | [\d.]+ ms$", "", line) for line in lines] == [
        f"GET /v1/campaigns/{'a' * 24}/stats 200 generated {'a' * 24}",
        "GET /nowhere 404 unknown path",
        "GET /docs 200 the mock's own page",
        "POST /v1/campaigns/abc/stats 405 wrong method",
    ]
    assert EXAMPLE_KEY not in "".join(log)


def test_quiet_leaves_the_ready_line_alone(serve):
    server = serve("--quiet")
    httpx.get(f"{server.url}/nowhere")
    httpx.get(f"{server.url}/docs")
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(b"garbage\r\n\r\n")
        assert connection.recv(100)
    assert server.end()[1:] == (0, server.out, "")


def test_a_variable_that_is_a_mistake_is_named_however_quiet(serve):
    server = serve("--quiet", MIGMA_MOCK_SEEED="1")
    sentence = "MIGMA_MOCK_SEEED is set, and no setting has that name; MIGMA_MOCK_SEED is one."
    assert server.end()[1:] == (0, server.out, f"migma-mock: {sentence}\n")


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_port_in_use_is_one_clear_line_and_exit_2(quiet):
    with MockServer(reload=False) as other:
        port = other.base_url.rpartition(":")[2]
        ended = migma_mock("serve", "--port", port, *quiet)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"migma-mock: Port {port} on 127.0.0.1 is in use by another process. "
        "Choose another: --port N, or --port 0 for a free one.\n"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_finishes_what_is_in_flight(serve, number):
    """With requests held for a minute, connections kept alive, and heads and bodies that are not complete."""
    server = serve()
    port = int(server.url.rpartition(":")[2])
    path = "/v1/campaigns/66b2f0a1c4e5d60012a40101/stats"
    headers = {"Authorization": f"Bearer {EXAMPLE_KEY}"}
    idle = [httpx.Client() for _ in range(3)]
    half = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    try:
        for client in idle:
            assert client.get(server.url + path, headers=headers).status_code == 200
        half[0].sendall(b"GET / HT")
        half[1].sendall(f"POST {path} HTTP/1.1\r\nContent-Length: 9\r\n\r\n".encode())
        # All that a process says of a request it holds is that another, asked later, was answered.
        with ThreadPoolExecutor() as pool:
            held = pool.submit(httpx.get, server.url + path, headers={**headers, "Prefer": "wait=60"}, timeout=30)
            _wait_until_held(server)
            seconds, code, _, err = server.end(number)
            assert (held.result().status_code, held.result().headers["preference-applied"]) == (200, "wait=60")
    finally:
        for each in (*idle, *half):
            each.close()
    assert code == 0
    assert seconds < WITHIN
    assert "Traceback" not in err
    assert "exceeded" not in err


def _wait_until_held(server):
    """The request is on its way: the process has a connection more that sent a whole request (Linux)."""
    deadline = time.monotonic() + 10
    port = int(server.url.rpartition(":")[2])
    while _established(port) < 7:
        assert time.monotonic() < deadline
    httpx.get(f"{server.url}/__mock__/health")


def _established(port):
    """Connections to a port of this machine, with nothing left to read, as the kernel lists them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" and row[4].endswith(":00000000") for row in rows)


def test_signals_before_anything_was_asked_end_it_too(serve):
    seconds, code, _, err = serve("--quiet").end(signal.SIGINT)
    assert (code, err) == (0, "")
    assert seconds < WITHIN


def test_a_log_that_nobody_reads_does_not_end_the_mock(serve):
    server = serve()
    server.process.stderr.close()
    for _ in range(3):
        assert httpx.get(f"{server.url}/nowhere").status_code == 404
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0


def test_wait_returns_when_the_mock_is_ready(serve):
    """Waiting begins before the mock does."""
    with socket.socket() as reserved:
        # Bound and not listening, so that nobody else gets the port, and the mock still can.
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        waiting = subprocess.Popen(
            [sys.executable, "-m", "migma_mock", "wait", f"http://127.0.0.1:{port}/v1", "--timeout", "30"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        server = serve("--port", str(port))
        assert server.url == f"http://127.0.0.1:{port}"
        assert waiting.communicate(timeout=30)[0] == b""
    assert waiting.returncode == 0


def test_wait_gives_up_with_the_reason_of_the_last_try():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        refused = migma_mock("wait", url, "--timeout", "0.1")
        listener.listen()
        silent = migma_mock("wait", url, "--timeout", "0.1")
    for ended in (refused, silent):
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith(f"migma-mock: The mock at {url} was not ready after 0.1 s. The last try: ")
        assert ended.stderr.count("\n") == 1


def test_wait_says_when_something_else_listens_there():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        serving = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        url = f"http://127.0.0.1:{other.server_port}"
        ended = migma_mock("wait", url, "--timeout", "0.1")
        other.shutdown()
        serving.join()
    assert ended.returncode == 1
    assert f"{url}/__mock__/health answered 501, so something else may listen there" in ended.stderr


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:4010", "ftp://x", "http://", "http://[bad", "http://x:port", "http://x:99999", "http://x:0"]
)
def test_wait_for_what_is_no_url_is_exit_2(url):
    ended = migma_mock("wait", url, "--timeout", "0.1")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "expected a base URL such as http://127.0.0.1:4010" in ended.stderr
    assert "Traceback" not in ended.stderr
