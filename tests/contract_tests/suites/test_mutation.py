"""The suite on the mock fails for a mock that is broken in any of many ways."""

import json
import os
import runpy
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("mutation")
UNBROKEN, *BROKEN = runpy.run_path(str(SCRIPT))["MUTANTS"]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are forks")


def exit_codes(names):
    """Run the suite on mutants, one after the other since they share the imports; no process remains."""
    command = [sys.executable, str(SCRIPT), *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            output, _ = process.communicate()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return json.loads(output.splitlines()[-1])


def expected_codes(names):
    """A failing test (1) for each, and not an error that ends the run before the tests (2 to 5)."""
    return {UNBROKEN: 0, **dict.fromkeys(names, 1)}


def test_a_sample_of_broken_mocks_fails_the_suite():
    sample = BROKEN[::6]
    assert exit_codes([UNBROKEN, *sample]) == expected_codes(sample)


@pytest.mark.long
@pytest.mark.parametrize("half", [BROKEN[::2], BROKEN[1::2]], ids=["first", "second"])
def test_every_broken_mock_fails_the_suite(half):
    assert exit_codes([UNBROKEN, *half]) == expected_codes(half)
