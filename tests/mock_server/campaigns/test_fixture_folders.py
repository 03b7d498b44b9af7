"""Invalid fixture folders are refused with every problem at once, exit code 2, and no traceback."""

import os
from pathlib import Path

import pytest
from sample_campaign import CAMPAIGN, campaign, with_stats

from migma_contract.errors import FixtureError
from migma_mock.campaigns import fixture_folder as fixture_folder_module
from migma_mock.campaigns import fixtures
from migma_mock.campaigns.fixtures import load_fixtures


def test_all_problems_of_all_files_are_reported_at_once(contract, fixture_folder, write_fixture):
    write_fixture("a.json", with_stats(bounces=-1, openRate=40, totalSent="many"))
    write_fixture("b.json", b"{")
    write_fixture("campaigns/c.json", campaign(id=".."))
    write_fixture("keys.json", {"keys": [{}]})
    with pytest.raises(FixtureError) as caught:
        load_fixtures([fixture_folder], contract)
    found = {(Path(problem.file).name, problem.pointer) for problem in caught.value.problems}
    assert found == {
        ("a.json", "/stats/bounces"),
        ("a.json", "/stats/openRate"),
        ("a.json", "/stats/totalSent"),
        ("b.json", ""),
        ("c.json", "/id"),
        ("keys.json", "/keys/0"),
    }
    assert "6 problems:" in str(caught.value)


def test_an_id_twice_in_one_folder_is_one_problem_that_names_both_files(refused, write_fixture):
    """It was reported once for each file."""
    first, second = write_fixture("a.json", CAMPAIGN), write_fixture("campaigns/b.json", CAMPAIGN)
    message = refused()
    assert f"{second} at /id" in message
    assert f"which {first} at /id has too" in message
    assert "problems" not in message


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda path: None, "no such folder"),
        (lambda path: path.write_text("{}"), "a file"),
        (lambda path: path.symlink_to("nowhere"), "no such folder"),
    ],
)
def test_something_other_than_a_folder_is_refused(refused, tmp_path, make, got):
    path = tmp_path / "missing"
    make(path)
    assert f"{path}: expected a folder of fixture files, got {got}" in refused(path)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (lambda path: path.symlink_to("nowhere"), "a broken link"),
        (lambda path: path.symlink_to(path), ""),
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"),
            "Input/output error",
            marks=pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read"),
        ),
    ],
)
def test_something_other_than_a_readable_file_is_refused(refused, fixture_folder, make, got):
    """A pipe would block the start forever."""
    make(fixture_folder / "x.json")
    assert f"{fixture_folder / 'x.json'}: expected a readable file, got {got}" in refused()


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize("name", ["x.json", "campaigns/x.json", "keys.json"])
def test_a_huge_file_is_refused_with_the_limit(refused, fixture_folder, name):
    """It is sparse. Of ``keys.json``, the beginning was read and called invalid JSON."""
    path = fixture_folder / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(60_000_000_000)
    assert f"{path}: expected at most 262144 bytes, got more" in refused()


@pytest.mark.attack("hostile-input")
def test_a_folder_with_very_many_files_is_refused_before_they_are_read(refused, fixture_folder, monkeypatch):
    monkeypatch.setattr(fixtures, "MAX_FILES", 10)
    monkeypatch.setattr(fixture_folder_module, "MAX_FILES", 10)
    monkeypatch.setattr(fixtures, "_read", None)
    for number in range(11):
        (fixture_folder / f"{number}.json").touch()
        (fixture_folder / f"{number}.txt").touch()
    assert f"{fixture_folder}: expected at most 10 fixture files, got more" in refused(fixture_folder)


@pytest.mark.attack("hostile-input")
def test_no_more_names_of_a_folder_are_listed_than_needed(fixture_folder, monkeypatch):
    monkeypatch.setattr(fixture_folder_module, "MAX_FILES", 10)
    for number in range(50):
        (fixture_folder / f"{number}.json").touch()
    assert len(fixture_folder_module.fixture_files(fixture_folder)) == 11


@pytest.mark.attack("hostile-input")
def test_folders_that_link_to_each_other_are_read_once(contract, fixture_folder, write_fixture):
    write_fixture("a.json", CAMPAIGN)
    write_fixture("keys.json", {"keys": [{"key": "mgma_sk_test_linked"}]})
    (fixture_folder / "again").symlink_to(fixture_folder)
    assert list(load_fixtures([fixture_folder], contract).campaigns) == [CAMPAIGN["id"]]


def test_a_mock_without_any_key_is_refused(command):
    outcome = command("serve", "--port", 0, "--no-builtin")
    assert outcome.code == 2
    assert "no fixture folder: no API key; add --fixtures DIR with a keys.json, or --api-key KEY" in outcome.err
