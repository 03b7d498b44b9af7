"""``schemathesis run``, which has all checks and phases on by itself, finds nothing in the control API."""

import re
import subprocess
import sys

import pytest

from migma_mock.control.errors import ControlError
from migma_mock.control.routes import faults

CONFIG = """
[generation]
database = "none"

# Rules between members, and the meaning of numbers, are none that a schema could say.
[[operations]]
include-operation-id = ["accounts_make", "campaigns_put", "faults_arm", "clock_change", "journal_check"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422"]

# What is deleted there is what a list has in it, and an empty list is still there.
[[operations]]
include-operation-id = ["faults_list_all", "journal_show", "journal_export", "journal_unclaimed"]
checks.use_after_free.enabled = false
"""
ENDLESS_OR_LENIENT = "(/events|/drafts)$"
"""Streams of events do not end; and a draft of a campaign may be any JSON, since what is wrong is the answer."""


@pytest.fixture
def schemathesis_run(tmp_path):
    """Runs the command against the control API: exit code and output."""

    def run(api, seed):
        config = tmp_path / "schemathesis.toml"
        config.write_text(CONFIG)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
        command += [f"{api.mock.base_url}/__mock__/openapi.json", "--url", api.mock.base_url, "--mode", "all"]
        command += ["--exclude-path-regex", ENDLESS_OR_LENIENT, "--max-examples", "15", "--seed", str(seed)]
        command += ["--no-color", "--continue-on-failure"]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120, check=False)
        return ended.returncode, ended.stdout + ended.stderr

    return run


@pytest.mark.parametrize("seed", [1, 22])
def test_the_control_api_holds_to_its_own_document(control, schemathesis_run, seed):
    with control() as api:
        code, output = schemathesis_run(api, seed)
        assert code == 0, output
        assert len(api("GET", "/accounts").json()) > 10
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅  {phase}" in output, output
    assert int(re.search(r"API Links:\s+(\d+) covered", output)[1]) >= 15
    assert int(re.search(r"(\d+) generated", output)[1]) > 1_000


def test_a_control_api_that_departed_from_its_document_would_be_found(control, schemathesis_run, monkeypatch):
    """Faults that are not there to be disarmed, by a status that is not in the document."""
    monkeypatch.setattr(faults, "ControlError", lambda _status, message: ControlError(418, message))
    with control() as api:
        code, output = schemathesis_run(api, 333)
    assert code == 1
    assert "[418]" in output
