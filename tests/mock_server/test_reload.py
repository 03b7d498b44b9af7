"""Editing fixtures while the mock runs: served at once, and a broken edit never takes anything away."""

import asyncio
import io
import json
import os
import shutil
import time
from threading import get_ident
from unittest.mock import Mock

import httpx
import pytest

from mock_server import MockServer
from mock_server.access_log import AccessLog
from mock_server.data import fixtures_path
from mock_server.reload import Watcher

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
PATIENCE = 10.0


def until(claim, what):
    """Wait for a condition, not for a time."""
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline, f"not seen within {PATIENCE} s: {what}"
        time.sleep(0.01)


def campaign(id_="mine", **changes):
    return json.dumps(NEWSLETTER | {"id": id_} | changes)


class Editor:
    """A running mock with a folder of fixtures, and what a user sees of it."""

    def __init__(self, mock, client, folder, log):
        self.mock, self.client, self.folder, self._log = mock, client, folder, log

    def status(self, id_="mine"):
        """Of a campaign's answer."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").status_code

    def data(self, id_="mine"):
        """A campaign's stats."""
        return self.client.get(f"/v1/campaigns/{id_}/stats").json().get("data")

    def health(self):
        """What the mock says of itself."""
        return self.client.get("/__mock__/health").json()

    def log(self):
        """All lines so far."""
        return self._log.getvalue()


@pytest.fixture
def editor(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.json").write_text(campaign())
    log = io.StringIO()
    mock = MockServer(fixtures=folder)
    mock.app.log = AccessLog(log)
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.headers) as client:
        yield Editor(mock, client, folder, log)


def test_a_changed_file_is_served(editor):
    assert editor.data()["bounces"] == NEWSLETTER["stats"]["bounces"]
    (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 7}))
    until(lambda: editor.data()["bounces"] == 7, "the new number")
    until(lambda: "fixtures reloaded" in editor.log(), "a line in the log")
    assert editor.health()["status"] == "ok"


def test_a_file_saved_by_renaming_is_served(editor):
    """As editors save: a new file beside it, moved into its place; here even as old and as large as the one before."""
    path, beside = editor.folder / "mine.json", editor.folder / "mine.json.swp"
    before = path.stat()
    changed = campaign(stats=NEWSLETTER["stats"] | {"bounces": NEWSLETTER["stats"]["bounces"] - 1})
    beside.write_text(changed)
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert beside.stat().st_size == before.st_size
    beside.replace(path)
    until(lambda: editor.data()["bounces"] == NEWSLETTER["stats"]["bounces"] - 1, "the moved file")


def test_a_file_added_and_a_file_removed(editor):
    (editor.folder / "campaigns").mkdir()
    (editor.folder / "campaigns" / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the added file")
    (editor.folder / "mine.json").unlink()
    until(lambda: editor.status("mine") == 404, "the removed file is gone")
    assert editor.status("other") == 200


def test_a_broken_edit_keeps_the_last_good_set_and_says_so_and_mending_heals(editor):
    path = editor.folder / "mine.json"
    path.write_text(campaign(stats=NEWSLETTER["stats"] | {"openRate": 40}))
    until(lambda: editor.health()["status"] == "degraded", "a degraded health")
    (problem,) = editor.health()["fixtureErrors"]
    assert problem["file"] == str(path)
    assert problem["pointer"] == "/stats/openRate"
    assert "0.375439" in problem["expected"]
    assert problem["got"] == "40"
    until(lambda: "fixtures not reloaded, the last good set" in editor.log(), "a line in the log")
    assert f"{path} at /stats/openRate" in editor.log()
    assert editor.data() == NEWSLETTER["stats"]
    path.write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 7}))
    until(lambda: editor.data()["bounces"] == 7, "the mended file")
    until(lambda: editor.health()["status"] == "ok", "a sound health")
    assert editor.health()["fixtureErrors"] == []


def test_one_broken_file_keeps_good_edits_beside_it_waiting(editor):
    """All or nothing: a set is served as a whole, as it would be after a restart."""
    (editor.folder / "broken.json").write_text("{")
    until(lambda: editor.health()["status"] == "degraded", "a degraded health")
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.log().count("not reloaded") >= 2, "the second look")
    assert editor.status("other") == 404
    (editor.folder / "broken.json").unlink()
    until(lambda: editor.status("other") == 200, "the good file")


def test_keys_are_read_again_too(editor):
    with httpx.Client(base_url=editor.mock.base_url, headers={"X-API-Key": "mgma_sk_test_new"}) as client:
        assert client.get("/v1/campaigns/mine/stats").status_code == 401
        (editor.folder / "keys.json").write_text('{"keys": [{"key": "mgma_sk_test_new"}]}')
        until(lambda: client.get("/v1/campaigns/mine/stats").status_code == 200, "the new key")


def test_the_whole_folder_gone_is_a_broken_edit(editor):
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "a degraded health")
    assert "a folder of fixture files" in editor.health()["fixtureErrors"][0]["expected"]
    assert editor.status() == 200


def replace(editor, _tmp_path):
    """Another folder in its place, at once; the first file of it as it was."""
    shutil.rmtree(editor.folder)
    editor.folder.mkdir()
    (editor.folder / "mine.json").write_text(campaign())


def take_away_and_bring_back(editor, tmp_path):
    """As a checkout of another branch and back."""
    shutil.copytree(editor.folder, tmp_path / "copy")
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "a degraded health")
    (tmp_path / "copy").rename(editor.folder)
    until(lambda: editor.health()["status"] == "ok", "a sound health")


def replace_by_a_link(editor, tmp_path):
    """As a deployment that keeps its versions."""
    editor.folder.rename(tmp_path / "version 1")
    shutil.copytree(tmp_path / "version 1", tmp_path / "version 2")
    editor.folder.symlink_to("version 1")
    (tmp_path / "next").symlink_to("version 2")
    (tmp_path / "next").replace(editor.folder)


@pytest.mark.parametrize("change", [replace, take_away_and_bring_back, replace_by_a_link])
def test_a_folder_that_is_replaced_is_watched_on(editor, tmp_path, change):
    change(editor, tmp_path)
    for bounces in (7, 8):
        (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": bounces}))
        until(lambda bounces=bounces: editor.data()["bounces"] == bounces, "the edit")
    until(lambda: editor.health() == editor.health() | {"status": "ok", "fixtureErrors": []}, "a sound health")


def test_a_link_that_leads_elsewhere_is_followed(editor, tmp_path):
    """Nothing in the folders themselves changes."""
    editor.folder.rename(tmp_path / "version 1")
    editor.folder.symlink_to("version 1")
    shutil.copytree(tmp_path / "version 1", tmp_path / "version 2")
    (tmp_path / "version 2" / "other.json").write_text(campaign("other"))
    (tmp_path / "next").symlink_to("version 2")
    (tmp_path / "next").replace(editor.folder)
    until(lambda: editor.status("other") == 200, "what the link leads to now")


def test_a_folder_that_comes_back_with_nothing_in_it_is_sound(editor):
    shutil.rmtree(editor.folder)
    until(lambda: editor.health()["status"] == "degraded", "a degraded health")
    editor.folder.mkdir()
    until(lambda: editor.health()["status"] == "ok", "a sound health")
    assert editor.status() == 404


def test_a_folder_that_is_replaced_again_and_again_is_watched_on(editor):
    for bounces in range(20):
        shutil.rmtree(editor.folder)
        editor.folder.mkdir()
        (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": bounces}))
        time.sleep(bounces / 200)  # so that it meets the watch in each of its states
    until(lambda: editor.data()["bounces"] == 19, "the last of them")
    (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 3}))
    until(lambda: editor.data()["bounces"] == 3, "an edit in it")
    until(lambda: editor.health()["status"] == "ok", "a sound health")


def test_a_campaigns_folder_that_is_a_link_is_followed(editor, tmp_path):
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "other.json").write_text(campaign(f"other-{version}"))
    (editor.folder / "campaigns").symlink_to(tmp_path / "1")
    until(lambda: editor.status("other-1") == 200, "what the link leads to")
    (tmp_path / "next").symlink_to(tmp_path / "2")
    (tmp_path / "next").replace(editor.folder / "campaigns")
    until(lambda: editor.status("other-2") == 200, "what it leads to now")
    (tmp_path / "2" / "other.json").write_text(campaign("other-3"))
    until(lambda: editor.status("other-3") == 200, "an edit there")


@pytest.mark.parametrize("name", ["node_modules", ".venv", "own~"])
def test_a_folder_of_any_name_is_watched(tmp_path, name):
    """Even one that watchfiles passes over by itself."""
    folder = tmp_path / name
    folder.mkdir()
    with MockServer(fixtures=folder) as mock, httpx.Client(base_url=mock.base_url, headers=mock.headers) as client:
        (folder / "mine.json").write_text(campaign("1"))
        until(lambda: client.get("/v1/campaigns/1/stats").status_code == 200, "the file")
        (folder / "mine.json").write_text(campaign("2"))
        until(lambda: client.get("/v1/campaigns/2/stats").status_code == 200, "the edit")


def test_leave_to_read_a_file_counts_as_a_change(tmp_path):
    """What could not be read for want of it can be now; nothing else about the file is new."""
    looks = []
    (tmp_path / "x.json").write_text("{}")
    (tmp_path / "x.json").chmod(0)
    watcher = Watcher([tmp_path], lambda: looks.append(1))

    def look():
        (tmp_path / "x.json").chmod(0o600)
        watcher._look()
        return looks

    until(look, "the change")  # again, since the clock of a file system may tick slowly


def test_a_file_that_is_no_fixture_changes_nothing(editor):
    (editor.folder / "notes.txt").write_text("hello")
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the fixture")
    assert editor.log().count("fixtures reloaded") == 1


def test_an_edit_between_reading_and_watching_is_not_missed(tmp_path):
    (tmp_path / "mine.json").write_text(campaign())
    mock = MockServer(fixtures=tmp_path)
    (tmp_path / "mine.json").write_text(campaign("other"))
    with mock, httpx.Client(base_url=mock.base_url, headers=mock.headers) as client:
        until(lambda: client.get("/v1/campaigns/other/stats").status_code == 200, "the edit")


def test_without_reload_nothing_is_watched(tmp_path):
    (tmp_path / "mine.json").write_text(campaign())
    with MockServer(fixtures=tmp_path, reload=False) as mock:
        (tmp_path / "mine.json").write_text("{")
        assert httpx.get(f"{mock.base_url}/v1/campaigns/mine/stats", headers=mock.headers).status_code == 200
        assert mock.app.reload_fixtures()
        assert httpx.get(f"{mock.base_url}/__mock__/health").json()["status"] == "degraded"


def test_a_mock_without_folders_starts_and_stops():
    with MockServer(builtin=False, api_key=["mgma_sk_test_only"]) as mock:
        response = httpx.get(f"{mock.base_url}/v1/campaigns/x/stats", headers=mock.headers)
        assert response.status_code == 404


def test_a_watcher_that_was_not_started_can_be_stopped(tmp_path):
    asyncio.run(Watcher([tmp_path], lambda: None).stop())


def test_a_file_that_vanishes_while_it_is_looked_at_is_passed_over(tmp_path):
    """A dangling link is seen by the folder's listing, and has no state of its own."""
    looks = []
    (tmp_path / "x.json").symlink_to("nowhere")
    watcher = Watcher([tmp_path], lambda: looks.append(1))
    watcher._look()
    assert not looks
    (tmp_path / "nowhere").write_text("{}")
    watcher._look()
    assert looks == [1]


def test_what_was_read_is_put_in_place_on_the_event_loop(editor, monkeypatch):
    """Reading takes its time and a thread; what requests look at is changed between two of them."""
    threads = []
    put = editor.mock.app.accounts.set_built_in

    def set_built_in(*fixtures):
        threads.append(get_ident())
        put(*fixtures)

    monkeypatch.setattr(editor.mock.app.accounts, "set_built_in", set_built_in)
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the added file")
    editor.mock.app.reload_fixtures()
    assert threads == [editor.mock.app.on_loop(get_ident)] * 2


def test_an_edit_that_cannot_be_taken_is_logged_and_the_next_one_is_served(editor, monkeypatch, caplog):
    """Whatever went wrong in the mock itself, an error of watchfiles it is not."""
    with monkeypatch.context() as broken:
        broken.setattr(editor.mock.app.accounts, "set_built_in", Mock(side_effect=RuntimeError("a fault of the mock")))
        (editor.folder / "other.json").write_text(campaign("other"))
        until(lambda: "could not be reloaded" in caplog.text, "a line in the log")
    (editor.folder / "third.json").write_text(campaign("third"))
    until(lambda: editor.status("third") == 200, "the next edit")
    assert editor.status("other") == 200


def test_where_nothing_can_be_watched_edits_are_served_later_and_it_says_so(monkeypatch, caplog, tmp_path):
    """A machine has a limit on watches, which other programs may have used up."""
    tries = []

    async def awatch(*_folders, **_options):
        tries.append(1)
        raise OSError(28, "No space left on device")
        yield

    monkeypatch.setattr("watchfiles.awatch", awatch)
    with MockServer(fixtures=tmp_path) as mock:
        (tmp_path / "mine.json").write_text(campaign())
        path = mock.stats_url("mine")
        until(lambda: httpx.get(path, headers=mock.headers).status_code == 200, "the new file")
        until(lambda: len(tries) > 2, "another try")
    assert [record.getMessage() for record in caplog.records if record.name == "migma_mock"] == [
        "fixtures cannot be watched, and are looked at each 1 s: [Errno 28] No space left on device"
    ]
