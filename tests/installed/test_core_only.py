"""The core alone does all but generate; what needs an extra says which one, in one sentence and with exit code 2."""

import subprocess

import pytest

GENERATE = "Install it with: pip install 'PATH_OF_THE_CHECKOUT[generate]'\n"
TLS = "Install it with: pip install 'PATH_OF_THE_CHECKOUT[tls]'\n"
SUITES = "Install it with: pip install 'PATH_OF_THE_CHECKOUT[suites]'\n"
CAMPAIGN = "66b2f0a1c4e5d60012a40101"
KEY = "mgma_sk_test_local_development_0001"


@pytest.fixture
def url(core, tmp_path):
    """URL of a mock that runs in the environment."""
    process = subprocess.Popen(
        [core.scripts / "migma-mock", "serve", "--port", "0"],
        cwd=tmp_path,
        env={},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    with process:
        yield process.stdout.readline().split()[1]
        process.terminate()


def test_nothing_that_the_extras_bring_is_there(core, tmp_path):
    program = "from importlib.util import find_spec as f; print(*map(f, ('hypothesis', 'schemathesis', 'pytest')))"
    assert core.run("python", "-c", program, cwd=tmp_path).stdout == "None None None\n"


def test_every_module_of_the_core_can_be_imported(core, tmp_path):
    program = """
import importlib, pathlib, migma_contract, migma_contract_tests, migma_mock

optional = (
    "migma_contract.hypothesis_draws",
    "migma_contract_tests.probes.generated_ids",
    "migma_contract_tests.suites",
    "migma_mock.generation.pool",
    "migma_mock.generation.profiles",
    "migma_mock.pytest_faults",
    "migma_mock.pytest_marker",
    "migma_mock.pytest_plugin",
    "migma_mock.sharing.store.connection",
    "migma_mock.sharing.control_changes",
    "migma_mock.sharing.file_changes",
    "migma_mock.sharing.follower",
    "migma_mock.sharing.gap_reports",
    "migma_mock.sharing.store.script",
    "migma_mock.sharing.shared_accounts",
    "migma_mock.sharing.shared_answers",
    "migma_mock.sharing.shared_map",
    "migma_mock.sharing.shared_registry",
    "migma_mock.sharing.store.store",
    "migma_mock.sharing.store_link",
    "migma_mock.sharing.store.store_protocol",
    "migma_mock.sharing.store_troubles",
    "migma_mock.testing.httpx2_transport",
    "migma_mock.testing.requests_adapter",
)
for package in (migma_contract, migma_contract_tests, migma_mock):
    root = pathlib.Path(package.__file__).parent
    for path in root.rglob("*.py"):
        name = ".".join((package.__name__, *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        if not name.startswith(optional) and not name.endswith("__main__"):
            importlib.import_module(name)
            print(name)
"""
    ended = core.run("python", "-c", program, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) > 100


def test_its_commands_work(core, url, tmp_path):
    assert core.run("migma-mock", "wait", url, cwd=tmp_path).returncode == 0
    assert CAMPAIGN in core.run("migma-mock", "fixtures", cwd=tmp_path).stdout
    doctor = core.run("migma-mock", "doctor", "--port", 0, cwd=tmp_path)
    assert "problem" not in doctor.stdout
    assert doctor.returncode == 0
    reports = [f"{name}=report.{name}" for name in ("json", "junit", "html", "sarif", "markdown")]
    options = [part for report in reports for part in ("--format", report)]
    command = ["check", "--base-url", url, "--campaign-id", CAMPAIGN, *options]
    check = core.run("migma-contract", *command, cwd=tmp_path, MIGMA_API_KEY=KEY)
    assert (check.returncode, check.stderr) == (0, "")
    assert len(list(tmp_path.iterdir())) == len(reports)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["migma-mock", "generate"], f"A generated campaign needs Hypothesis, which is not installed. {GENERATE}"),
        (
            ["migma-mock", "serve", "--unknown-id", "generate", "--port", "0"],
            f"A generated campaign needs Hypothesis, which is not installed. {GENERATE}",
        ),
        (
            ["migma-mock", "serve", "--tls", "--port", "0"],
            f"A certificate for --tls needs trustme, which is not installed. {TLS}",
        ),
        (
            ["migma-mock", "generate", "--profile", "schema"],
            f"The profile schema needs Schemathesis, which is not installed. {SUITES}",
        ),
        (
            ["migma-contract", "check", "--campaign-id", "x", "--fuzz", "2"],
            f"The option --fuzz needs Schemathesis, which is not installed. {SUITES}",
        ),
    ],
)
def test_a_command_that_needs_an_extra_says_which(core, tmp_path, arguments, message):
    ended = core.run(*arguments, cwd=tmp_path, MIGMA_API_KEY=KEY, MIGMA_BASE_URL="http://127.0.0.1:9")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"{arguments[0]}: {message}"


def test_the_doctor_says_so_too(core, tmp_path):
    ended = core.run("migma-mock", "doctor", "--unknown-id", "generate", "--port", 0, cwd=tmp_path)
    assert ended.returncode == 2
    assert "problem  versions   A generated campaign needs Hypothesis, which is not installed." in ended.stdout
    assert GENERATE in ended.stdout


def test_a_preference_that_needs_it_is_answered_with_what_to_install(core, tmp_path):
    program = f"""
import httpx
from migma_mock import MockServer

with MockServer() as mock:
    headers = mock.auth_headers | {{"Prefer": "dynamic=true"}}
    for _ in range(2):
        reply = httpx.get(f"{{mock.base_url}}/v1/campaigns/{CAMPAIGN}/stats", headers=headers)
        print(reply.status_code, reply.json()["error"])
"""
    ended = core.run("python", "-c", program, cwd=tmp_path)
    sentence = f"400 A generated campaign needs Hypothesis, which is not installed. {GENERATE}"
    assert (ended.stdout, ended.stderr) == (sentence * 2, "")


def test_the_suites_say_so_where_only_pytest_is_there(with_pytest, tmp_path):
    ended = with_pytest.run("python", "-m", "pytest", "--pyargs", "migma_contract_tests", cwd=tmp_path)
    assert ended.returncode == 2
    assert f"This suite needs Schemathesis, which is not installed. {SUITES.rstrip()}" in ended.stdout
    assert "Traceback" not in ended.stdout
    assert ended.stderr == ""
