"""A campaign put or deleted at run time hides its file until the file changes; the log, health and dashboard say so."""

import json

import pytest
from editing import NEWSLETTER, campaign, until

PUT = NEWSLETTER["stats"] | {"bounces": 1}


def put(editor, id_="mine"):
    body = {"id": id_, "stats": PUT}
    editor.client.put(f"/__mock__/accounts/built-in/campaigns/{id_}", json=body).raise_for_status()


def delete(editor):
    editor.client.delete("/__mock__/accounts/built-in/campaigns/mine").raise_for_status()


def reload(editor):
    assert editor.mock.mock.reload_fixtures() == []


@pytest.mark.parametrize("change", [put, delete])
def test_a_changed_file_is_served_again(editor, change):
    """The file was hidden until the mock was started again."""
    change(editor)
    reload(editor)
    assert (editor.data() or {}).get("bounces") in (1, None)
    (editor.folder / "mine.json").write_text(campaign(stats=NEWSLETTER["stats"] | {"bounces": 7}))
    until(lambda: (editor.data() or {}).get("bounces") == 7, "the changed file")
    notice = "Campaign mine was put or deleted at run time; its file changed since and is served: "
    notice += str(editor.folder / "mine.json")
    assert notice in editor.health()["notices"]
    until(lambda: notice in editor.log(), "a line in the log")


def test_another_file_changes_nothing_about_it(editor):
    put(editor)
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the other file")
    assert editor.data()["bounces"] == 1
    assert not any("run time" in notice for notice in editor.health()["notices"])


def test_a_file_that_only_gets_another_name_is_no_change(editor):
    put(editor)
    (editor.folder / "mine.json").rename(editor.folder / "renamed.json")
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the other file")
    assert editor.data()["bounces"] == 1


def test_a_new_file_wins_over_a_campaign_that_was_put_before_it(editor):
    put(editor, "new")
    (editor.folder / "new.json").write_text(campaign("new"))
    until(lambda: editor.data("new") == NEWSLETTER["stats"], "the new file")


def test_a_campaign_that_was_put_stays_when_its_file_is_removed(editor):
    put(editor)
    (editor.folder / "mine.json").unlink()
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the other file")
    assert editor.data()["bounces"] == 1


def test_memory_and_tables_forget_what_gave_way(editor):
    state, memory = editor.mock.mock.accounts.built_in.state, editor.mock.mock.accounts.memory
    reload(editor)
    before = memory.used
    put(editor)
    fixtures = dict(state._fixtures)
    editor.mock.mock.on_loop(lambda: state.replace_fixtures({}))
    assert editor.mock.mock.on_loop(lambda: state.replace_fixtures(fixtures)) == ["mine"]
    assert memory.used == before
    delete(editor)
    editor.mock.mock.on_loop(lambda: state.replace_fixtures({}))
    assert (memory.used, state._changes, state._sizes) == (before, {}, {})


def test_scripts_of_unchanged_files_stay_where_they_are_and_those_of_changed_ones_start_again(editor):
    """Each edit of any file set all scripts back."""
    path, down = editor.folder / "script.json", {"status": 503, "body": {"success": False, "error": "E"}}

    def write(title):
        steps = [{"reply": down}, {"stats": NEWSLETTER["stats"]}]
        content = {"id": "script", "title": title, "undocumented": True, "script": {"replies": steps}}
        path.write_text(json.dumps(content))

    write("one")
    until(lambda: editor.status("script") in (503, 200), "the script")
    assert editor.status("script") == 200
    (editor.folder / "other.json").write_text(campaign("other"))
    until(lambda: editor.status("other") == 200, "the other file")
    assert editor.status("script") == 200
    write("two")
    until(lambda: editor.status("script") == 503, "the script from its start")
