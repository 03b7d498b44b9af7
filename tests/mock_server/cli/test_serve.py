"""``migma-mock serve`` as a process: what it prints, and how it ends."""

import json
import os
import re
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from editing import until

from migma_contract.resources import fixtures_path
from migma_mock import MockServer, __version__
from migma_mock.cli.port_owner import find_port_owner

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
EXAMPLE_KEY = "mgma_sk_test_local_development_0001"
SECRET = "mgma_sk_live_maybe_real_0001"


def test_the_banner_has_urls_a_key_and_the_campaigns(serve, built_in, tmp_path, measured):
    server = serve(**measured)
    assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+\n", server.out)
    _, code, out, banner = server.end()
    assert (code, out) == (0, server.out), "standard output has the ready line only"
    assert banner.index("Dashboard") < banner.index("Base URL") < banner.index("API key")
    assert f"Dashboard     {server.url}/\n" in banner
    assert f"Base URL      {server.url}\n" in banner
    assert f"SDK base URL  {server.url}/v1\n" in banner
    assert f"API key       {EXAMPLE_KEY}\n" in banner
    for campaign in built_in.campaigns.values():
        assert re.search(
            rf"^  {campaign.id} .*{campaign.status_label}.*{re.escape(campaign.title)}$", banner, re.MULTILINE
        )
    assert "\x1b" not in banner, "no color where there is no terminal"
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_the_curl_line_works_when_pasted(serve, tool):
    tool("curl")
    line = next(line for line in serve().err_with("/stats\n").splitlines() if "curl" in line)
    pasted = subprocess.run(["sh", "-c", f"{line} -s"], capture_output=True, check=True)
    assert json.loads(pasted.stdout)["success"] is True


def test_a_terminal_gets_color(serve):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    serve(stderr=theirs)
    os.close(theirs)
    assert b"\x1b[1m" in os.read(ours, 10_000)
    os.close(ours)


def test_notes_say_what_may_surprise(serve):
    server = serve("--host", "0.0.0.0", "--unknown-id", "generate", MIGMA_MOCK_PROT="5")
    _, _, _, err = server.end()
    assert "note  'nullable' is not a keyword of OpenAPI 3.1" in err
    assert "note  MIGMA_MOCK_PROT is set, but there is no setting PROT; did you mean 'PORT'?" in err
    assert "note  The mock listens on 0.0.0.0: other machines on the network can reach it." in err
    assert re.search(r"any other id\s+200\s+generated: realistic, seed 0", err)


@pytest.mark.attack("secrets-in-records")
def test_keys_from_an_option_and_from_ones_own_file_work_and_are_not_printed(serve, tmp_path):
    """In the path, they are not in the log either."""
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"key": "hunter2-of-my-file"}]}))
    server = serve("--no-builtin", "--api-key", SECRET, "--fixtures", tmp_path)
    assert httpx.get(f"{server.url}/v1/campaigns/abc/stats?k=v", headers={"X-API-Key": SECRET}).status_code == 404
    docs = httpx.get(f"{server.url}/docs").text
    given = {"X-API-Key": "hunter2-of-my-file"}
    assert httpx.get(f"{server.url}/v1/campaigns/hunter2%2dof-my-file/stats", headers=given).status_code == 404
    _, _, out, err = server.end()
    assert "YOUR_API_KEY" in err
    assert "YOUR_API_KEY" in docs
    assert "/v1/campaigns/[redacted]/stats 404" in err
    assert "hunter2" not in docs + out + err
    assert SECRET not in docs + out + err


def test_ones_own_campaigns_are_listed_first_and_many_not_all(serve, tmp_path):
    for number in range(60):
        (tmp_path / f"{number}.json").write_text(json.dumps(NEWSLETTER | {"id": f"mine-{number}"}))
    _, _, _, err = serve("--fixtures", tmp_path).end()
    assert re.search(r"… and \d+ more; `migma-mock fixtures` lists them all", err)
    assert err.count("mine-") > 20
    assert NEWSLETTER["id"] not in err.partition("curl")[0]


def test_the_access_log_has_one_readable_line_for_each_request(serve):
    server = serve("--unknown-id", "generate")
    for path in (f"/v1/campaigns/{'a' * 24}/stats?key={EXAMPLE_KEY}", "/nowhere", "/docs"):
        httpx.get(server.url + path, headers={"Authorization": f"Bearer {EXAMPLE_KEY}"})
    httpx.get(f"{server.url}/v1/campaigns/abc/stats", headers={"X-API-Key": "wrong_key_secret"})
    httpx.post(f"{server.url}/v1/campaigns/abc/stats")
    server.err_with(" 405 ")
    _, _, _, err = server.end()
    log = err[err.rindex("curl ") :].splitlines()[1:]
    lines = [line for line in log if re.match(r"\d\d:\d\d:\d\d ", line)]
    assert [re.sub(r"^\S+ | [\d.]+ ms$", "", line) for line in lines] == [
        f"GET /v1/campaigns/{'a' * 24}/stats 200 generated {'a' * 24}",
        "GET /nowhere 404 unknown path",
        "GET /docs 200 the mock's own page",
        "GET /v1/campaigns/abc/stats 401 unknown key",
        "POST /v1/campaigns/abc/stats 405 wrong method",
    ]
    assert EXAMPLE_KEY not in "".join(log)
    assert "wrong_key_secret" not in err


def test_quiet_prints_only_the_ready_line_and_no_token_that_was_given(serve):
    server = serve("--quiet", "--host", "0.0.0.0", MIGMA_MOCK_CONTROL_TOKEN="a_token_that_only_tests_know")
    httpx.get(f"{server.url}/nowhere")
    httpx.get(f"{server.url}/docs")
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as connection:
        connection.sendall(b"garbage\r\n\r\n")
        assert connection.recv(100)
    assert server.end()[1:] == (0, server.out, "")


@pytest.mark.parametrize("options", [(), ("--workers", 2)])
def test_quiet_prints_warnings_such_as_an_edit_that_is_not_served(serve, fixture_folder, options):
    state = ("--state", "embedded") if options else ()
    server = serve("--quiet", "--fixtures", fixture_folder, *options, *state)
    (fixture_folder / "campaigns").mkdir()
    (fixture_folder / "campaigns" / "broken.json").write_text("{")
    assert "fixtures not reloaded" in server.err_with("broken.json")
    assert server.end()[1] == 0


def test_a_misspelt_variable_is_named_even_so_and_a_signal_before_any_request_ends_it(serve):
    server = serve("--quiet", MIGMA_MOCK_SEEED="1")
    _, code, out, err = server.end(signal.SIGINT)
    assert (code, out) == (0, server.out)
    assert err == "migma-mock: MIGMA_MOCK_SEEED is set, but there is no setting SEEED; did you mean 'SEED'?\n"


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_port_in_use_is_one_clear_line_and_exit_2(command, quiet):
    with MockServer(reload=False) as other:
        port = other.base_url.rpartition(":")[2]
        outcome = command("serve", "--port", port, *quiet)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1
    owner = f"a migma-mock {__version__} (status ok, instance "
    assert outcome.err.startswith(f"migma-mock: Port {port} on 127.0.0.1 is in use by {owner}")
    assert "--port 0 for a free one" in outcome.err


def test_a_port_of_another_server_says_so(command, answering):
    with answering(b"HTTP/1.1 404 Not Found\r\nServer: Werkzeug\x1b[2J\r\nContent-Length: 0\r\n\r\n") as port:
        outcome = command("serve", "--port", port)
    assert outcome.code == 2
    assert "in use by another server (Werkzeug" in outcome.err
    assert "\x1b" not in outcome.err
    with answering(b"SSH-2.0-nothing\r\n") as port:
        assert "does not speak HTTP" in command("serve", "--port", port).err


@pytest.mark.attack("slow-peers")
def test_what_listens_on_the_port_cannot_keep_the_command(answering):
    """Neither by an answer without end, nor by one that never comes: the time for both is bounded as a whole."""
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b" " * 200_000
    with answering(endless) as port:
        assert "answers 200" in find_port_owner(f"http://127.0.0.1:{port}").text
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert find_port_owner(url, patience=0.01).health is None


@pytest.mark.parametrize("options", [[], ["--no-control"]])
def test_quiet_shows_a_token_that_nobody_knows_otherwise(serve, options):
    """Without it, no one could use the control API of a mock that other machines can reach."""
    server = serve("--quiet", "--host", "0.0.0.0", *options)
    shown = server.err_with("--control-token)")
    token = re.search(r"(?:X-Mock-Token: |Token +)([\w-]{32})", shown)[1]
    docs = httpx.get(f"{server.url}/docs", headers={"X-Mock-Token": token})
    assert docs.status_code == 200
    _, _, out, err = server.end()
    assert out == f"ready {server.url}\n"
    assert err.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_signal_ends_it_at_once_and_finishes_what_is_in_flight(serve, number):
    """With requests held for a minute, connections kept alive, and heads and bodies that are not complete."""
    server = serve()
    port = int(server.url.rpartition(":")[2])
    url = f"{server.url}/v1/campaigns/{NEWSLETTER['id']}/stats"
    headers = {"Authorization": f"Bearer {EXAMPLE_KEY}"}
    idle = [httpx.Client() for _ in range(3)]
    half = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
    try:
        for client in idle:
            assert client.get(url, headers=headers).status_code == 200
        half[0].sendall(b"GET / HT")
        half[1].sendall(f"POST {url} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n".encode())
        with ThreadPoolExecutor() as pool:
            held = pool.submit(httpx.get, url, headers={**headers, "Prefer": "wait=60"})
            until(lambda: _established(port) >= 7, "the connection of the held request")
            # A later request was answered, so the process has read this one too.
            httpx.get(f"{server.url}/__mock__/health")
            seconds, code, _, err = server.end(number)
            assert (held.result().status_code, held.result().headers["preference-applied"]) == (200, "wait=60")
    finally:
        for each in (*idle, *half):
            each.close()
    assert code == 0
    assert seconds < 60
    assert "Traceback" not in err
    assert "exceeded" not in err


def _established(port):
    """Return the number of connections to a port with nothing left to read, as the kernel lists them (Linux)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" and row[4].endswith(":00000000") for row in rows)


def test_a_closed_log_does_not_end_the_mock(serve):
    server = serve()
    server.process.stderr.close()
    for _ in range(3):
        assert httpx.get(f"{server.url}/nowhere").status_code == 404
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait() == 0
