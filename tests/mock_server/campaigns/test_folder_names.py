"""A name in the file system begins no line of its own, and what is no folder is said to be none."""

import json
import os

import pytest

from migma_contract.errors import FixtureError, Problem
from migma_mock import Mock
from migma_mock.campaigns.fixture_folder import folder_problem, unread_notices

FORGED = "x\nready http:\\evil.example:1\n.json"


@pytest.mark.attack("control-characters")
def test_a_line_break_in_the_name_of_an_invalid_file_is_escaped(tmp_path):
    (tmp_path / FORGED).write_text("{}")
    with pytest.raises(FixtureError) as raised:
        Mock(fixtures=tmp_path, reload=False)
    lines = str(raised.value).splitlines()
    assert [line for line in lines if line.startswith(("ready", ".json"))] == []
    assert "x\\nready" in lines[0]


@pytest.mark.attack("control-characters")
@pytest.mark.parametrize("place", ["sub", "campaigns"])
def test_a_line_break_in_a_name_that_nothing_reads_is_escaped(tmp_path, place):
    folder = tmp_path / "a\nb"
    (folder / place).mkdir(parents=True)
    (folder / place / (FORGED if place == "sub" else FORGED.replace(".json", ".yaml"))).write_text("{}")
    notices = list(unread_notices(folder))
    assert len(notices) == 2
    assert "\n" not in "".join(notices)


@pytest.mark.attack("control-characters")
def test_a_problem_is_one_line_whatever_its_file_is():
    assert str(Problem("a\nb", "/c\nd", "x", "y")) == "a\\nb at /c\\nd: expected x, got y"


@pytest.mark.attack("hostile-input")
def test_what_is_no_folder_is_said_to_be_none(tmp_path):
    loop, fine, pipe = (tmp_path / name for name in ("loop", "fine", "pipe"))
    loop.symlink_to(loop)
    fine.mkdir()
    pipe.mkdir()
    os.mkfifo(pipe / "campaigns")
    assert folder_problem(fine) is None
    assert folder_problem(loop).got == "a symbolic link that leads to itself"
    assert folder_problem(tmp_path / "none").got == "no such folder"
    assert folder_problem(pipe)[:4] == (str(pipe / "campaigns"), "", "a folder of fixture files", "a file")
    (fine / "file.json").write_text(json.dumps({}))
    assert folder_problem(fine / "file.json").got == "a file"
