"""action.yml and the workflows of the docs: whatever a repository, a server or a variable holds, the key stays safe."""

import re
import subprocess
import sys

import pytest
import yaml
from github_runner import jobs_of, make_program, outputs_of

from migma_mock import MockServer
from tools.workflows import ACTION, audit, workflows

TEXTS = {"action.yml": ACTION.read_text("utf-8"), **dict(workflows())}
EACH = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
HOLDING_A_KEY = {name: text for name, text in TEXTS.items() if "api-key" in text or "secrets." in text}
SCRIPTS = [
    (f"{name} {step['name']}", step["run"])
    for name, text in HOLDING_A_KEY.items()
    for job in jobs_of(text)
    for step in job["steps"]
    if "run" in step
]
EACH_SCRIPT = pytest.mark.parametrize("script", [run for _, run in SCRIPTS], ids=[name for name, _ in SCRIPTS])
USES = re.compile(r"uses: (\S+)(.*)")
CHECKS = [run for name, run in SCRIPTS if name.endswith(" Check")]


@EACH
def test_every_action_is_named_by_its_full_commit_with_the_version_beside_it(text):
    uses = USES.findall(text)
    assert uses
    for action, comment in uses:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_an_action_has_the_same_commit_everywhere():
    uses = {use for text in TEXTS.values() for use, _ in USES.findall(text)}
    assert len({use.partition("@")[0] for use in uses}) == len(uses)


@EACH
def test_no_token_stays_in_the_checkout(text):
    steps = [step for job in jobs_of(text) for step in job["steps"]]
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("text", [text for name, text in TEXTS.items() if name != "action.yml"])
def test_a_workflow_may_read_alone_and_a_job_that_may_more_has_an_end_and_a_reason(text):
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 10
    if "secrets." in text:  # no pull request reaches the key
        assert set(workflow[True]) == {"schedule", "workflow_dispatch"}
        assert all(job["environment"] == "contract-watch" for job in workflow["jobs"].values())


@EACH_SCRIPT
def test_a_job_that_holds_a_key_installs_by_hash_and_runs_python_isolated(script):
    lines = [line.strip() for line in script.splitlines() if not line.lstrip().startswith("#")]
    for line in lines:
        if re.search(r"(^|/|\")(python|\$PYTHON)\b", line):
            assert re.search(r'(python|PYTHON)"? -I -m ', line), line
        assert not re.match(r"(pip|migma-contract)\s", line), "a command that does not run isolated"
        if line.startswith(('"${pip[@]}"', "python -I -m pip")):
            assert "--require-hashes --only-binary :all:" in line or "--no-deps" in line, line
    if any(" -m pip " in line for line in lines):
        assert all("--isolated" in line for line in lines if " -m pip " in line)


@EACH_SCRIPT
def test_an_output_is_written_between_lines_that_nobody_can_guess(script):
    for line in script.splitlines():
        if "GITHUB_OUTPUT" in line:
            assert re.search(r"printf '(%s|\w+)<<%s\\n%s\\n%s\\n' ", line), line
            assert "/dev/urandom" in script


def test_zizmor_finds_nothing_whatever_the_shell_sets(capfd, monkeypatch):
    monkeypatch.setenv("ZIZMOR_CONFIG", "nowhere.yml")
    monkeypatch.setenv("GH_TOKEN", "invalid")
    assert audit(workflows()) == 0, capfd.readouterr()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"(actions/checkout)@\S+ # (\S+)", r"\1@\2"),
        (r"\n +with:\n +persist-credentials: false", ""),
        (r"code=0\n", "code=0; echo ${{ github.event.issue.title }}\n"),
        (r"permissions:\n  contents: read", "permissions: write-all"),
    ],
)
def test_zizmor_looks_at_the_workflows_of_the_docs(old, new, capfd):
    changed = [(name, re.sub(old, new, text)) for name, text in workflows()]
    assert audit(changed) > 0
    assert "ci.md-" in capfd.readouterr().out


@pytest.fixture
def runner(tmp_path):
    """Runs a script as a GitHub runner does, in a folder of its own, with a Python that a test makes."""
    place = tmp_path / "runner"
    work = tmp_path / "work"
    work.mkdir()

    def run(script, python, **variables):
        for folder in (place, place / "migma-contract" / "bin"):
            make_program(folder / "python", python)
        files = {name: str(place / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        inputs = {"FAIL_ON": "warning", "MAX_REQUESTS": "10", "BASELINE": "", "REPORTS": "reports"}
        environment = {
            "PATH": f"{place}:/usr/bin:/bin",
            "RUNNER_TEMP": str(place),
            "FAIL_ON_INCONCLUSIVE": "true",
            **inputs,
            **files,
            **variables,
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        ran = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
        summary = place / "GITHUB_STEP_SUMMARY"
        return ran, outputs_of(place / "GITHUB_OUTPUT"), summary.read_text("utf-8") if summary.exists() else ""

    run.work = work
    return run


@pytest.fixture(scope="module")
def mock():
    with MockServer(reload=False) as server:
        yield server


SHADOWED = (
    "migma_contract_tests",
    "migma_contract",
    "json",
    "typer",
    "httpcore",
    "secrets",
    "sitecustomize",
    "usercustomize",
)


@pytest.mark.attack("environment")
@pytest.mark.parametrize("isolated", [True, False], ids=["as written", "without -I"])
@pytest.mark.parametrize("script", CHECKS, ids=[name for name, _ in SCRIPTS if name.endswith(" Check")])
def test_no_module_of_the_repository_and_no_variable_runs_in_the_check(runner, mock, script, isolated):
    """Each module of the working directory would print the key; without ``-I``, the first one does."""
    for name in SHADOWED:
        (runner.work / f"{name}.py").write_text("import os; print('STOLEN', os.environ['MIGMA_API_KEY'])", "utf-8")
    (runner.work / "startup.py").write_text("print('STOLEN')", "utf-8")
    ran, outputs, _ = runner(
        script if isolated else script.replace(" -I -m ", " -m "),
        f'exec "{sys.executable}" "$@"',
        MIGMA_BASE_URL=mock.base_url,
        MIGMA_API_KEY=mock.api_key,
        MIGMA_CAMPAIGN_IDS="66b2f0a1c4e5d60012a40101",
        MIGMA_RATES="fraction",
        PYTHONPATH=str(runner.work),
        PYTHONSTARTUP=str(runner.work / "startup.py"),
        PYTHONINSPECT="",
    )
    if not isolated:
        assert "STOLEN" in ran.stdout
        return
    assert "STOLEN" not in ran.stdout + ran.stderr
    assert outputs.get("exit-code", outputs.get("code")) == "0", ran
    assert mock.api_key not in ran.stdout + ran.stderr


WRITES = 'mkdir -p -- "$REPORTS"; echo found > "$REPORTS/report.md"; exit {code}'
ACTION_CHECK = CHECKS[0]


@pytest.mark.attack("ci-commands")
@pytest.mark.parametrize(
    "folder",
    [
        "x\nverdict=conforms",
        "x\nexit-code=0\nverdict<<END\nconforms\nEND",
        "x\nEOF\nverdict=conforms",
        "verdict<<x\nconforms\nx",
        "x\r\nverdict=conforms",
        "--help",
        "$(touch hacked); `touch hacked` '\" *",
    ],
)
def test_no_input_adds_an_output(runner, folder):
    _, outputs, summary = runner(ACTION_CHECK, WRITES.format(code=1), REPORTS=folder, MIGMA_BASE_URL="")
    assert set(outputs) == set(yaml.safe_load(TEXTS["action.yml"])["outputs"])
    assert (outputs["verdict"], outputs["exit-code"]) == ("drift", "1")
    assert outputs["markdown"] == "\n".join(f"{folder}/report.md".splitlines())
    assert summary == "found\n"
    assert not (runner.work / "hacked").exists()


@pytest.mark.attack("ci-commands")
def test_the_line_that_ends_an_output_is_another_one_each_time(runner):
    runner(ACTION_CHECK, WRITES.format(code=0), MIGMA_BASE_URL="")
    runner(ACTION_CHECK, WRITES.format(code=0), MIGMA_BASE_URL="")
    lines = (runner.work.parent / "runner" / "GITHUB_OUTPUT").read_text("utf-8").splitlines()
    ends = [line.partition("<<")[2] for line in lines if "<<" in line]
    assert len(ends) == len(set(ends)) == 14
    assert all(re.fullmatch(r"[0-9a-f]{32}", end) for end in ends)


@pytest.mark.attack("links")
def test_a_link_in_the_folder_of_the_reports_is_neither_written_nor_shown(runner):
    """A file of the machine would end up in the job's summary."""
    victim = runner.work / "victim"
    victim.write_text("private", "utf-8")
    (runner.work / "reports").mkdir()
    (runner.work / "reports" / "report.md").symlink_to(victim)
    ran, outputs, summary = runner(ACTION_CHECK, WRITES.format(code=1), MIGMA_BASE_URL="")
    assert (ran.returncode, outputs["verdict"], summary) == (1, "drift", "found\n")
    (runner.work / "reports" / "report.md").unlink()
    (runner.work / "reports" / "report.md").symlink_to(victim)
    ran, outputs, summary = runner(ACTION_CHECK, "exit 2", MIGMA_BASE_URL="")
    assert (ran.returncode, outputs["verdict"], summary) == (2, "error", "found\n")
    assert victim.read_text("utf-8") == "private"


def test_a_python_that_cannot_start_the_check_is_no_drift(runner):
    """It ends with 1 as well."""
    ran, outputs, _ = runner(ACTION_CHECK, 'echo "No module named migma_contract_tests" >&2; exit 1', MIGMA_BASE_URL="")
    assert (ran.returncode, outputs["verdict"], outputs["exit-code"]) == (2, "error", "2")


def test_the_docs_say_that_others_see_live_bodies_and_how_to_keep_them_private():
    page = (ACTION.parent / "docs" / "ci.md").read_text("utf-8")
    (section,) = re.findall(r"^### What others can see\n(.*?)^##", page, re.MULTILINE | re.DOTALL)
    for word in ("Issues", "artifacts", "summaries", "public", "private repository", "--quiet"):
        assert word in section
