"""init, import and schema make fixtures that the mock serves."""

import io
import json
import sys

import jsonschema_rs
import pytest
from sample_campaign import STATS

from migma_contract.resources import openapi_path

OK = {"success": True, "data": STATS}


class Typed(io.TextIOWrapper):
    """Standard input with a text in it."""

    def __init__(self, text):
        super().__init__(io.BytesIO(text.encode()), "utf-8")


@pytest.fixture
def typed(command, tmp_path, monkeypatch):
    """Runs a command in an empty folder, with a text on its standard input."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, text=""):
        monkeypatch.setattr(sys, "stdin", Typed(text))
        return command(*arguments)

    return run


def test_init_makes_a_folder_that_is_served_at_once(typed, tmp_path):
    done = typed("init", "mine")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "Now run: migma-mock --fixtures mine"
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        "fixture.schema.json",
        "keys.json",
        "my-first-campaign.json",
    ]
    listed = typed("fixtures", "--fixtures", "mine", "--no-builtin")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.split() == ["my-first-campaign", "200", "My", "first", "campaign"]
    validator = jsonschema_rs.validator_for(json.loads((tmp_path / "mine/fixture.schema.json").read_bytes()))
    validator.validate(json.loads((tmp_path / "mine/my-first-campaign.json").read_bytes()))


def test_init_never_changes_a_file_and_makes_another_key_each_time(typed, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "my-first-campaign.json").write_text("mine")
    assert "my-first-campaign.json  exists already and stays as it is" in typed("init", "one").out
    before = (tmp_path / "one" / "keys.json").read_bytes()
    typed("init", "one")
    typed("init", "two")
    assert (tmp_path / "one" / "my-first-campaign.json").read_text() == "mine"
    assert (tmp_path / "one" / "keys.json").read_bytes() == before != (tmp_path / "two" / "keys.json").read_bytes()


def test_init_does_not_print_the_key(typed, tmp_path):
    done = typed("init", "mine")
    (key,) = json.loads((tmp_path / "mine/keys.json").read_bytes())["keys"]
    assert key["key"].startswith("mgma_sk_test_")
    assert key["key"] not in done.out + done.err


@pytest.mark.attack("links")
def test_init_writes_through_no_link(typed, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "keys.json").symlink_to(tmp_path / "victim")
    typed("init", "mine")
    assert not (tmp_path / "victim").exists()


def test_init_into_a_file_is_one_clear_line(typed, tmp_path):
    (tmp_path / "mine").write_text("")
    done = typed("init", "mine")
    assert (done.code, done.out) == (2, "")
    assert "mine/my-first-campaign.json: expected a writable folder" in done.err


@pytest.mark.parametrize("id_", ["spring-sale", "a/b c", "keys"])
def test_an_imported_response_is_served_as_it_was_received(typed, tmp_path, id_):
    typed("init", "mine")
    done = typed("import", "--id", id_, "--save", "mine", text=json.dumps(OK))
    assert (done.code, done.err) == (0, "")
    listed = typed("fixtures", "--fixtures", "mine", "--no-builtin")
    assert any(line.startswith(id_) for line in listed.out.splitlines())
    assert json.loads((tmp_path / done.out.strip()).read_bytes())["stats"] == STATS


def test_an_import_without_a_folder_prints_the_file(typed, tmp_path):
    (tmp_path / "imported.json").write_text(json.dumps(OK))
    printed = [typed("import", "imported.json"), typed("import", text=json.dumps(OK))]
    assert printed[0].out == printed[1].out
    assert json.loads(printed[0].out) == {
        "id": "imported",
        "description": "Imported from a response of the API.",
        "stats": STATS,
    }


def test_the_name_of_an_imported_file_is_the_id(typed, tmp_path):
    """Every import without --id was called imported, so a second one found a file in its place."""
    for name in ("spring.json", "summer%20sale.json"):
        (tmp_path / name).write_text(json.dumps(OK))
        assert typed("import", name, "--save", "mine").out == f"mine/{name}\n"
    assert json.loads((tmp_path / "mine/summer%20sale.json").read_bytes())["id"] == "summer sale"


def test_a_file_in_the_place_of_an_import_is_kept_and_another_id_is_proposed(typed):
    typed("import", "--save", "mine", text=json.dumps(OK))
    done = typed("import", "--save", "mine", text=json.dumps({"success": True, "data": STATS | {"botOpens": 21}}))
    assert done.code == 2
    assert "the file exists with other content; delete it, or give another --id" in done.err


def test_data_without_its_envelope_is_imported(typed):
    """The vendor's SDK returns it so."""
    assert json.loads(typed("import", text=json.dumps(STATS)).out)["stats"] == STATS
    wrong = typed("import", text=json.dumps(STATS | {"totalSent": "x"}))
    assert (wrong.code, "standard input at /totalSent: " in wrong.err) == (2, True)


@pytest.mark.parametrize("head", ["HTTP/2 200 \r\n", "content-type: application/json\n", "< HTTP/1.1 200 OK\n"])
def test_a_response_with_its_head_is_refused_with_what_to_leave_out(typed, head):
    done = typed("import", text=f"{head}\n{json.dumps(OK)}")
    assert "the response cannot be imported: standard input: expected only the body" in done.err
    assert "without the status line and headers" in done.err


def test_numbers_that_contradict_each_other_are_imported_and_said(typed):
    done = typed("import", text=json.dumps({"success": True, "data": STATS | {"openRate": 40}}))
    assert done.code == 0
    assert json.loads(done.out)["incoherent"] is True
    assert done.err.startswith('note: the file says "incoherent": true, since standard input at /data/openRate')


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", (), "standard input: "),
        ("<html>", (), "standard input: not valid JSON at line 1, column 1"),
        ('{"a": 1}', (), "expected the body of a response"),
        ('{"success": true, "data": {"totalSent": "x"}}', (), "standard input at /data/totalSent"),
        ('{"success": false, "error": "E", "code": "TEAPOT"}', (), "Say its status: --status N."),
        (json.dumps(OK), ("--id", ".."), "an id that a URL can carry"),
        (json.dumps(OK), ("--status", "99"), "--status"),
        (json.dumps(OK), ("--save", "/dev/null/x"), "expected a writable folder"),
        ("", ("missing.json",), "missing.json: expected a readable file"),
        ("x" * 300_000, (), "at most 262144 bytes"),
    ],
)
def test_what_is_no_response_is_refused_with_the_reason(typed, text, arguments, said):
    done = typed("import", *arguments, text=text)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_an_error_is_imported_with_its_status(typed):
    text = '{"success": false, "error": "E", "code": "TEAPOT"}'
    document = json.loads(typed("import", "--status", "418", text=text).out)
    assert (document["reply"]["status"], document["undocumented"]) == (418, True)


def test_the_schema_is_that_of_the_documentation(typed):
    from tools.reference.fixture_format import fixture_schema

    assert typed("schema").out == fixture_schema()


def test_the_contract_of_the_schema_may_be_an_argument(typed, tmp_path):
    """As of ``migma-mock contract``."""
    (tmp_path / "mine.json").write_bytes(openapi_path().read_bytes())
    assert typed("schema", "mine.json").out == typed("schema", "--contract", "mine.json").out != ""
    assert "one of SOURCE and --contract" in typed("schema", "mine.json", "--contract", "mine.json").err


def test_fixtures_names_what_may_be_a_mistake(typed, tmp_path):
    typed("init", "mine")
    (tmp_path / "mine" / "other.yaml").touch()
    typo = {"id": "typo", "stats": STATS | {"botOpen": 3}}
    (tmp_path / "mine" / "typo.json").write_text(json.dumps(typo))
    done = typed("fixtures", "--fixtures", "mine")
    assert "note: Nothing reads mine/other.yaml" in done.err
    assert "note: mine/typo.json at /stats/botOpen: the contract has no stat 'botOpen'; did you mean" in done.err
