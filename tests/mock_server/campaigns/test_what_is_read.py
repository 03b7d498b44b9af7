"""Files of a folder are fixtures, are none, or are named since nothing reads them although they look like one."""

import os
from pathlib import Path

import pytest
from editing import campaign as campaign_text
from editing import until
from sample_campaign import CAMPAIGN, campaign

from migma_contract.errors import FixtureError
from migma_mock import MockServer
from migma_mock.api_keys import Key
from migma_mock.campaigns.campaign_schema import campaign_schema
from migma_mock.campaigns.fixture_watcher import FixtureWatcher
from migma_mock.campaigns.fixtures import load_fixtures

KEY = Key(key="mgma_sk_test_any")
HELLO = b"{ no JSON"


def load(contract, *folders):
    return load_fixtures(list(folders), contract, [KEY])


@pytest.mark.parametrize(
    "name",
    [
        "fixture.schema.json",
        "my.schema.json",
        ".hidden.json",
        "._mine.json",
        ".#mine.json",
        "~$mine.json",
        "#mine.json",
        "campaigns/fixture.schema.json",
        "campaigns/._mine.json",
    ],
)
def test_schemas_hidden_files_and_locks_of_editors_are_no_campaigns(contract, fixture_folder, write_fixture, name):
    """Each stopped the mock, the first as the documentation asks for it."""
    write_fixture("mine.json", CAMPAIGN)
    write_fixture(name, HELLO)
    assert [*load(contract, fixture_folder).campaigns] == [CAMPAIGN["id"]]
    assert load(contract, fixture_folder).notices == ()


def test_a_json_schema_of_any_name_is_no_campaign(contract, fixture_folder, write_fixture):
    write_fixture("mine.json", CAMPAIGN | {"$schema": "https://json-schema.org/campaign.json"})
    write_fixture("editor.json", campaign_schema(contract).encode())
    assert [*load(contract, fixture_folder).campaigns] == [CAMPAIGN["id"]]


@pytest.mark.skipif(os.name == "nt", reason="locks of Emacs are links")
def test_a_lock_of_an_editor_changes_nothing_while_the_mock_runs(editor):
    (editor.folder / ".#mine.json").symlink_to("somebody@somewhere.1234")
    (editor.folder / "other.json").write_text(campaign_text("other"))
    until(lambda: editor.status("other") == 200, "the fixture")
    assert editor.health()["status"] == "ok"


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_the_mock_recovers_when_a_broken_link_goes(editor):
    """It had no times that changed, so that nothing looked again."""
    (editor.folder / "link.json").symlink_to("nowhere")
    until(lambda: editor.health()["status"] == "degraded", "health to be degraded")
    (editor.folder / "link.json").unlink()
    until(lambda: editor.health()["status"] == "ok", "health to be ok")


def test_the_watcher_sees_a_broken_link_come_and_go(tmp_path):
    calls = []
    watcher = FixtureWatcher([tmp_path], lambda: calls.append(1))
    (tmp_path / "x.json").symlink_to("nowhere")
    watcher._check()
    (tmp_path / "x.json").unlink()
    watcher._check()
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("names", "notice"),
    [
        (
            ["x.JSON", "y.yaml", "z.yml", "campaigns/w.json5"],
            "Nothing reads {0}/campaigns/w.json5, {0}/x.JSON, {0}/y.yaml",
        ),
        (["other/x.json"], "Nothing reads {0}/other/x.json: fixtures are read in {0} and in {0}/campaigns."),
        (["campaigns/deep/x.json"], "Nothing reads {0}/campaigns/deep/x.json: "),
        ([f"other/{n}.json" for n in range(7)], "other/4.json and 2 more: "),
    ],
)
def test_files_that_nothing_reads_are_named(contract, fixture_folder, write_fixture, names, notice):
    """They were ignored in silence."""
    write_fixture("mine.json", CAMPAIGN)
    for name in names:
        (fixture_folder / name).parent.mkdir(exist_ok=True, parents=True)
        (fixture_folder / name).write_bytes(HELLO)
    (found,) = load(contract, fixture_folder).notices
    assert notice.format(fixture_folder) in found


def test_an_empty_folder_is_named(contract, fixture_folder):
    (found,) = load(contract, fixture_folder).notices
    assert found == (
        f"{fixture_folder} has no fixture files: campaigns are *.json files in it or in {fixture_folder / 'campaigns'}."
    )


def test_the_search_for_such_files_ends_in_a_large_tree(contract, fixture_folder, write_fixture, monkeypatch):
    write_fixture("mine.json", CAMPAIGN)
    looked = []
    walk = os.walk
    monkeypatch.setattr(os, "walk", lambda top: (looked.append(1) or entry for entry in walk(top)))
    monkeypatch.setattr("migma_mock.campaigns.fixture_folder._MOST_LOOKED_AT", 20)
    for number in range(50):
        (fixture_folder / f"a{number}" / "b" / "c" / "d").mkdir(parents=True)
    load(contract, fixture_folder)
    assert len(looked) == 1


@pytest.mark.parametrize("where", ["", "campaigns"])
def test_an_unreadable_folder_is_refused(contract, fixture_folder, write_fixture, monkeypatch, where):
    """Its files were ignored in silence. The superuser may read any folder, so the refusal is made here."""
    write_fixture("mine.json", CAMPAIGN)
    write_fixture("campaigns/other.json", campaign(id="other"))
    scan = os.scandir

    def scandir(path):
        if Path(path) == fixture_folder / where:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(FixtureError) as refused:
        load(contract, fixture_folder)
    assert f"{fixture_folder / where}: expected a readable folder, got Permission denied" in str(refused.value)


def test_a_later_folder_replaces_campaigns_of_an_earlier_one(contract, tmp_path):
    """There was one folder only."""
    folders = [tmp_path / name for name in ("base", "mine", "base")]
    for folder, title in zip(folders[:2], ("Base", "Mine"), strict=True):
        folder.mkdir()
        (folder / "one.json").write_text(campaign_text("one", title=title))
        (folder / f"{title}.json").write_text(campaign_text(title))
    found = load(contract, *folders).campaigns
    assert sorted(found) == ["Base", "Mine", "one"]
    assert found["one"].title == "Mine"


def test_folders_are_given_as_flags_a_variable_or_keywords(run_mock, tmp_path, monkeypatch):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "campaign.json").write_text(campaign_text(name))
    folders = [tmp_path / "first", tmp_path / "second"]
    flags = (each for folder in folders for each in ("--fixtures", folder))
    outcome = run_mock("fixtures", "--no-builtin", "--api-key", "mgma_sk_test_any", *flags)
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["first", "second"]
    monkeypatch.setenv("MIGMA_MOCK_FIXTURES", os.pathsep.join(map(str, folders)))
    assert MockServer().settings.fixtures == folders
    assert MockServer(fixtures=folders[:1]).settings.fixtures == MockServer(fixtures=folders[0]).settings.fixtures
