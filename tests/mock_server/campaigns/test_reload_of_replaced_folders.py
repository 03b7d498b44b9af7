"""Fixture folders that are replaced as a whole, or are links: the paths are watched, wherever they lead."""

import shutil

import pytest
from editing import NEWSLETTER, campaign, until

from migma_mock.campaigns.fixture_watcher import FixtureWatcher


def replace(editor, _tmp_path):
    """Replace the folder by another one at once, with the same first file."""
    shutil.rmtree(editor.folder)
    editor.folder.mkdir()
    (editor.folder / "mine.json").write_text(campaign())


def take_away_and_bring_back(editor, tmp_path):
    """Remove the folder and bring it back, as a checkout of another branch and back does."""
    shutil.copytree(editor.folder, tmp_path / "copy")
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    (tmp_path / "copy").rename(editor.folder)
    until(lambda: editor.health()["status"] == "ok", "health to be ok")


def replace_by_a_link(editor, tmp_path):
    """Replace the folder by a link, as a deployment that keeps its versions does."""
    editor.folder.rename(tmp_path / "version 1")
    shutil.copytree(tmp_path / "version 1", tmp_path / "version 2")
    editor.folder.symlink_to("version 1")
    (tmp_path / "next").symlink_to("version 2")
    (tmp_path / "next").replace(editor.folder)


@pytest.mark.parametrize("change", [replace, take_away_and_bring_back, replace_by_a_link])
def test_a_replaced_folder_is_still_watched(editor, tmp_path, change):
    change(editor, tmp_path)
    for bounces in (7, 8):
        (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": bounces}))
        until(lambda bounces=bounces: editor.data()["bounces"] == bounces, "the edit")
    until(lambda: editor.health() == editor.health() | {"status": "ok", "fixtureErrors": []}, "health to be ok")


def test_a_changed_link_is_followed(editor, tmp_path):
    """Nothing in the folders themselves changes."""
    editor.folder.rename(tmp_path / "version 1")
    editor.folder.symlink_to("version 1")
    shutil.copytree(tmp_path / "version 1", tmp_path / "version 2")
    (tmp_path / "version 2" / "other.json").write_text(campaign("other"))
    (tmp_path / "next").symlink_to("version 2")
    (tmp_path / "next").replace(editor.folder)
    until(lambda: editor.status("other") == 200, "the target of the changed link")


def test_a_folder_that_comes_back_empty_is_valid(editor):
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    editor.folder.mkdir()
    until(lambda: editor.health()["status"] == "ok", "health to be ok")
    assert editor.status() == 404


def test_a_folder_that_changes_while_it_is_read_is_read_again(tmp_path):
    """The reload may have seen the folder gone, and then the same folder as before it comes back."""
    folder, seen = tmp_path / "fixtures", []
    folder.mkdir()
    file = folder / "mine.json"
    file.write_text(campaign())

    def read():
        if not seen:
            folder.rmdir()
        seen.append(folder.is_dir())

    watcher = FixtureWatcher([folder], read)
    file.unlink()
    watcher._check()
    folder.mkdir()
    watcher._check()
    watcher._check()
    assert seen == [False, True]


def test_a_folder_that_is_replaced_again_and_again_is_still_watched(editor):
    for bounces in range(20):
        shutil.rmtree(editor.folder)
        editor.folder.mkdir()
        (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": bounces}))
        for _ in range(bounces):  # takes longer each time, so that the watch is replaced in each of its states
            editor.status()
    until(lambda: editor.data()["bounces"] == 19, "the last of them")
    (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 3}))
    until(lambda: editor.data()["bounces"] == 3, "an edit in it")
    until(lambda: editor.health()["status"] == "ok", "health to be ok")


def test_a_campaigns_folder_that_is_a_link_is_followed(editor, tmp_path):
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "other.json").write_text(campaign(f"other-{version}"))
    (editor.folder / "campaigns").symlink_to(tmp_path / "1")
    until(lambda: editor.status("other-1") == 200, "the target of the link")
    (tmp_path / "next").symlink_to(tmp_path / "2")
    (tmp_path / "next").replace(editor.folder / "campaigns")
    until(lambda: editor.status("other-2") == 200, "the target of the changed link")
    (tmp_path / "2" / "other.json").write_text(campaign("other-3"))
    until(lambda: editor.status("other-3") == 200, "an edit there")
