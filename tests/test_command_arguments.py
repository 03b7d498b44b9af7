"""Both commands take an option once, ignore no argument, and obey the variables for colours."""

import pytest
from typer.testing import CliRunner

from migma_contract_tests.cli.main import cli as contract_cli
from migma_mock.cli.main import cli as mock_cli

PROGRAMS = {"migma-mock": mock_cli, "migma-contract": contract_cli}


@pytest.fixture
def run(monkeypatch):
    """Runs one of the commands in this process."""
    monkeypatch.delenv("MIGMA_API_KEY", raising=False)
    return lambda program, *arguments: CliRunner().invoke(PROGRAMS[program], arguments, prog_name=program)


@pytest.mark.parametrize(
    ("program", "arguments", "option"),
    [
        ("migma-mock", ["serve", "--port", "1", "--port", "2"], "--port"),
        ("migma-mock", ["serve", "--port=1", "--port", "1"], "--port"),
        ("migma-mock", ["doctor", "--quiet", "--no-quiet"], "--quiet"),
        ("migma-mock", ["wait", "http://127.0.0.1:1", "--timeout", "1", "--timeout", "2"], "--timeout"),
        ("migma-mock", ["generate", "a", "--save", "x", "--seed", "1", "--save", "y"], "--save"),
        ("migma-contract", ["check", "--plan", "--rates", "percent", "--rates", "fraction"], "--rates"),
        ("migma-contract", ["check", "--plan", "-q", "--quiet"], "--quiet"),
    ],
)
def test_an_option_with_one_value_is_given_once(run, program, arguments, option):
    outcome = run(program, *arguments)
    assert outcome.exit_code == 2
    assert f"{option} is given 2 times; give it once." in outcome.stderr
    assert outcome.stdout == ""


def test_repeatable_options_may_be_repeated(run):
    outcome = run("migma-contract", "check", "--plan", "--campaign-id", "a", "--campaign-id", "b")
    assert outcome.exit_code == 0
    assert run("migma-mock", "keys", "--api-key", "the_first_key", "--api-key", "the_second_key").exit_code == 0


@pytest.mark.parametrize(
    ("program", "arguments", "reason"),
    [
        ("migma-mock", ["generate", "some-id", "--count", "3"], "--count: expected either ids or a count, got both"),
        ("migma-mock", ["contract", "--refresh"], "--refresh: expected the URL of a contract with it, got"),
        ("migma-contract", ["check", "--plan", "--refresh"], "--refresh: expected the URL of a contract with it, got"),
        ("migma-contract", ["rules", "one", "more"], "unexpected extra argument"),
        ("migma-mock", ["keys", "more"], "unexpected extra argument"),
    ],
)
def test_an_argument_that_would_be_ignored_is_an_error(run, program, arguments, reason):
    outcome = run(program, *arguments)
    assert outcome.exit_code != 0
    assert reason in f"{outcome.stderr}{outcome.exception}"


@pytest.mark.parametrize("program", PROGRAMS)
def test_version_prints_the_version_and_does_nothing_else(run, program):
    outcome = run(program, "--version", "check" if program == "migma-contract" else "serve")
    assert (outcome.exit_code, outcome.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize(("variables", "is_colored"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_lists_have_colours_where_they_are_wanted(command, monkeypatch, variables, is_colored):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for arguments in (["keys"], ["fixtures"], ["doctor", "--port", "0"]):
        assert ("\x1b[" in command(*arguments).out) is is_colored


def test_help_shows_the_defaults(run):
    shown = " ".join(run("migma-mock", "serve", "--help").stdout.split())
    assert "[default 4010, MIGMA_MOCK_PORT]" in shown
    assert "[on by default, MIGMA_MOCK_BUILTIN]" in shown
    assert "[off by default, MIGMA_MOCK_GZIP]" in shown
