"""Plain ``schemathesis run`` with the committed configuration: read-only, few requests, with the rules."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from ci_runners import COMMANDS, commands, controls

from migma_contract.finding import fingerprint

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def schemathesis_run(stage, tmp_path, measured):
    """Run Schemathesis from the top level of a checkout, as documented."""

    def run(server, *arguments, **environment):
        given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, "COLUMNS": "200", **environment}
        return subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", server.url, *arguments],
            cwd=ROOT,
            env={name: value for name, value in {**os.environ, **measured, **given}.items() if value is not None},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_a_conforming_server_gets_seven_requests_and_passes(schemathesis_run, conforming, stage):
    process = schemathesis_run(conforming)
    assert process.returncode == 0, process.stdout
    assert [one.method for one in conforming.requests] == ["GET"] * 7
    assert sum(one.key == stage.key for one in conforming.requests) == 2
    assert "No issues found" in process.stdout


@pytest.mark.parametrize("flags", [["--phases", "coverage,fuzzing,stateful", "--mode", "all", "--max-examples", "3"]])
def test_no_option_makes_it_send_another_method(schemathesis_run, conforming, flags):
    schemathesis_run(conforming, *flags, "--rate-limit", "100/s")
    assert {one.method for one in conforming.requests} == {"GET"}


def test_campaigns_are_read_in_turn(schemathesis_run, stage):
    other = "507f1f77bcf86cd799439012"

    def twice(envelope):
        counts = {name: 2 * value for name, value in envelope["data"].items() if isinstance(value, int)}
        envelope["data"].update(counts)

    def behave(request):
        asked = replace(request, path=request.path.replace(other, stage.campaign))
        return stage.reading(twice)(asked) if other in request.path else stage.api(asked)

    with stage.serve(behave) as server:
        process = schemathesis_run(server, MIGMA_CAMPAIGN_IDS=f"{stage.campaign}, {other}")
    assert process.returncode == 0, process.stdout
    assert [one.path.split("/")[3] for one in server.requests if one.key == stage.key] == [stage.campaign, other]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"MIGMA_API_KEY": "mgma_sk_live_NotTheKeyOfThisServer"}, "Authentication failed"),
        ({"MIGMA_CAMPAIGN_IDS": "507f1f77bcf86cd799430000"}, "Missing test data"),
    ],
)
def test_a_rejected_key_or_an_unknown_campaign_fails_the_run(schemathesis_run, conforming, environment, says):
    process = schemathesis_run(conforming, **environment)
    assert process.returncode == 1
    assert says in process.stdout


@pytest.mark.parametrize(("name", "value"), [("MIGMA_API_KEY", None), ("MIGMA_CAMPAIGN_IDS", "")])
def test_nothing_is_sent_before_key_and_campaign_are_set(schemathesis_run, conforming, name, value):
    process = schemathesis_run(conforming, **{name: value})
    assert process.returncode == 2
    assert name in process.stdout + process.stderr
    assert conforming.requests == []


@pytest.mark.attack("secrets-in-records")
def test_the_rules_are_among_its_checks_and_the_key_is_in_no_output(schemathesis_run, stage, tmp_path):
    def change(envelope):
        envelope["data"].update(openRate=25.0, note=f"for {stage.key}")

    with stage.serve(stage.reading(change)) as server:
        reports = [f"--report-{kind}-path={tmp_path / kind}" for kind in ("junit", "vcr", "har", "ndjson")]
        process = schemathesis_run(server, "--report", "junit,vcr,har,ndjson", *reports)
    assert process.returncode == 1
    assert "rate-is-percentage (breaking) at 200 /data/openRate" in process.stdout
    assert fingerprint("rate-is-percentage", "200 /data/openRate") in process.stdout
    written = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    assert len(written) == 4
    assert stage.key not in process.stdout + process.stderr + "".join(written)


@pytest.mark.attack("secrets-in-records")
def test_a_key_that_looks_like_values_of_the_response_changes_nothing_and_is_not_shown(schemathesis_run, stage):
    """The rules judge the received body; Schemathesis sees it redacted, so its failures do not count."""
    key = "staging-2026-01-31-key"

    def behave(request):
        known = stage.key if request.key == key else "another"
        return stage.api(replace(request, headers={**request.headers, "authorization": f"Bearer {known}"}))

    with stage.serve(behave) as server:
        process = schemathesis_run(server, MIGMA_API_KEY=key)
    assert process.returncode == 0, process.stdout
    assert "2026-01-31" not in process.stdout


def test_an_accepted_finding_does_not_fail(schemathesis_run, stage, tmp_path):
    entry = {"rule": "required-missing", "where": "200 /data/bounces", "reason": "known", "owner": "me"}
    baseline = tmp_path / "known.json"
    baseline.write_text(json.dumps({"version": 1, "accepted": [entry]}))
    with stage.serve(stage.reading(lambda envelope: envelope["data"].pop("bounces"))) as server:
        assert schemathesis_run(server).returncode == 1
        accepted = schemathesis_run(server, MIGMA_BASELINE=str(baseline))
    assert accepted.returncode == 0, accepted.stdout


def test_contradicting_responses_fail(schemathesis_run, stage):
    counts = iter([200, 100])

    def change(envelope):
        count = next(counts)
        envelope["data"].update(uniqueOpens=count, openRate=count / 800)

    with stage.serve(stage.reading(change)) as server:
        process = schemathesis_run(server)
    assert process.returncode == 1
    assert "last-updated-unchanged (warning) at 200 /data/lastUpdated" in process.stdout


@pytest.mark.attack("ci-commands")
def test_what_schemathesis_prints_of_a_response_is_no_command(schemathesis_run, stage):
    lines = "\n".join(["", *COMMANDS, "\u202ehidden", ""])

    def behave(request):
        if request.key != stage.key:
            return stage.answer(401, lines.encode(), f"Content-Type: {COMMANDS[0]}")
        return stage.answer(200, {"success": True, "data": {**stage.stats, "openRate": lines, COMMANDS[0]: 1}})

    with stage.serve(behave) as server:
        process = schemathesis_run(server)
    output = f"{process.stdout}\n{process.stderr}"
    assert process.returncode == 1
    assert "##vso\\x5btask.setvariable" in output
    assert commands(output) == []
    assert controls(output) == set()


@pytest.mark.attack("ci-commands")
def test_what_schemathesis_prints_of_a_setting_is_no_command(schemathesis_run, conforming):
    process = schemathesis_run(conforming, MIGMA_BASELINE=f"missing\n{COMMANDS[0]}\n{COMMANDS[7].strip()}")
    assert process.returncode != 0
    assert commands(f"{process.stdout}\n{process.stderr}") == []
    assert conforming.requests == []
