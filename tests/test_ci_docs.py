"""docs/ci.md and action.yml: their YAML is valid, their options exist, and their scripts do what the page says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from github_runner import jobs_of, make_program, outputs_of, workflows_of

from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import EXIT_CODES

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "ci.md").read_text("utf-8")
WORKFLOWS = workflows_of(ROOT / "docs" / "ci.md")
WATCH = next(text for text in WORKFLOWS if "gh issue edit" in text)
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def action_as_workflow():
    """The action's steps in a workflow that takes the same inputs: actionlint reads workflows only."""
    inputs = {name: {"type": "string"} for name in ACTION["inputs"]}
    job = {"runs-on": "ubuntu-latest", "steps": ACTION["runs"]["steps"]}
    return json.dumps({"on": {"workflow_call": {"inputs": inputs}}, "jobs": {"action": job}})


def steps_of(text):
    return [step for job in jobs_of(text) for step in job["steps"]]


def script(steps, name):
    return next(step["run"] for step in steps if step.get("name") == name)


@pytest.mark.parametrize(
    ("kind", "text"),
    [*(("workflows", text) for text in WORKFLOWS), ("actions", (ROOT / "action.yml").read_text("utf-8"))],
)
def test_the_yaml_satisfies_githubs_schema(tmp_path, kind, text):
    (tmp_path / "it.yml").write_text(text, "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.github-{kind}"]
    command.append(str(tmp_path / "it.yml"))
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("text", [*WORKFLOWS, action_as_workflow()])
def test_no_expression_stands_within_a_script(text):
    """The value of an expression would be read as shell; through the environment it stays a value."""
    assert not [step for step in steps_of(text) if "${{" in step.get("run", "")]


@pytest.mark.parametrize("text", WORKFLOWS)
def test_every_workflow_names_its_permissions_and_an_end(text):
    workflow = yaml.safe_load(text)
    assert workflow["permissions"]["contents"] == "read"
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def commands():
    """Every command line of ours in the docs and the action, with the options that it uses."""
    text = re.sub(r"\n(?=http)|\\\n", " ", DOCS) + ACTION["runs"]["steps"][2]["run"]
    text = text.replace("-m migma_contract_tests", "migma-contract")
    for tool, name, rest in re.findall(r"(migma-(?:contract|mock)) ([a-z]+)\b([^`\n]*)", text):
        yield tool, name, frozenset(re.findall(r"(?<!\S)--[a-z][a-z-]+", rest))
    yield "migma-contract", "check", frozenset({"--fail-on", "--max-requests", "--baseline", "--format"})


@pytest.mark.parametrize(("tool", "name", "options"), sorted(set(commands()), key=str))
def test_every_command_and_option_exists(tool, name, options):
    module = {"migma-contract": "migma_contract_tests", "migma-mock": "migma_mock"}[tool]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    command = [sys.executable, "-m", module, name, "--help"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert options <= set(re.findall(r"--[a-z][a-z-]+", ran.stdout))


def test_the_tables_name_every_exit_code_format_input_and_output():
    cells = [line.split("|")[1].strip() for line in DOCS.splitlines() if line.startswith("|")]
    assert set(re.findall(r"^\| (\d) \| (\w+)", DOCS, re.MULTILINE)) >= {(str(v), k) for k, v in EXIT_CODES.items()}
    assert {f"`{name}`" for name in (*FORMATS, *ACTION["inputs"])} <= set(cells)
    (outputs,) = re.findall(r"^Outputs: (.*?)\n\n", DOCS, re.MULTILINE | re.DOTALL)
    assert {f"`{name}`" for name in ACTION["outputs"]} <= set(re.findall(r"`[^`]+`", outputs))


@pytest.fixture
def run(tmp_path):
    """Runs a script as a GitHub runner does, with programs of ours in front of the real ones."""
    tools = tmp_path / "tools"

    def run_script(text, fakes, **variables):
        for name, body in fakes.items():
            make_program(tools / name, body)
            make_program(tmp_path / "migma-contract" / "bin" / name, body)
        files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "LOG")}
        environment = {"PATH": f"{tools}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), **files, **variables}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        written = {name: Path(file).read_text("utf-8") for name, file in files.items() if Path(file).exists()}
        return ran.returncode, outputs_of(tmp_path / "GITHUB_OUTPUT"), written

    return run_script


CHECK = 'printf "%s\\n" "$@" > "$LOG"; echo "# found" > {report}; exit {code}'


@pytest.mark.parametrize(
    ("code", "verdict", "fail_on_inconclusive", "ends"),
    [
        (0, "conforms", "true", 0),
        (1, "drift", "false", 1),
        (2, "error", "false", 2),
        (3, "inconclusive", "true", 3),
        (3, "inconclusive", "false", 0),
    ],
)
def test_the_action_fails_unless_the_server_conforms(run, code, verdict, fail_on_inconclusive, ends):
    """If nothing could be judged, an input decides."""
    fakes = {"python": CHECK.format(report='"it; exit 9/report.md"', code=code)}
    hostile = {"BASELINE": "$(exit 8).json", "REPORTS": "it; exit 9", "FAIL_ON": "warning", "MAX_REQUESTS": "10"}
    hostile["FAIL_ON_INCONCLUSIVE"] = fail_on_inconclusive
    returned, outputs, written = run(script(ACTION["runs"]["steps"], "Check"), fakes, MIGMA_BASE_URL="", **hostile)
    assert (returned, outputs["verdict"], outputs["exit-code"]) == (ends, verdict, str(code))
    assert written["GITHUB_STEP_SUMMARY"] == "# found\n"
    assert "$(exit 8).json" in written["LOG"].splitlines()
    assert set(outputs) == set(ACTION["outputs"])


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (2, 2), (3, 0)])
def test_the_watch_goes_on_to_its_issue_steps_unless_something_is_misconfigured(run, code, ends):
    fakes = {"python": CHECK.format(report="report.md", code=code)}
    returned, outputs, _ = run(script(steps_of(WATCH), "Check"), fakes)
    assert (returned, outputs["code"]) == (ends, str(code))


@pytest.mark.parametrize(
    ("name", "found", "last"),
    [
        ("Open or update the issue", "", "issue create --title"),
        ("Open or update the issue", "7", "issue edit 7 --body-file report.md"),
        ("Close the issue", "7", "issue close 7 --comment"),
        ("Close the issue", "", "issue list --label contract-drift"),
    ],
)
def test_the_watch_keeps_one_issue(run, name, found, last):
    fakes = {"gh": f'echo "$@" >> "$LOG"; if [ "$2" = list ]; then echo "{found}"; fi'}
    returned, _, written = run(script(steps_of(WATCH), name), fakes)
    assert returned == 0
    assert written["LOG"].splitlines()[-1].startswith(last)
