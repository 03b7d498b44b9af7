"""Invalid fixture folders are refused with every problem at once, exit code 2, and no traceback."""

import os
from pathlib import Path

import pytest
from sample_campaign import CAMPAIGN, campaign, with_stats

from migma_contract.errors import FixtureError
from migma_mock.campaigns.fixtures import load_fixtures


def test_all_problems_of_all_files_are_reported_at_once(contract, fixture_folder, write_fixture):
    write_fixture("a.json", with_stats(bounces=-1, openRate=40, totalSent="many"))
    write_fixture("b.json", b"{")
    write_fixture("campaigns/c.json", campaign(id="/"))
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


def test_an_id_twice_in_one_folder_names_both_files(refused, write_fixture):
    first, second = write_fixture("a.json", CAMPAIGN), write_fixture("campaigns/b.json", CAMPAIGN)
    message = refused()
    assert f"{second} at /id" in message
    assert str(first) in message


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
        (Path.mkdir, "no regular file"),
        (os.mkfifo, "no regular file"),
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


def test_a_mock_without_any_key_is_refused(command):
    outcome = command("serve", "--port", 0, "--no-builtin")
    assert outcome.code == 2
    assert "no fixture folder: no API key; add --fixtures DIR with a keys.json, or --api-key KEY" in outcome.err
