"""Generated campaigns are written to new files, through no link, and nothing that lies there is waited for."""

import os
from pathlib import Path

import pytest

from migma_contract.errors import FixtureError
from migma_mock.campaigns.fixture_writer import write_campaign

pytestmark = [pytest.mark.attack("links"), pytest.mark.skipif(os.name == "nt", reason="links of POSIX")]

ENVELOPE = {
    "success": True,
    "data": {
        **dict.fromkeys(("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"), 0),
        **dict.fromkeys(("unsubscribes", "bounces", "openRate", "clickRate"), 0),
        "lastUpdated": "2026-09-14T08:45:12Z",
    },
}


def write(folder):
    return write_campaign(folder, "mine", ENVELOPE, profile="realistic", seed=1)


def make_copy_behind_a_link(path, victim):
    write(victim.parent).rename(victim)
    path.symlink_to(victim)


def make_link_to_a_file(path, victim):
    victim.write_text("mine", "utf-8")
    path.symlink_to(victim)


THERE = {
    "a link": make_link_to_a_file,
    "a dangling link": lambda path, victim: path.symlink_to(victim),
    "a link to the same content": make_copy_behind_a_link,
    "a pipe": lambda path, victim: os.mkfifo(path),
    "a folder": lambda path, victim: path.mkdir(),
    "a device": lambda path, victim: path.symlink_to("/dev/null"),
}


@pytest.mark.parametrize("make", THERE.values(), ids=THERE)
def test_what_is_no_file_is_refused_and_stays(tmp_path, make):
    """A pipe would be read forever."""
    folder, victim = tmp_path / "there", tmp_path / "victim"
    folder.mkdir()
    make(folder / "mine.json", victim)
    before = victim.read_bytes() if victim.exists() else None
    with pytest.raises(FixtureError, match="there is a link, a folder or a device of this name; delete it"):
        write(folder)
    assert (victim.read_bytes() if victim.exists() else None) == before
    assert [one.name for one in folder.iterdir()] == ["mine.json"]


def test_a_folder_that_is_a_dangling_link_is_not_made(tmp_path):
    (tmp_path / "there").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FixtureError, match="a writable folder"):
        write(tmp_path / "there")
    assert not (tmp_path / "nowhere").exists()


def test_a_large_file_in_its_place_is_not_read(tmp_path, monkeypatch):
    with (tmp_path / "mine.json").open("wb") as file:
        file.truncate(10**12)  # takes no space
    monkeypatch.delattr(Path, "read_bytes")
    with pytest.raises(FixtureError, match="the file exists with other content"):
        write(tmp_path)


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_the_umask(tmp_path, mask):
    old = os.umask(mask)
    try:
        path = write(tmp_path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
