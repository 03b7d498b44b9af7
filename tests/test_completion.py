"""Shell completion of both commands: the scripts are printed, and what they ask for is answered."""

import os
import re
import subprocess
import sys

import pytest

from migma_contract.rules import RULES
from migma_contract_tests.reports import FORMATS

MODULES = {"migma-mock": "migma_mock", "migma-contract": "migma_contract_tests"}


def run(tool, *arguments, **environment):
    command = [sys.executable, "-m", MODULES[tool], *arguments]
    ran = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert "Traceback" not in ran.stderr
    return ran


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("tool", MODULES)
def test_a_script_is_printed_for_each_shell(tool, shell):
    """The shell is named, since the one that runs the tests is whatever it is."""
    ran = run(tool, "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert ran.returncode == 0
    assert f"_{tool.replace('-', '_').upper()}_COMPLETE=complete_{shell}" in ran.stdout


def completions(tool, line):
    words = line.split(" ")
    variable = f"_{tool.replace('-', '_').upper()}_COMPLETE"
    ran = run(tool, **{variable: "complete_bash", "COMP_WORDS": f"{tool} {line}", "COMP_CWORD": str(len(words))})
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("tool", "line", "offered"),
    [
        ("migma-mock", "do", ["doctor"]),
        ("migma-mock", "serve --unkn", ["--unknown-id"]),
        ("migma-mock", "serve --unknown-id ", ["not-found", "generate"]),
        ("migma-mock", "generate --profile e", ["edge"]),
        ("migma-contract", "check --fail-on b", ["breaking"]),
        ("migma-contract", "check --format ", list(FORMATS)),
        ("migma-contract", "rules last", sorted(rule.id for rule in RULES if rule.id.startswith("last"))),
    ],
)
def test_commands_options_and_choices_are_completed(tool, line, offered):
    assert completions(tool, line) == offered


@pytest.mark.parametrize("tool", MODULES)
def test_the_help_of_every_command_has_an_example(tool):
    listed = run(tool, "--help", COLUMNS="100").stdout
    commands = re.findall(r"^  ([a-z]+)  ", listed.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) >= 2
    for name in commands:
        assert re.search(rf"Examples?:\s.*{tool} {name}", run(tool, name, "--help").stdout, re.DOTALL), name
