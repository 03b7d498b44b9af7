"""Standard output that takes nothing more ends a command with one line, and not as drift."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("migma_mock", "fixtures"),
        ("migma_mock", "generate"),
        ("migma_mock", "--quiet", "--port", "0"),
        ("migma_contract_tests", "rules"),
    ],
    ids=" ".join,
)
def test_a_full_output_is_one_clear_line_and_exit_2(arguments):
    with FULL.open("w") as full:
        command = [sys.executable, "-m", *arguments]
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert ended.returncode == 2
    assert re.fullmatch(r"[\w-]+: cannot write: No space left on device\n", ended.stderr)
