"""The command as its users meet it: processes, started from a folder that has nothing to do with the project."""

import json
import os
import re
import signal
import socket
import subprocess

import httpx
import pytest

from migma_contract.resources import fixtures_path
from migma_mock import __version__

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
SECRET = "mgma_sk_live_do_not_show_me"


def ended(process):
    """Standard output after the ready line, and standard error, of a process that is asked to end."""
    process.send_signal(signal.SIGTERM)
    return process.communicate(timeout=20)


@pytest.mark.parametrize("arguments", [[], ["serve"]])
def test_serve_says_where_it_is_with_a_key_the_campaigns_and_a_line_to_paste(serving, tmp_path, arguments):
    with serving(*arguments, "--port", 0) as (process, url):
        response = httpx.get(f"{url}/v1/campaigns/{NEWSLETTER['id']}/stats", headers={"X-API-Key": "wrong_key_secret"})
        assert response.status_code == 401
        out, err = ended(process)
    assert process.returncode == 0
    assert out == "", "standard output has the ready line only"
    assert "\x1b" not in err, "no colour where there is no terminal"
    assert f"Base URL      {url}\n" in err
    assert f"{url}/v1\n" in err
    assert NEWSLETTER["id"] in err
    assert NEWSLETTER["title"] in err
    assert re.search(r"GET /v1/campaigns/\w+/stats 401 unknown key [\d.]+ ms", err)
    assert "wrong_key_secret" not in err
    curl = re.search(r"curl -H '(Authorization): (Bearer \S+)' (http\S+)", err)
    assert curl
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_the_line_to_paste_works(serving, tmp_path, tool):
    tool("curl")
    log = tmp_path / "log"
    with log.open("w") as stream, serving("--port", 0, stderr=stream):
        line = re.search(r"^  (curl .*)$", log.read_text(), re.MULTILINE)[1]
        answer = subprocess.run(["sh", "-c", f"{line} -s"], capture_output=True, check=True, timeout=20).stdout
    assert json.loads(answer)["success"] is True


def test_quiet_prints_the_ready_line_and_nothing_else(serving):
    with serving("--port", 0, "--quiet") as (process, url):
        assert httpx.get(f"{url}/v1/campaigns/x/stats").status_code == 401
        assert ended(process) == ("", "")


def test_ctrl_c_ends_it_cleanly(serving):
    with serving("--port", 0, "--quiet") as (process, _url):
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0


def test_on_a_terminal_there_is_colour(serving):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with serving("--port", 0, stderr=theirs):
        os.close(theirs)
        assert b"\x1b[1m" in os.read(ours, 10_000)
    os.close(ours)


def test_notes_tell_of_what_a_user_should_know(serving, monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_PROT", "5")
    with serving("--host", "0.0.0.0", "--port", 0, "--unknown-id", "generate") as (process, _url):
        _, err = ended(process)
    assert "note  'nullable' is not a keyword of OpenAPI 3.1" in err
    assert "note  MIGMA_MOCK_PROT is set, and no setting has that name; MIGMA_MOCK_PORT is one." in err
    assert "note  Listening on 0.0.0.0: others on the network can reach this mock." in err
    assert re.search(r"any other id\s+200\s+generated: realistic, seed 0", err)


def test_a_key_of_ones_own_works_and_is_not_shown(serving):
    with serving("--port", 0, "--no-builtin", "--api-key", SECRET) as (process, url):
        headers = {"Authorization": f"Bearer {SECRET}"}
        assert httpx.get(f"{url}/v1/campaigns/x/stats", headers=headers).status_code == 404
        _, err = ended(process)
    assert SECRET not in err
    assert "YOUR_API_KEY" in err


def test_many_campaigns_are_not_all_listed_at_the_start(serving, tmp_path):
    for number in range(60):
        (tmp_path / f"{number}.json").write_text(json.dumps(NEWSLETTER | {"id": f"mine-{number}"}))
    with serving("--port", 0, "--fixtures", tmp_path) as (process, _url):
        _, err = ended(process)
    assert re.search(r"… and \d+ more: `migma-mock fixtures", err)


def test_a_port_in_use_is_one_clear_line(run_mock):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = run_mock("--port", port)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith(f"migma-mock: Port {port} on 127.0.0.1 is in use by another process.")
    assert "--port 0 for a free one" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "no such host", "--port=0"],
        ["--host", "203.0.113.1", "--port=0"],
        ["--host", "x" * 300, "--port=0"],
        ["--port", "x"],
        ["--no-such-flag"],
        ["--prot", "1"],
        ["serve", "extra"],
        ["nonsense"],
        ["wait"],
        ["wait", "nonsense"],
        ["wait", "ftp://127.0.0.1"],
        ["wait", "http://[::1"],
        ["wait", "http://127.0.0.1:port"],
        ["wait", "http://127.0.0.1", "--timeout", "-1"],
        ["wait", "http://127.0.0.1", "--timeout", "nan"],
        ["wait", "http://127.0.0.1", "--timeout", "soon"],
        ["generate", "--count", "0"],
        ["generate", "--count", "x"],
        ["generate", "--seed", "x"],
        ["generate", "--profile", "surreal"],
        ["generate", "../evil", "--save", "there"],
        ["generate", "keys", "--save", "there"],
        ["generate", "with space", "--save", "there"],
        ["generate", "--save", "/dev/null/there"],
        ["generate", "--contract", "missing.json"],
        ["fixtures", "--fixtures", "missing"],
        ["fixtures", "--port", "1"],
    ],
)
def test_what_cannot_be_used_ends_with_2_and_a_reason(command, monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    outcome = command(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert len(outcome.err.strip()) > 20
    assert not list(tmp_path.parent.rglob("evil*"))


def test_a_bad_argument_ends_a_process_in_the_same_way(run_mock):
    outcome = run_mock("generate", "--profile", "surreal")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--profile: expected 'realistic', 'edge' or 'schema'" in outcome.err


def test_help_teaches(command):
    outcome = command("--help")
    assert outcome.code == 0
    for name in ("serve", "wait", "fixtures", "generate"):
        assert re.search(rf"^\s+{name}\b\s+\S", outcome.out, re.MULTILINE), f"{name} has no line of its own"
        own = command(name, "-h")
        assert own.code == 0
        assert own.out.startswith(f"Usage: migma-mock {name}")
    assert "Exit codes: 0 done, 1 a wait that ran out of time, 2" in outcome.out
    for name in ("serve", "fixtures", "generate"):
        assert "Example: migma-mock" in command(name, "--help").out
    assert "MIGMA_MOCK_SEED" in command("generate", "--help").out


def test_version(run_mock):
    assert run_mock("--version") == (0, f"migma-mock {__version__}\n", "")
    assert __version__ == "0.1.0"
