"""The npm package in clients/javascript: its tests and its example pass, and its types know all names."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from migma_contract.stats.campaign_stats import CampaignStats
from migma_contract.version import __version__
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.faults import FAULTS
from migma_mock.faults.base import FaultKind

PACKAGE = Path(__file__).parents[2] / "clients" / "javascript"


def test_the_client_and_its_example_pass_their_tests(tmp_path, tool):
    node = tool("node")
    command = tmp_path / "migma-mock"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m migma_mock "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    ended = subprocess.run(
        [node, "--test"],
        cwd=PACKAGE,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert int(re.search(r"pass (\d+)", ended.stdout)[1]) > 20


def test_the_version_is_that_of_the_mock():
    assert json.loads((PACKAGE / "package.json").read_text("utf-8"))["version"] == __version__


@pytest.fixture(scope="module")
def declared():
    """The declarations of the package's types by name: the text of each."""
    files = [path.read_text("utf-8") for path in sorted(PACKAGE.joinpath("types").iterdir())]
    text = re.sub(r"/\*\*.*?\*/", "", "".join(files), flags=re.DOTALL)
    parts = re.split(r"^export (?:interface|type|class|function) (\w+)", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def members(declaration):
    return set(re.findall(r"^  (?:readonly )?(\w+)\??:", declaration, re.MULTILINE))


def fields(model):
    return {field.alias or name for name, field in model.model_fields.items()}


def test_the_types_know_every_fault_and_its_parameters(declared):
    assert set(re.findall(r'"([\w-]+)"', declared["FaultKind"])) == set(get_args(FaultKind))
    known = members(declared["FailOptions"]) | members(declared["FaultOptions"])
    assert known == set().union(*(fields(fault) for fault in FAULTS.values())) - {"kind"}
    assert members(declared["FailOptions"]) == fields(FAULTS["status"]) - {"kind", "status"}


def test_the_types_know_every_stat_and_every_parameter_of_growth(declared):
    assert members(declared["Stats"]) == fields(CampaignStats)
    assert members(declared["Growth"]) == fields(GrowthFile)
