"""``migma-contract patch``: from the report of a check to a contract that its responses conform to."""

import json
import shutil

import pytest

from migma_contract.resources import openapi_path

OPEN_RATE = "/components/schemas/CampaignStats/properties/openRate/type"


@pytest.fixture
def contract_file(tmp_path):
    return shutil.copyfile(openapi_path(), tmp_path / "openapi.json")


@pytest.fixture
def check_of(run, stage, contract_file):
    """Check a server whose stats have some fields replaced, against the contract file; write report.json."""

    def check(**fields):
        with stage.serve(stage.reading(lambda envelope: envelope["data"].update(fields))) as server:
            arguments = ("--base-url", server.url, "--campaign-id", stage.campaign, "--contract", "openapi.json")
            reports = ("--format", "json=report.json", "--quiet")
            return run("check", *arguments, *reports, MIGMA_API_KEY=stage.key)

    return check


@pytest.fixture
def drifted(check_of):
    """The report of a check that found a null and a new field."""
    assert check_of(openRate=None, spam=3).returncode == 1


def text_of(outcome):
    return outcome.stdout.decode() + outcome.stderr.decode()


def test_after_apply_the_check_is_clean_and_a_neighbouring_drift_is_found(check_of, run, contract_file):
    assert check_of(openRate=None, spam=3).returncode == 1
    before = contract_file.read_text(encoding="utf-8").splitlines()
    outcome = run("patch", "report.json", "--apply")
    assert outcome.returncode == 0, text_of(outcome)
    assert outcome.stderr == b"openapi.json was changed.\n"
    after = contract_file.read_text(encoding="utf-8").splitlines()
    assert len([line for line in before if line not in after]) <= 1
    assert len(after) - len(before) == 6
    assert check_of(openRate=None, spam=3).returncode == 0
    assert json.loads((contract_file.parent / "report.json").read_text())["findings"] == []
    assert check_of(openRate="0.25", spam=3).returncode == 1
    assert check_of(openRate=None, spam="3").returncode == 1


@pytest.mark.usefixtures("drifted")
def test_a_second_apply_is_refused_since_the_contract_has_changed_since_the_check(run, contract_file):
    assert run("patch", "report.json", "--apply").returncode == 0
    text = contract_file.read_text(encoding="utf-8")
    outcome = run("patch", "report.json", "--apply")
    assert outcome.returncode == 2
    assert "--apply: expected openapi.json as it was when it was checked" in text_of(outcome)
    assert "Run the check again. Nothing was written." in text_of(outcome)
    assert contract_file.read_text(encoding="utf-8") == text
    shown = run("patch", "report.json")
    assert (shown.returncode, "it has changed since the check" in text_of(shown)) == (1, True)


@pytest.mark.usefixtures("drifted")
def test_each_format_says_the_same(run, contract_file):
    shown = run("patch", "report.json")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert shown.stdout.decode() == (
        "Breaking for clients:\n"
        f"  replace {OPEN_RATE}\n"
        '      - "number"\n'
        '      + ["number", "null"]\n'
        "      null-not-allowed at 200 /data/openRate: null (2 responses, the first is exchange 0)\n"
        "\n"
        "Additive:\n"
        "  add /components/schemas/CampaignStats/properties/spam\n"
        '      + {"type": "integer"}\n'
        "      undocumented-field at 200 /data/spam: spam: 3 (integer) (2 responses, the first is exchange 0)\n"
        "\n"
        "2 changes of openapi.json for 2 of 2 findings.\n"
    )
    patch = json.loads(run("patch", "report.json", "--format", "json-patch").stdout)
    tests = [each["path"] for each in patch if each["op"] == "test"]
    assert tests == ["/components/schemas/CampaignStats/properties"]
    assert [(each["op"], each["effect"], len(each["evidence"])) for each in patch if each["op"] != "test"] == [
        ("replace", "breaking", 2),
        ("add", "additive", 2),
    ]
    overlay = json.loads(run("patch", "report.json", "--format", "overlay").stdout)
    stats = "$.components.schemas.CampaignStats.properties"
    assert [(each["target"], each["update"]) for each in overlay["actions"]] == [
        (f"{stats}.openRate", {"type": ["number", "null"]}),
        (stats, {"spam": {"type": "integer"}}),
    ]
    assert "null-not-allowed at 200 /data/openRate: null in exchange 0" in overlay["actions"][0]["description"]
    document = run("patch", "report.json", "--format", "document").stdout
    assert run("patch", "report.json", "--apply", "--format", "document").stdout == document
    assert contract_file.read_bytes() == document


@pytest.mark.usefixtures("drifted")
def test_additive_changes_can_be_applied_alone(run, contract_file):
    outcome = run("patch", "report.json", "--only", "additive", "--apply")
    assert outcome.returncode == 1
    assert "No change that is additive answers it." in text_of(outcome)
    properties = json.loads(contract_file.read_text(encoding="utf-8"))["components"]["schemas"]["CampaignStats"]
    assert properties["properties"]["spam"] == {"type": "integer"}
    assert properties["properties"]["openRate"]["type"] == "number"


def test_what_no_document_can_express_is_listed_and_nothing_is_written(check_of, run, contract_file):
    check_of(openRate=25.0, clickRate=5.0)
    before = contract_file.stat().st_mtime_ns
    outcome = run("patch", "report.json", "--apply")
    assert outcome.returncode == 1
    assert "rate-is-percentage at 200 /data" in text_of(outcome)
    assert "--rates percent" in text_of(outcome)
    assert "openapi.json was not changed: there is nothing to change." in text_of(outcome)
    assert contract_file.stat().st_mtime_ns == before
    check_of()
    clean = run("patch", "report.json")
    assert (clean.returncode, clean.stdout) == (0, b"The report has no findings, so there is nothing to change.\n")


@pytest.mark.usefixtures("drifted")
def test_a_contract_that_cannot_be_written_as_it_is_is_refused(run, contract_file, tmp_path):
    (tmp_path / "c.yaml").write_text(f"# kept\n{contract_file.read_text(encoding='utf-8')}", encoding="utf-8")
    (tmp_path / "wide.json").write_text(contract_file.read_text(encoding="utf-8"), encoding="utf-16")
    (tmp_path / "link.json").symlink_to(contract_file)
    before = contract_file.read_bytes()
    for source, words in (
        ("c.yaml", "c.yaml, which is YAML, a page or in another encoding"),
        ("wide.json", "another encoding"),
        ("link.json", "a symbolic link"),
        ("missing.json", "missing.json: expected a readable OpenAPI document"),
        ("https://example.com/openapi.json", "got a URL"),
    ):
        outcome = run("patch", "report.json", "--apply", "--contract", source)
        assert (outcome.returncode, outcome.stdout) == (2, b"")
        assert words in text_of(outcome), source
        assert "Traceback" not in text_of(outcome)
    contract_file.unlink()
    outcome = run("patch", "report.json", "--apply")
    assert (outcome.returncode, "got the built-in contract" in text_of(outcome)) == (2, True)
    assert run("patch", "report.json").returncode == 0
    contract_file.write_bytes(b"\xef\xbb\xbf" + before)
    assert run("patch", "report.json", "--apply").returncode == 0
    assert contract_file.read_bytes().startswith(b"\xef\xbb\xbf{")


def test_a_contract_in_yaml_has_its_changes_in_the_other_formats(check_of, run, tmp_path, contract_file):
    check_of(openRate=None)
    (tmp_path / "c.yaml").write_text(contract_file.read_text(encoding="utf-8"), encoding="utf-8")
    outcome = run("patch", "report.json", "--contract", "c.yaml", "--format", "overlay")
    assert (outcome.returncode, len(json.loads(outcome.stdout)["actions"])) == (0, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "report.json: expected a readable report, got No such file or directory"),
        (b"{", "report.json: not valid JSON at line 1"),
        (b"[]", "expected a report with findings and exchanges, got [] (array)"),
        (b'{"findings": [], "exchanges": []}', "report.json at /contract: expected"),
        (b'{"kind": "diff", "findings": [], "exchanges": []}', "at /kind: expected the report of a check"),
    ],
)
def test_what_is_no_report_of_a_check_is_refused(run, tmp_path, content, words):
    if content is not None:
        (tmp_path / "report.json").write_bytes(content)
    outcome = run("patch", "report.json")
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert words in text_of(outcome)
    assert "migma-contract check --format json=REPORT" in text_of(outcome)
    assert "Traceback" not in text_of(outcome)


@pytest.mark.usefixtures("drifted")
def test_a_report_with_other_values_is_refused_or_read_with_care(run, tmp_path):
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    report["findings"][0]["exchange"] = 99
    (tmp_path / "other.json").write_text(json.dumps(report), encoding="utf-8")
    outcome = run("patch", "other.json")
    assert (outcome.returncode, "at /findings/0/exchange: expected the index" in text_of(outcome)) == (2, True)
    report["findings"][0]["exchange"] = 0
    report["contract"]["source"] = "elsewhere.json"
    (tmp_path / "other.json").write_text(json.dumps(report), encoding="utf-8")
    outcome = run("patch", "other.json")
    assert (outcome.returncode, "--contract: expected the file elsewhere.json" in text_of(outcome)) == (2, True)
    report["verdict"] = "inconclusive"
    (tmp_path / "other.json").write_text(json.dumps(report), encoding="utf-8")
    outcome = run("patch", "other.json", "--contract", "openapi.json")
    assert (outcome.returncode, "The check was inconclusive" in text_of(outcome)) == (3, True)
    for options, words in (
        (("--only", "addtive"), "did you mean 'additive'"),
        (("--format", "yaml"), "one of terminal"),
    ):
        outcome = run("patch", "report.json", *options)
        assert (outcome.returncode, words in text_of(outcome)) == (2, True)
