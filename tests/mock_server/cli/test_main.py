"""The arguments of ``migma-mock``: what it refuses, its help, its version, and the list of campaigns."""

import json
import re

import pytest

from migma_contract.resources import fixtures_path
from migma_mock import __version__

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "no such host", "--port=0"],
        ["--host", "203.0.113.1", "--port=0"],
        ["--host", "x" * 300, "--port=0"],
        ["--port", "x"],
        ["--no-such-flag"],
        ["--prot", "1"],
        ["serve", "extra"],
        ["nonsense"],
        ["wait"],
        ["wait", "http://127.0.0.1", "--timeout", "-1"],
        ["wait", "http://127.0.0.1", "--timeout", "nan"],
        ["wait", "http://127.0.0.1", "--timeout", "soon"],
        ["generate", "--count", "0"],
        ["generate", "--count", "x"],
        ["generate", "--seed", "x"],
        ["generate", "--profile", "surreal"],
        ["generate", "..", "--save", "there"],
        ["generate", "some-id", "--count", "2"],
        ["generate", "--save", "/dev/null/there"],
        ["generate", "--contract", "missing.json"],
        ["fixtures", "--fixtures", "missing"],
        ["fixtures", "--port", "1"],
    ],
)
def test_an_invalid_argument_ends_with_2_and_a_reason(command, monkeypatch, tmp_path, arguments):
    monkeypatch.chdir(tmp_path)
    outcome = command(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Traceback" not in outcome.err
    assert len(outcome.err.strip()) > 20


@pytest.mark.attack("links")
def test_files_of_generated_campaigns_stay_in_their_folder(command, monkeypatch, tmp_path):
    """Whatever their ids are: none leads elsewhere, and none takes the place of the file of keys."""
    monkeypatch.chdir(tmp_path)
    assert command("generate", "../evil", "keys", "/etc/evil", "--save", "there").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    assert len(list((tmp_path / "there").iterdir())) == 3
    assert not (tmp_path / "there" / "keys.json").exists()


def test_it_ends_a_process_in_the_same_way(run_mock):
    outcome = run_mock("generate", "--profile", "surreal")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--profile: expected 'realistic', 'edge' or 'schema'" in outcome.err


def test_help_describes_every_command_and_exit_code(command):
    outcome = command("--help")
    assert outcome.code == 0
    for name in ("serve", "wait", "fixtures", "keys", "generate", "doctor"):
        assert re.search(rf"^\s+{name}\b\s+\S", outcome.out, re.MULTILINE), f"{name} has no line of its own"
        own = command(name, "-h")
        assert own.code == 0
        assert own.out.startswith(f"Usage: migma-mock {name}")
    assert "Exit codes: 0 success; 1 a wait timed out; 2 invalid input or output" in outcome.out
    assert "MIGMA_MOCK_SEED" in command("generate", "--help").out


def test_version(command):
    assert command("--version") == (0, f"migma-mock {__version__}\n", "")
    assert __version__ == "0.1.0"


def test_fixtures_lists_every_campaign_and_its_kind_of_reply(command):
    outcome = command("fixtures")
    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == len(list((fixtures_path() / "campaigns").iterdir()))
    assert all(re.fullmatch(r"[0-9a-f]{24}  (\d{3}  |grows|steps)  \S.*", line) for line in lines)
    assert "\x1b" not in outcome.out


@pytest.mark.attack("control-characters")
def test_a_title_that_the_terminal_cannot_show_is_escaped(run_mock, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(NEWSLETTER | {"title": "Fuchs 🦊"}))
    outcome = run_mock("fixtures", "--fixtures", tmp_path, PYTHONIOENCODING="latin-1")
    assert outcome.code == 0
    assert "Fuchs \\U0001f98a" in outcome.out


def test_no_summary_of_a_command_is_cut(command):
    assert "..." not in command("--help").out.partition("Commands:")[2]
