"""Examples work: those in docstrings, and the clients in examples/ with their tests."""

import doctest
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from migma_mock import pytest_plugin

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["account_handle", "clock_handle", "httpx_transport"])
def test_docstrings(name):
    result = doctest.testmod(importlib.import_module(f"migma_mock.testing.{name}"), raise_on_error=True)
    assert result.attempted > 0


def test_the_page_names_every_ini_option_and_no_other():
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    options = {"migma_mock_strict", "migma_mock_expect_used", *(f"migma_mock_{name}" for name in pytest_plugin._INI)}
    assert set(re.findall(r"`(migma_mock_\w+)`", page)) - {"migma_mock_server"} == options


def test_the_client_in_python(plugin_arguments):
    # Without the configuration of this project.
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *plugin_arguments,
        "-c",
        os.devnull,
        "--rootdir",
        ".",
        "-W",
        "error",
    ]
    folder = ROOT / "examples" / "python"
    ended = subprocess.run([*command, "."], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stdout
