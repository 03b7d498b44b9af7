"""The npm package in clients/javascript: its tests and its example pass, and its types know all names."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import httpx
import pytest

from migma_contract.stats.campaign_stats import CampaignStats
from migma_contract.version import __version__
from migma_mock import MigmaMock, Mock, MockTransport
from migma_mock.accounts.verification import RequestExpectation
from migma_mock.campaigns.growth import GrowthFile
from migma_mock.faults import FAULTS
from migma_mock.faults.base import FaultKind
from migma_mock.scenarios import load_scenarios

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
    paths = [PACKAGE / "index.d.ts", *sorted(PACKAGE.joinpath("types").iterdir())]
    files = [path.read_text("utf-8") for path in paths]
    text = re.sub(r"/\*\*.*?\*/", "", "".join(files), flags=re.DOTALL)
    parts = re.split(r"^export (?:interface|type|class|function) (\w+)", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def names():
    """The lists of names that the package checks options with."""
    text = PACKAGE.joinpath("src", "names.js").read_text("utf-8")
    lists = dict(re.findall(r"export const (\w+) = \[(.*)\];", text))
    listed = {name: set(re.findall(r'"(\w+)"', items)) for name, items in lists.items()}
    return listed | {name: listed[name] | listed["PATTERN"] for name, items in lists.items() if "...PATTERN" in items}


def members(declaration):
    return set(re.findall(r"^  (?:readonly )?(\w+)\??:", declaration, re.MULTILINE))


def fields(model):
    return {field.alias or name for name, field in model.model_fields.items()}


def test_the_types_know_every_fault_and_its_parameters(declared):
    assert set(re.findall(r'"([\w-]+)"', declared["FaultKind"])) == set(get_args(FaultKind))
    known = members(declared["FailOptions"]) | members(declared["FaultOptions"])
    assert known == set().union(*(fields(fault) for fault in FAULTS.values())) - {"kind", "scenario"}
    assert members(declared["FailOptions"]) == fields(FAULTS["status"]) - {"kind", "status", "scenario"}


def test_the_types_know_every_scenario(declared):
    assert set(re.findall(r'"([\w-]+)"', declared["ScenarioName"])) == set(load_scenarios())


def test_the_types_know_every_stat_and_every_parameter_of_growth(declared):
    assert members(declared["Stats"]) == fields(CampaignStats)
    assert members(declared["Growth"]) == fields(GrowthFile)


def test_the_types_know_every_part_of_an_expectation_and_of_a_recorded_request(declared):
    expected = members(declared["RequestPattern"]) | members(declared["Expectation"])
    assert expected - {"timeout"} == fields(RequestExpectation) - {"campaign", "order"}
    mock = MigmaMock(Mock(reload=False))
    with httpx.Client(transport=MockTransport(mock)) as client:
        client.get(mock.stats_url("a"))
    assert members(declared["RecordedRequest"]) == set(mock.unknown_key_requests[0].as_dict())


def test_the_names_that_are_checked_are_those_of_the_types(declared, names):
    pattern = members(declared["RequestPattern"])
    assert names == {
        "START_OPTIONS": members(declared["StartOptions"]),
        "CONNECT_OPTIONS": {"token"},
        "ACCOUNT_OPTIONS": members(declared["NewAccount"]),
        "FAIL_OPTIONS": members(declared["FailOptions"]),
        "SCENARIO_OPTIONS": {"campaign"},
        "PATTERN": pattern,
        "EXPECTATION": members(declared["Expectation"]) | pattern,
        "ORDERED_REQUEST": members(declared["OrderedRequest"]) | pattern,
        "ORDER_OPTIONS": {"timeout"},
    }
