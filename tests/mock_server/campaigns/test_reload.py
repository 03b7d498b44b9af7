"""Edits of the fixtures are served while the mock runs, and an invalid edit removes nothing."""

import asyncio
import os
import shutil
from threading import get_ident
from unittest.mock import Mock

import httpx
from editing import NEWSLETTER, campaign, until

from migma_mock import MockServer
from migma_mock.campaigns.fixture_watcher import FixtureWatcher


def test_a_changed_file_is_served(editor):
    assert editor.data()["bounces"] == NEWSLETTER["stats"]["bounces"]
    (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 7}))
    until(lambda: editor.data()["bounces"] == 7, "the new number")
    until(lambda: "fixtures reloaded" in editor.log(), "a line in the log")
    assert editor.health()["status"] == "ok"


def test_a_file_saved_by_renaming_is_served(editor):
    """Editors save a new file and move it into place; here it is as old and as large as the one before."""
    path, beside = editor.folder / "mine.json", editor.folder / "mine.json.swp"
    before = path.stat()
    changed = campaign(stats=NEWSLETTER["stats"] | {"bounces": NEWSLETTER["stats"]["bounces"] - 1})
    beside.write_text(changed)
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert beside.stat().st_size == before.st_size
    beside.replace(path)
    until(lambda: editor.data()["bounces"] == NEWSLETTER["stats"]["bounces"] - 1, "the moved file")


def test_added_and_removed_files_are_served_and_gone(editor):
    (editor.folder / "campaigns").mkdir()
    (editor.folder / "campaigns" / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the added file")
    (editor.folder / "mine.json").unlink()
    until(lambda: editor.status("mine") == 404, "the removed file is gone")
    assert editor.status("other") == 200


def test_an_invalid_edit_keeps_the_last_valid_set_until_it_is_fixed(editor):
    path = editor.folder / "mine.json"
    path.write_text(campaign(stats=NEWSLETTER["stats"] | {"openRate": 40}))
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    (problem,) = editor.health()["fixtureErrors"]
    assert problem["file"] == str(path)
    assert problem["pointer"] == "/stats/openRate"
    assert "0.375439" in problem["expected"]
    assert problem["got"] == "40"
    until(lambda: "fixtures not reloaded; the previous" in editor.log(), "a line in the log")
    assert f"{path} at /stats/openRate" in editor.log()
    assert editor.data() == NEWSLETTER["stats"]
    path.write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 7}))
    until(lambda: editor.data()["bounces"] == 7, "the fixed file")
    until(lambda: editor.health()["status"] == "ok", "health to be ok")
    assert editor.health()["fixtureErrors"] == []


def test_one_invalid_file_keeps_valid_edits_from_being_served(editor):
    """The fixtures are served as a whole, as they would be after a restart."""
    (editor.folder / "broken.json").write_text("{")
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.log().count("not reloaded") >= 2, "the second look")
    assert editor.status("other") == 404
    (editor.folder / "broken.json").unlink()
    until(lambda: editor.status("other") == 200, "the good file")


def test_keys_are_reloaded_too(editor):
    with httpx.Client(base_url=editor.mock.base_url, headers={"X-API-Key": "mgma_sk_test_new"}) as client:
        assert client.get("/v1/campaigns/mine/stats").status_code == 401
        (editor.folder / "keys.json").write_text('{"keys": [{"key": "mgma_sk_test_new"}]}')
        until(lambda: client.get("/v1/campaigns/mine/stats").status_code == 200, "the new key")


def test_a_removed_folder_is_an_invalid_edit(editor):
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    assert "a folder of fixture files" in editor.health()["fixtureErrors"][0]["expected"]
    assert editor.status() == 200


def test_a_change_of_permissions_counts_as_a_change(tmp_path):
    """A file that could not be read can be read now; nothing else about it changed."""
    calls = []
    (tmp_path / "x.json").write_text("{}")
    (tmp_path / "x.json").chmod(0)
    watcher = FixtureWatcher([tmp_path], lambda: calls.append(1))

    def check():
        (tmp_path / "x.json").chmod(0o600)
        watcher._check()
        return calls

    until(check, "the change")  # repeated, since the clock of a file system may tick slowly


def test_a_file_that_is_not_a_fixture_changes_nothing(editor):
    (editor.folder / "notes.txt").write_text("hello")
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the fixture")
    assert editor.log().count("fixtures reloaded") == 1


def test_an_edit_between_reading_and_watching_is_not_missed(tmp_path):
    (tmp_path / "mine.json").write_text(campaign())
    mock = MockServer(fixtures=tmp_path)
    (tmp_path / "mine.json").write_text(campaign("other"))
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.auth_headers) as client:
        until(lambda: client.get("/v1/campaigns/other/stats").status_code == 200, "the edit")


def test_without_reload_nothing_is_watched(tmp_path):
    (tmp_path / "mine.json").write_text(campaign())
    with MockServer(fixtures=tmp_path, reload=False) as mock:
        (tmp_path / "mine.json").write_text("{")
        assert httpx.get(f"{mock.base_url}/v1/campaigns/mine/stats", headers=mock.auth_headers).status_code == 200
        assert mock.mock.reload_fixtures()
        assert httpx.get(f"{mock.base_url}/__mock__/health").json()["status"] == "degraded"


def test_a_mock_without_folders_starts_and_stops():
    with MockServer(builtin=False, api_key=["mgma_sk_test_only"]) as mock:
        response = httpx.get(f"{mock.base_url}/v1/campaigns/x/stats", headers=mock.auth_headers)
        assert response.status_code == 404


def test_a_watcher_that_was_not_started_can_be_stopped(tmp_path):
    asyncio.run(FixtureWatcher([tmp_path], lambda: None).stop())


def test_a_file_that_vanishes_during_a_check_is_ignored(tmp_path):
    """A broken link is in the listing of the folder, and cannot be read."""
    calls = []
    (tmp_path / "x.json").symlink_to("nowhere")
    watcher = FixtureWatcher([tmp_path], lambda: calls.append(1))
    watcher._check()
    assert not calls
    (tmp_path / "nowhere").write_text("{}")
    watcher._check()
    assert calls == [1]


def test_loaded_fixtures_are_put_in_place_on_the_event_loop(editor, monkeypatch):
    """They are read in another thread, and changed between two requests."""
    threads = []
    put = editor.mock.mock.accounts.set_built_in

    def set_built_in(*fixtures):
        threads.append(get_ident())
        return put(*fixtures)

    monkeypatch.setattr(editor.mock.mock.accounts, "set_built_in", set_built_in)
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the added file")
    editor.mock.mock.reload_fixtures()
    assert threads == [editor.mock.mock.on_loop(get_ident)] * 2


def test_an_error_during_a_reload_is_logged_and_the_next_edit_is_served(editor, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(
            editor.mock.mock.accounts, "set_built_in", Mock(side_effect=RuntimeError("an error of the mock"))
        )
        (editor.folder / "other.json").write_text(campaign("other"))
        until(lambda: "reloading the fixtures failed" in caplog.text, "a line in the log")
    (editor.folder / "third.json").write_text(campaign("third"))
    until(lambda: editor.status("third") == 200, "the next edit")
    assert editor.status("other") == 200


def test_after_a_slow_look_at_many_files_the_pause_is_longer(monkeypatch, tmp_path):
    watcher = FixtureWatcher([tmp_path], lambda: None)
    watcher._check()
    usual = watcher._pause
    times = iter([10.0, 13.0])
    monkeypatch.setattr("migma_mock.campaigns.fixture_watcher.time.monotonic", lambda: next(times))
    watcher._check()
    assert watcher._pause == 60 > usual
