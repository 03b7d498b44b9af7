"""Folders of fixtures that cannot be used: every reason at once, each with its file, exit 2, and no traceback."""

import os
from pathlib import Path

import pytest
from sample_campaign import CAMPAIGN, campaign, with_stats

from migma_contract.errors import FixtureError
from migma_mock.campaigns.fixtures import load_fixtures


def test_all_problems_of_all_files_come_at_once(contract, fixture_folder, write_fixture):
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
        (lambda path: None, "nothing there"),
        (lambda path: path.write_text("{}"), "a file"),
        (lambda path: path.symlink_to("nowhere"), "nothing there"),
    ],
)
def test_a_folder_that_is_none_is_refused(refused, tmp_path, make, got):
    path = tmp_path / "missing"
    make(path)
    assert f"{path}: expected a folder of fixture files, got {got}" in refused(path)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (Path.mkdir, "no regular file"),
        (os.mkfifo, "no regular file"),
        (lambda path: path.symlink_to("nowhere"), "a dangling link"),
        (lambda path: path.symlink_to(path), ""),
        pytest.param(
            lambda path: path.symlink_to("/proc/self/mem"),
            "Input/output error",
            marks=pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read"),
        ),
    ],
)
def test_what_is_no_readable_file_is_refused(refused, fixture_folder, make, got):
    """A pipe too, which would block the start for ever."""
    make(fixture_folder / "x.json")
    assert f"{fixture_folder / 'x.json'}: expected a readable file, got {got}" in refused()


def test_without_any_key_nothing_could_be_asked(command):
    outcome = command("serve", "--port", 0, "--no-builtin")
    assert outcome.code == 2
    assert (
        "no fixture folder: expected at least one API key (--fixtures DIR with a keys.json, or --api-key KEY)"
        in outcome.err
    )
