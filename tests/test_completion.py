"""Shell completion of both commands: the scripts are printed, and they complete commands, options and choices."""

import re
import sys

import pytest

from migma_contract.rules import RULES
from migma_contract_tests.cli.main import main as contract_main
from migma_contract_tests.reports import FORMATS
from migma_mock.cli.main import main as mock_main

TOOLS = {"migma-mock": mock_main, "migma-contract": contract_main}


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs a command in this process and returns its standard output."""

    def run_command(tool, *arguments, **environment):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", [tool, *arguments])
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ending:
                TOOLS[tool]()
        assert not ending.value.code
        return capsys.readouterr().out

    return run_command


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_script_is_printed_for_each_shell(run, tool, shell):
    """The shell is an argument, since the test cannot know which one runs it."""
    script = run(tool, "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert f"_{tool.replace('-', '_').upper()}_COMPLETE=complete_{shell}" in script


@pytest.mark.parametrize(
    ("tool", "line", "offered"),
    [
        ("migma-mock", "do", ["doctor"]),
        ("migma-mock", "serve --unkn", ["--unknown-id"]),
        ("migma-mock", "serve --unknown-id ", ["not-found", "generate"]),
        ("migma-mock", "generate --profile e", ["edge"]),
        ("migma-mock", "serve --scenario outage", ["outage-503", "outage-522"]),
        ("migma-contract", "check --fail-on b", ["breaking"]),
        ("migma-contract", "check --format ", list(FORMATS)),
        ("migma-contract", "rules last", sorted(rule.id for rule in RULES if rule.id.startswith("last"))),
    ],
)
def test_commands_options_and_choices_are_completed(run, tool, line, offered):
    variables = {f"_{tool.replace('-', '_').upper()}_COMPLETE": "complete_bash", "COMP_WORDS": f"{tool} {line}"}
    assert run(tool, COMP_CWORD=str(line.count(" ") + 1), **variables).split() == offered


@pytest.mark.parametrize("tool", TOOLS)
def test_the_help_of_every_command_has_an_example(run, tool):
    listed = run(tool, "--help", COLUMNS="100")
    commands = re.findall(r"^  ([a-z]+)  ", listed.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) >= 2
    for name in commands:
        assert re.search(rf"Examples?:\s.*{tool} {name}", run(tool, name, "--help"), re.DOTALL), name
