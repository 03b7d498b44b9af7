"""``schemathesis run``, which enables all checks and phases by default, finds no failure in the control API."""

import re
import subprocess
import sys

import pytest

from migma_mock.control import dependencies
from migma_mock.control.errors import ControlError

CONFIG = """
[generation]
database = "none"

# A schema cannot express rules between fields, the meaning of numbers, and the range of times.
[[operations]]
include-operation-id = [
  "accounts_create", "campaigns_add", "campaigns_put", "faults_arm",
  "clock_change", "clock_pause_refresh", "journal_check",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", "404", "409", "422"]

# A verification that is not met waits as long as it says.
[[operations]]
include-operation-id = ["journal_check"]
parameters."query.timeout" = 0.01

# These delete the entries of a list; the empty list remains.
[[operations]]
include-operation-id = ["faults_list_all", "journal_show", "journal_export", "journal_unknown_key_requests"]
checks.use_after_free.enabled = false
"""
ENDLESS_OR_LENIENT = "(/events|/drafts)$"
"""Event streams do not end; and a draft may be any JSON, since its problems are the result."""
SHOW_ACCOUNT = "GET /__mock__/accounts/{account_id}"


@pytest.fixture
def schemathesis_run(tmp_path):
    """Runs the command against the control API, and returns its exit code and output."""

    def run(api, *options):
        config = tmp_path / "schemathesis.toml"
        config.write_text(CONFIG)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
        command += [f"{api.mock.base_url}/__mock__/openapi.json", "--url", api.mock.base_url, "--mode", "all"]
        command += ["--exclude-path-regex", ENDLESS_OR_LENIENT, "--no-color", "--continue-on-failure", *options]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        return ended.returncode, ended.stdout + ended.stderr

    return run


def test_the_control_api_conforms_to_its_own_document(control, schemathesis_run):
    """Few examples, and links between operations that Schemathesis infers."""
    with control() as api:
        options = ("--seed", "1", "--max-examples", "6", "--phases", "examples,fuzzing,stateful")
        code, output = schemathesis_run(api, *options)
        assert code == 0, output
        assert len(api("GET", "/accounts").json()) > 1
    assert links_covered(output) >= 3


@pytest.mark.long
@pytest.mark.parametrize("seed", ["1", "22", "333"])
def test_the_control_api_conforms_to_its_own_document_in_all_phases(control, schemathesis_run, seed):
    with control() as api:
        code, output = schemathesis_run(api, "--seed", seed, "--max-examples", "15")
        assert code == 0, output
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert f"✅  {phase}" in output, output
    assert links_covered(output) >= 15
    assert int(re.search(r"(\d+) generated", output)[1]) > 1_000


def links_covered(output):
    return int(re.search(r"API Links:\s+(\d+) covered", output)[1])


def test_a_status_that_is_not_in_the_document_is_found(control, schemathesis_run, monkeypatch):
    """An unknown account gets 418 in place of 404."""
    monkeypatch.setattr(dependencies, "ControlError", lambda _status, message: ControlError(418, message))
    with control() as api:
        options = ("--seed", "1", "--max-examples", "1", "--phases", "fuzzing", "--include-name", SHOW_ACCOUNT)
        code, output = schemathesis_run(api, *options)
    assert code == 1
    assert "[418]" in output
