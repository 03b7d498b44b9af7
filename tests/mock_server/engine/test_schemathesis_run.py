"""``schemathesis run`` with every check, all phases and all methods finds nothing in the running mock."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from migma_mock import MockServer
from migma_mock.messages.reply import encode

FEW, MANY = 15, 300
"""Number of requests that the phase "fuzzing" generates; many only under ``make test-long``."""

RUNS = [(1, FEW), *(pytest.param(seed, MANY, marks=pytest.mark.long) for seed in (1, 20, 4000))]

CONFIG = """
[generation]
database = "none"

[auth.openapi.{scheme}]
bearer = "{key}"
{parameters}
"""
"""Complete, since Schemathesis otherwise reads a configuration from any folder above."""


@pytest.fixture
def schemathesis_run(tmp_path, contract):
    """Runs the command against a mock, by default in all phases; returns exit code and output."""
    (scheme,) = contract.document["components"]["securitySchemes"]

    def run(server, seed, examples, ids=(), phases="examples,coverage,fuzzing,stateful"):
        known = ", ".join(f'"{id_}"' for id_ in ids)
        parameters = f'\n[parameters]\n"path.{contract.operation.parameter}" = [{known}]' if ids else ""
        config = tmp_path / "schemathesis.toml"
        config.write_text(CONFIG.format(scheme=scheme, key=server.api_key, parameters=parameters))
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
        command += [f"{server.base_url}/openapi.json", "--url", server.base_url, "--checks", "all", "--mode", "all"]
        command += ["--max-examples", str(examples), "--seed", str(seed), "--no-color", "--continue-on-failure"]
        command += ["--phases", phases]
        ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
        return ended.returncode, ended.stdout + ended.stderr

    return run


def assert_passed(run, at_least):
    code, output = run
    assert code == 0, output
    generated, passed = map(int, re.search(r"(\d+) generated, (\d+) passed", output).groups())
    assert generated == passed >= at_least
    assert "✅ Coverage" in output
    assert "✅ Fuzzing" in output


@pytest.mark.parametrize(("seed", "examples"), RUNS)
@pytest.mark.parametrize(("unknown_id", "seen"), [("not-found", {401, 404, 405}), ("generate", {200, 401, 404, 405})])
def test_with_random_ids(schemathesis_run, journalled, *, seed, examples, unknown_id, seen):
    """Unknown ids get 404, or generated stats of any shape that the document admits."""
    with MockServer(reload=False, unknown_id=unknown_id, profile="schema") as server:
        assert_passed(schemathesis_run(server, seed, examples), at_least=examples)
    entries = journalled(server.mock)
    assert {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} <= {entry.method for entry in entries}
    assert seen <= {entry.status for entry in entries}


@pytest.mark.parametrize(("seed", "examples"), RUNS)
def test_with_known_ids(mock, built_in, schemathesis_run, seed, examples):
    """Those that answer with stats; the rest answer with errors that the document does not have, and say so."""
    campaigns = built_in.campaigns.values()
    ids = [campaign.id for campaign in campaigns if campaign.stats]
    assert_passed(schemathesis_run(mock, seed, examples, ids), at_least=FEW)


def test_a_mock_that_departed_from_its_contract_would_be_found(schemathesis_run):
    with MockServer(reload=False) as server:
        static_replies = server.mock.engine.static_replies
        body = encode({"success": "no"})
        headers = ((b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()))
        static_replies.unknown_id = replace(static_replies.unknown_id, body=body, headers=headers)
        code, output = schemathesis_run(server, 1, FEW, phases="fuzzing")
    assert code == 1
    assert "Response violates schema" in output
