"""``migma-mock generate`` prints or saves what the server would answer."""

import json

import httpx
import pytest

from migma_mock import MockServer
from migma_mock.generation import PROFILES


def test_it_prints_one_envelope_a_line_the_same_each_time(command, monkeypatch, contract):
    first = command("generate", "--profile", "edge", "--count", 5, "--seed", 7)
    assert (first.code, first.err) == (0, "")
    assert len(first.out.splitlines()) == 5
    for line in first.out.splitlines():
        assert not contract.operation.success.violations(json.loads(line))
    assert command("generate", "--profile", "edge", "--count", 5, "--seed", 8).out != first.out
    monkeypatch.setenv("MIGMA_MOCK_PROFILE", "edge")
    monkeypatch.setenv("MIGMA_MOCK_SEED", "7")
    assert command("generate", "--count", 5) == first


def test_it_takes_ids_and_prints_what_the_server_answers(command):
    ids = ["65f1c0ffee00000000000001", "mine"]
    lines = command("generate", *ids, "--seed", 3).out.splitlines()
    with MockServer(reload=False, seed=3, unknown_id="generate") as mock:
        replies = [httpx.get(mock.stats_url(id_), headers=mock.auth_headers).json() for id_ in ids]
    assert [json.loads(line) for line in lines] == replies


@pytest.mark.parametrize("profile", PROFILES)
def test_saved_campaigns_are_served_as_they_were_generated(command, tmp_path, profile):
    folder = tmp_path / "saved" / "deeper"
    count = 15
    printed = command("generate", "--profile", profile, "--count", count, "--seed", 5)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.isascii(), "every terminal can show it"
    saved = command("generate", "--profile", profile, "--count", count, "--seed", 5, "--save", folder)
    assert saved == (0, "", f"{count} fixture files in {folder}\n")
    files = [json.loads(path.read_bytes()) for path in folder.iterdir()]
    assert len(files) == count
    assert all(profile in file["description"] and "seed 5" in file["title"] for file in files)
    with MockServer(reload=False, fixtures=folder) as mock, httpx.Client(headers=mock.auth_headers) as client:
        replies = [client.get(mock.stats_url(file["id"])).json() for file in files]
    key = json.JSONEncoder(sort_keys=True).encode
    assert sorted(map(key, replies)) == sorted(key(json.loads(line)) for line in printed.out.splitlines())


@pytest.mark.parametrize(
    ("ids", "said"), [("x", "1 fixture file"), ("xx", "1 fixture file"), ("xyx", "2 fixture files")]
)
def test_files_are_counted_not_ids(command, tmp_path, ids, said):
    assert command("generate", *ids, "--save", tmp_path) == (0, "", f"{said} in {tmp_path}\n")
    assert len(list(tmp_path.iterdir())) == int(said[0])


def test_saving_again_keeps_what_was_edited(command, tmp_path):
    assert command("generate", "mine", "--save", tmp_path).code == 0
    assert command("generate", "mine", "--save", tmp_path).code == 0
    (tmp_path / "mine.json").write_bytes(b"\xff edited")
    outcome = command("generate", "mine", "--save", tmp_path)
    assert outcome.code == 2
    assert (
        f"{tmp_path / 'mine.json'}: the file exists with other content; delete it, or choose another folder"
        in outcome.err
    )
    assert (tmp_path / "mine.json").read_bytes() == b"\xff edited"
