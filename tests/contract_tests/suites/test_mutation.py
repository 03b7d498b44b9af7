"""A mock whose replies are broken, in any of many ways, does not pass its suite."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutation")
ROOT = SCRIPT.parents[3]
PROCESSES = 2

MUTANTS = runpy.run_path(str(SCRIPT))["MUTANTS"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are forks")
def test_each_broken_mock_fails_its_suite_and_a_whole_one_passes_in_the_same_way():
    """By a failing test (1), not by an error that ends the run before the tests (2 to 5).

    One test for all of them, since they share what takes the time: the imports.
    """
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
    exit_codes = {name: code for output in outputs for name, code in json.loads(output.splitlines()[-1]).items()}
    assert exit_codes == dict.fromkeys(MUTANTS, 1) | {"nothing": 0}
