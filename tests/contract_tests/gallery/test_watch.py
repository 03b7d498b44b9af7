"""The scheduled watch of docs/ci.md opens no issue for an outage or another server; it opens one for drift."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from gallery import edges, interruptions, other_servers, outages, quoting_servers, still_the_api, without_key
from gallery.api import CAMPAIGNS, KEY
from gallery.server import serving
from gallery.variant import Variant
from github_runner import make_program, outputs_of, workflows_of

from migma_contract_tests.results.report import EXIT_CODES

PAGE = Path(__file__).parents[3] / "docs" / "ci.md"
WATCH = next(text for text in workflows_of(PAGE) if "gh issue edit" in text)
STEPS = yaml.safe_load(WATCH)["jobs"]["check"]["steps"]
CHECK = next(step["run"] for step in STEPS if step.get("name") == "Check")

SILENT = {
    *("all-500", "all-522", "backend-500", "key-dropped", "all-429-an-hour"),
    *("firewall-403", "portal-302", "hostile-title", "ssh", "quota-too-early"),
    *("banned-early", "invalid-key-cut", "docs-200"),
}
ALARMING = {"campaign-crashes", "bare-everywhere", "open-beside-503"}
SUBJECTS = (
    *outages.OUTAGES,
    *outages.DRIFTED,
    *other_servers.VARIANTS,
    *edges.EDGES,
    *still_the_api.DRIFTED,
    *interruptions.EDGES,
    *without_key.DRIFTED,
    *quoting_servers.VARIANTS,
)
SERVED = [variant for variant in SUBJECTS if variant.name in SILENT | ALARMING]
SAMPLE = {"all-500", "portal-302", "campaign-crashes"}
"""A server that is down, another server, and drift."""


def steps_after(code: str) -> list[str]:
    """The names of the watch's steps that run after a check with this exit code."""
    runs = [step for step in STEPS if f"steps.check.outputs.code == '{code}'" in step.get("if", "")]
    return [step["name"] for step in runs]


@pytest.fixture
def watch(tmp_path):
    """Run the watch's own script with the installed check, and return the exit code that it hands on."""
    tools = tmp_path / "tools"
    make_program(tools / "python", f'exec "{sys.executable}" "$@"')

    def run(url: str) -> str:
        output = tmp_path / "output"
        given = {"MIGMA_BASE_URL": url, "MIGMA_API_KEY": KEY, "MIGMA_CAMPAIGN_IDS": CAMPAIGNS[0]}
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
        environment = {**os.environ, **given, **files, "PATH": f"{tools}:{os.environ['PATH']}"}
        script = ["bash", "-eo", "pipefail", "-c", CHECK]
        subprocess.run(script, cwd=tmp_path, env=environment, check=True, capture_output=True)
        assert KEY not in (tmp_path / "report.md").read_text("utf-8")
        return outputs_of(output)["code"]

    return run


@pytest.mark.parametrize(
    "variant",
    [pytest.param(each, marks=() if each.name in SAMPLE else pytest.mark.long) for each in SERVED],
    ids=lambda variant: variant.name,
)
def test_the_watch_opens_an_issue_for_drift_alone(variant: Variant, watch):
    """If a check saw nothing of the contract, the watch opens and closes no issue, and its run fails."""
    with serving(variant.change) as (url, _):
        steps = steps_after(watch(url))
    assert ("Open or update the issue" in steps) is (variant.name in ALARMING)
    assert (steps == ["Fail if the check is inconclusive"]) is (variant.name in SILENT)


def test_the_exit_code_of_each_variant_opens_an_issue_for_drift_alone():
    """The gallery's tests prove that a check of a variant has the verdict, and the verdict this exit code."""
    assert {variant.name for variant in SERVED} == SILENT | ALARMING
    for variant in SERVED:
        steps = steps_after(str(EXIT_CODES[variant.verdict]))
        assert ("Open or update the issue" in steps) is (variant.name in ALARMING)
        assert (steps == ["Fail if the check is inconclusive"]) is (variant.name in SILENT)


def test_only_drift_opens_an_issue_and_only_a_conforming_api_closes_it():
    """The gallery's tests say which variants have which exit code."""
    uses_issues = {step["name"]: step["if"] for step in STEPS if "gh issue" in step.get("run", "")}
    assert uses_issues == {
        "Open or update the issue": "steps.check.outputs.code == '1'",
        "Close the issue": "steps.check.outputs.code == '0'",
    }
