"""The Makefile: what it does before a first run is visible, since it takes a minute."""

import subprocess


def test_each_step_of_the_set_up_says_what_it_does(tool):
    """Pip shows its progress, and a line says before it what is installed."""
    shown = subprocess.run([tool("make"), "-n", "-B", "test"], capture_output=True, check=True, text=True).stdout
    lines = shown.splitlines()
    installs = [index for index, line in enumerate(lines) if " install --require-hashes " in line]
    assert len(installs) == 2
    for index in installs:
        assert "--quiet" not in lines[index]
        assert lines[index - 1].startswith("echo 'Installing the packages of requirements")
    assert "echo 'Setting up .venv, which takes about a minute the first time ...'" in lines
