"""The marker and the ini options of the pytest plugin, in separate runs of pytest."""

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from migma_contract.resources import fixtures_path, openapi_path
from migma_mock import pytest_plugin
from migma_mock.settings import Settings

pytest_plugins = ["pytester"]

QUIET = "[pytest]\nfilterwarnings = error\n"


def test_markers_of_module_class_and_test_add_up_and_the_nearest_wins(run):
    run(
        """
pytestmark = pytest.mark.migma_mock(empty=True)

@pytest.mark.migma_mock(plan="1/min")
class TestMarked:
    def test_class(self, migma_mock):
        assert [ask(migma_mock, "x"), ask(migma_mock, "x")] == [404, 429]
        assert migma_mock.example_id == "CAMPAIGN_ID"

    @pytest.mark.migma_mock(plan="unlimited", empty=False)
    def test_nearest(self, migma_mock):
        assert [ask(migma_mock, migma_mock.example_id) for _ in range(2)] == [200, 200]
""",
        "--strict-markers",
    ).assert_outcomes(passed=2)


def test_an_ini_option_says_the_unit_of_the_rates(run):
    module = """
def test_it(migma_mock):
    assert migma_mock.campaign("x", totalDelivered=200, openRate=25)["uniqueOpens"] == 50
"""
    run(module, ini="[pytest]\nmigma_mock_rates = percent\n").assert_outcomes(passed=1)


def test_a_marker_may_say_when_the_account_starts(run):
    run("""
from datetime import UTC, datetime
START = datetime(2026, 3, 1, 9, tzinfo=UTC)

@pytest.mark.migma_mock(start=START)
def test_it(migma_mock):
    assert migma_mock.clock.now == START
""").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("plan='gratis'", "migma_mock(plan): *'gratis'"),
        ("start=3", "*got 3"),
        ("strict='no'", "migma_mock(strict): expected True, False or None, got 'no'"),
        ("expect_used='no'", "migma_mock(expect_used): expected True, False or None, got 'no'"),
    ],
)
def test_an_impossible_value_in_a_marker_is_one_clear_line(run, said, words):
    result = run(f"@pytest.mark.migma_mock({said})\ndef test_it(migma_mock): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"the marker {words}"])
    result.stdout.no_fnmatch_line("*During handling*")


@pytest.mark.parametrize(("said", "told"), [("stric=True", "stric; did you mean 'strict'?"), ("'free'", "'free'")])
def test_an_unknown_argument_of_the_marker_is_one_clear_line(run, said, told):
    result = run(f"@pytest.mark.migma_mock({said})\ndef test_it(migma_mock): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"the marker is migma_mock(empty=False, *expect_used=None); it does not take {told}"])


OPTIONS = """
def test_options(migma_mock, migma_mock_server):
    settings = migma_mock_server.settings
    assert (settings.seed, settings.profile, settings.unknown_id) == (7, "edge", "generate")
    assert (settings.builtin, settings.metadata) == (False, True)
    assert [c.id for c in migma_mock._backend.account.state.campaigns.values()] == ["66b2f0a1c4e5d60012a40101"]
    assert migma_mock_server.mock.contract.version == "9.9.9"
    assert ask(migma_mock, "any-id-at-all") == 200
"""
VALUES = {
    "fixtures": "own",
    "contract": "newer.json",
    "builtin": False,
    "seed": 7,
    "unknown_id": "generate",
    "profile": "edge",
    "metadata": True,
}


@pytest.fixture
def files(pytester):
    """A folder of fixtures and a contract, beside the tests."""
    folder = pytester.mkdir("own")
    shutil.copy(fixtures_path() / "campaigns" / "newsletter.json", folder)
    shutil.copy(fixtures_path() / "keys.json", folder)
    document = json.loads(openapi_path().read_bytes())
    document["info"]["version"] = "9.9.9"
    (pytester.path / "newer.json").write_text(json.dumps(document), encoding="utf-8")


def test_ini_options_become_settings(run, files):
    lines = "\n".join(f"migma_mock_{name} = {str(value).lower()}" for name, value in VALUES.items())
    run(OPTIONS, ini=f"{QUIET}{lines}\n").assert_outcomes(passed=1)


def test_so_do_values_of_toml_with_their_types(run, files):
    lines = "\n".join(f"migma_mock_{name} = {json.dumps(value)}" for name, value in VALUES.items())
    run(OPTIONS, toml=f"[tool.pytest]\n{lines}\n").assert_outcomes(passed=1)


def is_refused(result, words):
    """True if a session ended with one clear line before any test."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {words}"])
    for output in (result.stdout, result.stderr):
        output.no_fnmatch_line("*Traceback*")
        output.no_fnmatch_line("*passed*")
    return True


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("migma_mock_strict = maybe", "the ini option migma_mock_strict: expected true or false, got 'maybe'"),
        ("migma_mock_metadata = maybe", "the ini option migma_mock_metadata: *'maybe'"),
        ("migma_mock_seed = seven", "the ini option migma_mock_seed: expected a whole number, got 'seven'"),
    ],
)
def test_an_ini_option_of_another_type_is_a_usage_error_even_if_no_test_uses_the_mock(run, line, words):
    assert is_refused(run("def test_it(): pass", ini=f"[pytest]\n{line}\n"), words)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("migma_mock_unknown_id = maybe", "*migma_mock_unknown_id: expected 'not-found' or 'generate', got 'maybe'"),
        ("migma_mock_profile = edgy", "*migma_mock_profile: expected 'realistic', 'edge' or 'schema', got 'edgy'"),
        ("migma_mock_rates = half", "*migma_mock_rates: expected 'fraction' or 'percent', got 'half'"),
        (
            "migma_mock_fixtures = nowhere",
            "migma_mock: *nowhere: expected a folder of fixture files, got no such folder",
        ),
        ("migma_mock_contract = nowhere.json", "migma_mock: *nowhere.json*"),
        pytest.param(
            "migma_mock_contract = /dev/zero",
            "migma_mock: *zero: expected a readable OpenAPI document, got a device",
            marks=pytest.mark.skipif(os.name == "nt", reason="a device of POSIX"),
        ),
        ("migma_mock_contract = test_it.py", "migma_mock: *test_it.py*"),
        (
            "migma_mock_builtin = false",
            "migma_mock: *no API key; add migma_mock_fixtures DIR with *, or MIGMA_MOCK_API_KEY KEY",
        ),
    ],
)
def test_an_impossible_ini_option_is_a_usage_error_before_any_test(run, line, words):
    module = "def test_other(): pass\ndef test_it(migma_mock): pass"
    assert is_refused(run(module, ini=f"[pytest]\n{line}\n"), words)


def test_in_a_worker_of_xdist_it_is_one_clear_line_for_each_test_that_uses_the_mock(run, pytester):
    ini, xdist = "[pytest]\nmigma_mock_fixtures = nowhere\n", ("-p", "xdist.plugin", "-n1")
    module = "def test_other(): pass\ndef test_it(migma_mock): pass"
    result = run(module, *xdist, ini=ini, method=pytester.runpytest_subprocess)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["migma_mock: *nowhere: expected a folder of fixture files, got no such folder"])


def test_an_ini_option_of_another_type_in_toml_is_a_usage_error(run):
    toml = '[tool.pytest]\nmigma_mock_strict = "maybe"\n'
    assert is_refused(run("def test_it(): pass", toml=toml), "the ini option migma_mock_strict: *")


def test_an_impossible_variable_is_one_clear_line_for_each_test_that_uses_the_mock(run, monkeypatch):
    """Variables belong to the shell, which may run tests that have nothing to do with the mock."""
    monkeypatch.setenv("MIGMA_MOCK_FIXTURES", "nowhere")
    result = run("def test_it(migma_mock): pass\ndef test_other(): pass")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines(["migma_mock: *nowhere*"])
    result.stdout.no_fnmatch_line("*During handling*")


def test_the_ini_options_are_settings_of_the_same_name_and_type():
    kinds = {int: "int", bool: "bool"}
    assert {name: kind for name, (kind, _) in pytest_plugin._INI.items()} == {
        name: kinds.get(Settings.model_fields[name].annotation, "string") for name in pytest_plugin._INI
    }


def test_a_contract_of_a_url_is_not_below_the_rootdir_and_there_may_be_several_folders():
    folders = os.pathsep.join(["mine", "more"])
    given = {"migma_mock_contract": "https://docs.example/openapi.yaml", "migma_mock_fixtures": folders}
    config = SimpleNamespace(rootpath=Path("/project"), getini=given.get)
    assert pytest_plugin._options(config) == {
        "contract": "https://docs.example/openapi.yaml",
        "fixtures": [Path("/project/mine"), Path("/project/more")],
    }
