"""A mock whose replies are broken, in any of many ways, does not pass its suite."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutation")
ROOT = SCRIPT.parents[2]
PROCESSES = 2

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are forks"),
    pytest.mark.xdist_group("mutants"),
]
MUTANTS = runpy.run_path(str(SCRIPT))["MUTANTS"]


@pytest.fixture(scope="module")
def exit_codes():
    """Of the suite, by mutant."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MIGMA_")}
    command = [sys.executable, str(SCRIPT)]
    processes = [
        subprocess.Popen(
            [*command, str(number), str(PROCESSES)],
            env={**environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    outputs = [process.communicate(timeout=300)[0] for process in processes]
    return {name: code for output in outputs for name, code in json.loads(output.splitlines()[-1]).items()}


@pytest.mark.parametrize("mutant", [name for name in MUTANTS if name != "nothing"])
def test_broken_mock_fails_its_suite(exit_codes, mutant):
    """By a failing test (1), not by an error that ends the run before the tests (2 to 5)."""
    assert exit_codes[mutant] == 1


def test_whole_mock_passes_in_the_same_way(exit_codes):
    """So the exit codes above come from what was broken."""
    assert exit_codes["nothing"] == 0
