"""``migma-mock doctor`` finds what keeps a mock from starting or a client from reaching it, and says what to do."""

import json
import os
import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from valkey_server import ValkeyServer

from migma_contract.resources import fixtures_path
from migma_mock import MockServer, __version__
from migma_mock.cli.doctor import library_findings

NEWSLETTER = json.loads((fixtures_path() / "campaigns/newsletter.json").read_bytes())
SUBJECTS = {"versions", "variables", "proxy", "contract", "fixtures", "port"}


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def doctor(command):
    """Runs the doctor; its exit code, and the lines (level, text, remedy) for each subject."""

    def run(*arguments):
        outcome = command("doctor", *arguments)
        assert outcome.err == ""
        found = {}
        for entry in re.split(r"\n(?=\S)", outcome.out.rstrip("\n")):
            head, _, remedy = entry.partition("\n")
            level, subject, text = head.split(maxsplit=2)
            assert bool(remedy.strip()) is (level != "ok"), f"what to do is said where something is wrong: {entry}"
            found.setdefault(subject, []).append((level, text, remedy.strip()))
        worst = {level for lines in found.values() for level, _, _ in lines}
        assert outcome.code == (2 if "problem" in worst else 0)
        return outcome.code, found

    return run


def test_where_all_is_well_each_subject_has_one_line_and_no_problem(doctor):
    code, found = doctor("--port", 0)
    assert code == 0
    assert set(found) == SUBJECTS
    assert all(len(lines) == 1 for lines in found.values())
    assert {found[subject][0][0] for subject in SUBJECTS - {"versions"}} == {"ok"}
    assert found["contract"][0][1].endswith(", from openapi.json")


def test_it_is_a_command_of_the_process_too(run_mock):
    outcome = run_mock("doctor", "--port", 0, "--fixtures", "missing")
    assert outcome.code == 2
    assert re.search(r"^problem  fixtures   missing: expected a folder", outcome.out, re.MULTILINE)
    assert "\x1b" not in outcome.out


def test_a_file_of_faults_with_a_mistake_is_a_problem(doctor, tmp_path):
    (tmp_path / "faults.json").write_text('{"kind": "statuss"}')
    code, found = doctor("--port", 0, "--fault", tmp_path / "faults.json")
    assert code == 2
    ((level, text, remedy),) = found["settings"]
    assert level == "problem"
    assert "faults.json at /kind (line 1, column 2): expected one of" in text
    assert "docs/faults.md" in remedy


@pytest.mark.parametrize(
    ("options", "said", "remedy"),
    [
        (["--workers", 2], "--workers: expected 1, or a --state that the workers share", "--state embedded"),
        (
            ["--state", "valkey://me:hunter2@127.0.0.1:1"],
            "127.0.0.1:1 cannot be reached: Connection refused",
            "--state",
        ),
    ],
)
def test_a_state_that_workers_cannot_share_is_a_problem(doctor, options, said, remedy):
    code, found = doctor("--port", 0, *options)
    ((level, text, to_do),) = found["state"]
    assert (code, level) == (2, "problem")
    assert said in text
    assert remedy in to_do
    assert "hunter2" not in str(found)


def test_a_library_for_shared_state_that_is_missing_is_one_problem(doctor, monkeypatch):
    monkeypatch.setattr("migma_contract.extras.find_spec", lambda name: name != "hiredis" or None)
    code, found = doctor("--port", 0, "--state", "valkey://127.0.0.1:1")
    problems = [text for level, text, _ in found["versions"] if level == "problem"]
    assert (code, problems) == (2, ["Shared state (--state) needs hiredis, which is not installed."])


def test_a_state_that_workers_can_share_is_named(doctor):
    assert doctor("--port", 0, "--state", "embedded")[1]["state"][0][:2] == ("ok", "the embedded store is installed")
    with ValkeyServer() as store:
        assert doctor("--port", 0, "--state", store.unix_url)[1]["state"][0][1] == f"the store {store.unix_url} answers"


def test_a_mock_that_runs_there_already_is_a_warning(doctor):
    with MockServer() as mock:
        code, found = doctor("--port", mock.base_url.rpartition(":")[2])
    assert code == 0
    ((level, text, remedy),) = found["port"]
    assert level == "warning"
    assert text == f"{mock.base_url} is in use by a migma-mock {__version__} (status ok, instance {mock.mock.instance})"
    assert "--port 0" in remedy


def test_a_mock_with_a_token_is_recognized_by_what_its_health_tells_everyone(doctor):
    with MockServer(reload=False, control_token="a_token_that_only_tests_know") as mock:
        _, found = doctor("--port", mock.base_url.rpartition(":")[2])
    ((_, text, _),) = found["port"]
    assert text.startswith(f"{mock.base_url} is in use by a migma-mock {__version__} (")


def test_a_mock_there_whose_fixtures_are_broken_is_named_so(doctor, tmp_path):
    (tmp_path / "mine.json").write_text(json.dumps(NEWSLETTER))
    with MockServer(fixtures=tmp_path, reload=False) as mock:
        (tmp_path / "mine.json").write_text("{")
        assert mock.mock.reload_fixtures()
        _, found = doctor("--port", mock.base_url.rpartition(":")[2])
    ((level, text, remedy),) = found["port"]
    assert (level, "status degraded" in text) == ("warning", True)
    assert "fixtures are invalid" in remedy


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 404 No\r\nServer: other/1\r\nContent-Length: 0\r\n\r\n", "server (other/1), which answers 404"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "another server (an unnamed server), which answers 200"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{", "(an unnamed server), which answers 200"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "does not speak HTTP"),
        (b"", "does not speak HTTP"),
    ],
)
def test_another_server_there_is_a_problem(doctor, answering, reply, said):
    with answering(reply) as port:
        code, found = doctor("--port", port)
    ((level, text, remedy),) = found["port"]
    assert (code, level) == (2, "problem")
    assert said in text
    assert "--port N" in remedy


def test_an_address_that_is_none_of_this_machine_is_a_problem(doctor):
    code, found = doctor("--host", "203.0.113.1", "--port", 0)
    assert (code, found["port"][0][0]) == (2, "problem")
    assert "--host" in found["port"][0][2]


@pytest.mark.attack("secrets-in-errors")
@pytest.mark.parametrize(
    ("variables", "names", "hosts"),
    [
        ({"HTTP_PROXY": "http://user:secret@proxy:1"}, "HTTP_PROXY", "localhost and 127.0.0.1"),
        ({"http_proxy": "http://user:secret@proxy:1"}, "http_proxy", "localhost and 127.0.0.1"),
        ({"ALL_PROXY": "socks5://user:secret@proxy:1"}, "ALL_PROXY", "localhost and 127.0.0.1"),
        ({"HTTP_PROXY": "http://user:secret@proxy:1", "NO_PROXY": "localhost"}, "HTTP_PROXY", "127.0.0.1"),
    ],
)
def test_a_proxy_that_would_catch_this_machine_is_a_warning_without_its_password(
    doctor, monkeypatch, variables, names, hosts
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code, found = doctor("--port", 0)
    ((level, text, remedy),) = found["proxy"]
    assert (code, level) == (0, "warning")
    assert text == f"{names} would send requests for {hosts} to a proxy"
    assert "NO_PROXY" in remedy
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    "variables",
    [
        {"HTTP_PROXY": "http://proxy:1", "NO_PROXY": "localhost,127.0.0.1"},
        {"HTTP_PROXY": "http://proxy:1", "no_proxy": "*"},
        {"HTTPS_PROXY": "http://proxy:1"},
        {"HTTP_PROXY": ""},
    ],
)
def test_a_proxy_that_lets_this_machine_be_is_fine(doctor, monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert doctor("--port", 0)[1]["proxy"][0][0] == "ok"


def test_an_unknown_variable_is_a_warning_and_a_bad_one_a_problem(doctor, monkeypatch):
    monkeypatch.setenv("MIGMA_MOCK_PROT", "5")
    code, found = doctor("--port", 0)
    assert (code, found["variables"][0][0]) == (0, "warning")
    assert "did you mean 'PORT'?" in found["variables"][0][1]
    monkeypatch.setenv("MIGMA_MOCK_SEED", "five")
    code, found = doctor("--port", 0)
    assert (code, found["settings"][0][0]) == (2, "problem")
    assert found["settings"][0][1].startswith("MIGMA_MOCK_SEED: expected")


def test_every_broken_fixture_has_a_line_of_its_own(doctor, tmp_path):
    (tmp_path / "one.json").write_text("{")
    (tmp_path / "two.json").write_text(json.dumps(NEWSLETTER | {"id": "two", "title": ""}))
    code, found = doctor("--port", 0, "--fixtures", tmp_path)
    assert code == 2
    assert [level for level, _, _ in found["fixtures"]] == ["problem", "problem"]
    assert {"one.json" in text or "two.json at /title" in text for _, text, _ in found["fixtures"]} == {True}
    assert found["port"][0][0] == "ok", "the rest is looked at all the same"


def test_keys_that_open_nothing_are_a_warning(doctor, tmp_path):
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"key": "mgma_sk_test_revoked", "revoked": True}]}))
    code, found = doctor("--port", 0, "--fixtures", tmp_path, "--no-builtin")
    assert (code, found["fixtures"][0][0]) == (0, "warning")
    assert "--api-key" in found["fixtures"][0][2]


def test_a_contract_that_cannot_be_used_is_a_problem_and_fixtures_wait_for_it(doctor, write_contract, document):
    del document["components"]["schemas"]["CampaignStats"]
    code, found = doctor("--port", 0, "--contract", write_contract(document))
    assert code == 2
    assert {level for level, _, _ in found["contract"]} == {"problem"}
    assert found["fixtures"][0][0] == "warning"
    assert found["port"][0][0] == "ok"


def test_a_contract_that_no_answer_of_the_mock_fits_is_a_problem(doctor, write_contract, document):
    document["components"]["schemas"]["ApiError"]["properties"]["error"] = {
        "type": "string",
        "minLength": 1,
        "maxLength": 0,
    }
    code, found = doctor("--port", 0, "--contract", write_contract(document))
    assert code == 2
    assert [level for level, _, _ in found["contract"]] == ["ok", "problem"]
    assert "/components/schemas/ApiError/properties/error" in found["contract"][1][1]
    assert found["port"][0][0] == "ok"


def versions(**installed):
    def version(name):
        try:
            return installed[name]
        except KeyError:
            raise metadata.PackageNotFoundError(name) from None

    return version


def test_libraries_that_are_missing_or_of_another_version_are_problems_with_the_command_that_fixes_them():
    needed = [Requirement(text) for text in ("one>=2,<3", "two>=1", "three>=1")]
    findings = list(library_findings(needed, versions(one="3.1", two="1.0")))
    assert [(finding.level, finding.text) for finding in findings] == [
        ("problem", "one 3.1 is installed, but <3,>=2 is required"),
        ("problem", "three is not installed"),
    ]
    assert [finding.remedy for finding in findings] == ["pip install 'one<3,>=2'", "pip install 'three>=1'"]


def test_libraries_that_fit_are_one_line():
    (finding,) = library_findings([Requirement("one>=2"), Requirement("two")], versions(one="2.1rc1", two="0"))
    assert (finding.level, finding.text.endswith("; all libraries have supported versions")) == ("ok", True)


def test_an_optional_library_may_be_absent_and_is_a_warning_in_a_version_that_does_not_fit():
    optional = [Requirement("one>=2; extra == 'generate'"), Requirement("two>=2; extra == 'suites'")]
    (finding,) = library_findings(optional, versions(two="1.0"))
    assert (finding.level, finding.text) == ("warning", "two 1.0 is installed, but >=2 is required")


def test_without_an_installation_nothing_is_claimed_of_versions():
    (finding,) = library_findings(None)
    assert finding.level == "warning"
    assert "not installed" in finding.text
