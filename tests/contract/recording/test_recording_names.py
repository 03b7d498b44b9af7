"""Recordings are written to their folder alone, whatever the id, and replace nothing unasked."""

import pytest

from migma_contract.errors import FixtureError
from migma_contract.recording import Recording, RecordingFolder, recording_name

HOSTILE = (
    *("../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "a\0b", "con", "keys", ".hidden", "~$x", "x.schema"),
    *("é" * 300, "\u202egnp.exe", "-rf", "*", "%2e%2e%2f", "a\nb", " ", "\ud800"),
)


@pytest.mark.attack("hostile-input")
def test_hostile_ids_are_files_of_the_folder_with_plain_names(tmp_path):
    folder = tmp_path / "deep" / "folder"
    folder.mkdir(parents=True)
    for id_ in HOSTILE:
        RecordingFolder(folder).write(Recording(id_, 200, "{}"))
    written = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == len(HOSTILE)
    assert all(path.parent.parts == ("deep", "folder") for path in written)
    assert all(set(path.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for path in written)
    assert max(len(path.name) for path in written) < 100


def test_ids_that_file_systems_take_for_the_same_have_different_files():
    names = {recording_name(id_) for id_ in ("Sale", "sale", "sale ", "sa/le", "é", "e\u0301")}
    assert len({name.casefold() for name in names}) == 6


def test_a_file_that_exists_is_replaced_only_if_told(tmp_path):
    first, second = Recording("one", 200, "1"), Recording("one", 200, "2")
    path = RecordingFolder(tmp_path).write(first)
    for act in (
        lambda: RecordingFolder(tmp_path).require_room(["one"]),
        lambda: RecordingFolder(tmp_path).write(second),
    ):
        with pytest.raises(FixtureError, match="the file exists; --force records it again"):
            act()
    assert path.read_text("utf-8") == "1"
    RecordingFolder(tmp_path, force=True).write(second)
    assert path.read_text("utf-8") == "2"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.attack("links")
def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    target = tmp_path / "target"
    target.write_text("kept", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / recording_name("one")).symlink_to(target)
    with pytest.raises(FixtureError, match="a symbolic link"):
        RecordingFolder(folder, force=True).write(Recording("one", 200, "1"))
    assert target.read_text("utf-8") == "kept"


def test_a_campaign_that_another_file_has_is_refused_since_a_mock_would_not_start(tmp_path):
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "campaigns" / "mine.json").write_text('{"id": "one", "stats": {}}', "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    folder = RecordingFolder(tmp_path, force=True)
    with pytest.raises(FixtureError, match=r"mine.json at /id: this file has the campaign 'one' already"):
        folder.require_room(["one"])
    assert folder.keeps("one")
    assert not folder.keeps("two")


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(FixtureError, match="expected a folder, got a file"):
        RecordingFolder(file).require_room(["one"])
