"""The commands beside ``serve``: wait, fixtures, generate."""

import json
import re
import socket
import threading

import httpx
import pytest

from migma_contract.resources import fixtures_path
from migma_mock import MockServer
from migma_mock.generation import PROFILES

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
KEY = {"X-API-Key": "mgma_sk_test_local_development_0001"}


def test_wait_returns_when_the_mock_is_ready(serving, run_mock):
    with serving("--port", 0, "--quiet") as (_process, url):
        for base in (url, f"{url}/v1", f"{url}/v1/"):
            assert run_mock("wait", base, "--timeout", "10") == (0, "", "")


def test_wait_waits_for_one_that_starts_later(command):
    mock = MockServer()
    url = mock.base_url
    starting = threading.Timer(0.3, mock.start)
    starting.start()
    try:
        assert command("wait", url, "--timeout", 20).code == 0
    finally:
        starting.join()
        mock.stop()


def test_wait_ends_with_1_and_the_last_reason_when_time_is_up(command):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    outcome = command("wait", f"http://127.0.0.1:{port}", "--timeout", 0.1)
    assert (outcome.code, outcome.out) == (1, "")
    assert "was not ready after 0.1 s" in outcome.err
    assert "refused" in outcome.err


def test_wait_is_not_taken_in_by_another_server(command, answering):
    with answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as port:
        outcome = command("wait", f"http://127.0.0.1:{port}", "--timeout", 0)
    assert outcome.code == 1
    assert "answered 404, so something else may listen there" in outcome.err


def test_fixtures_lists_every_campaign_and_how_it_answers(command):
    outcome = command("fixtures")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == len(list((fixtures_path() / "campaigns").iterdir()))
    assert all(re.fullmatch(r"[0-9a-f]{24}  (\d{3}  |grows|steps)  \S.*", line) for line in lines)
    assert "\x1b" not in outcome.out


def test_a_title_that_the_terminal_cannot_show_is_no_accident(run_mock, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(NEWSLETTER | {"title": "Fuchs 🦊"}))
    outcome = run_mock("fixtures", "--fixtures", tmp_path, PYTHONIOENCODING="latin-1")
    assert outcome.code == 0
    assert "Fuchs \\U0001f98a" in outcome.out


def test_generate_prints_one_envelope_a_line_the_same_each_time(run_mock, contract):
    first = run_mock("generate", "--profile", "edge", "--count", 5, "--seed", 7)
    assert (first.code, first.err) == (0, "")
    assert len(first.out.splitlines()) == 5
    for line in first.out.splitlines():
        assert not contract.operation.success.violations(json.loads(line))
    assert run_mock("generate", "--count", 5, MIGMA_MOCK_PROFILE="edge", MIGMA_MOCK_SEED="7") == first
    assert run_mock("generate", "--profile", "edge", "--count", 5, "--seed", 8).out != first.out


def test_generate_takes_ids_and_gives_what_the_server_gives(command, serving):
    ids = ["65f1c0ffee00000000000001", "mine"]
    lines = command("generate", *ids, "--seed", 3).out.splitlines()
    with serving("--port", 0, "--seed", 3, "--unknown-id", "generate", "--quiet") as (_process, url):
        answers = [httpx.get(f"{url}/v1/campaigns/{id_}/stats", headers=KEY).json() for id_ in ids]
    assert [json.loads(line) for line in lines] == answers


def test_generated_text_survives_any_encoding_of_the_terminal(run_mock):
    outcome = run_mock("generate", "--profile", "schema", "--count", 200, PYTHONIOENCODING="latin-1")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.isascii()


def test_generate_leaves_nothing_behind(run_mock, tmp_path):
    assert run_mock("generate", "--profile", "schema").code == 0
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("profile", PROFILES)
def test_saved_campaigns_are_served_as_they_were_generated(serving, command, tmp_path, profile):
    folder = tmp_path / "saved" / "deeper"
    count = 40
    lines = command("generate", "--profile", profile, "--count", count, "--seed", 5).out.splitlines()
    saved = command("generate", "--profile", profile, "--count", count, "--seed", 5, "--save", folder)
    assert saved == (0, "", f"{count} fixture files in {folder}\n")
    files = [json.loads(path.read_bytes()) for path in folder.iterdir()]
    assert len(files) == count
    assert all(profile in file["description"] and "seed 5" in file["title"] for file in files)
    with (
        serving("--port", 0, "--quiet", "--fixtures", folder) as (_process, url),
        httpx.Client(base_url=url, headers=KEY) as client,
    ):
        answers = [client.get(f"/v1/campaigns/{file['id']}/stats").json() for file in files]
    key = json.JSONEncoder(sort_keys=True).encode
    assert sorted(map(key, answers)) == sorted(key(json.loads(line)) for line in lines)


@pytest.mark.parametrize(
    ("ids", "said"), [("x", "1 fixture file"), ("xx", "1 fixture file"), ("xyx", "2 fixture files")]
)
def test_files_are_counted_not_ids(command, tmp_path, ids, said):
    assert command("generate", *ids, "--save", tmp_path) == (0, "", f"{said} in {tmp_path}\n")
    assert len(list(tmp_path.iterdir())) == int(said[0])


def test_saving_again_is_no_harm_and_what_was_edited_is_kept(command, tmp_path):
    assert command("generate", "mine", "--save", tmp_path).code == 0
    assert command("generate", "mine", "--save", tmp_path).code == 0
    (tmp_path / "mine.json").write_bytes(b"\xff edited")
    outcome = command("generate", "mine", "--save", tmp_path)
    assert outcome.code == 2
    assert f"{tmp_path / 'mine.json'}: the file exists with other content" in outcome.err
    assert (tmp_path / "mine.json").read_bytes() == b"\xff edited"
