"""``migma-contract diff``: sources, reports, baseline and exit codes."""

import json
import xml.etree.ElementTree as ET

import pytest
import yaml

from migma_contract.openapi.diff import CHANGE_RULES
from migma_contract.resources import openapi_path
from migma_contract_tests.reports import FORMATS
from migma_contract_tests.results.report import Report

PATH = "/v1/campaigns/{id}/stats"


@pytest.fixture
def published():
    """The built-in document, for a test to change."""
    return json.loads(openapi_path().read_bytes())


@pytest.fixture
def written(tmp_path, published):
    """Writes old.json, the built-in document, and new.json, the same with a change; returns their names."""

    def write(change):
        (tmp_path / "old.json").write_bytes(openapi_path().read_bytes())
        change(published)
        (tmp_path / "new.json").write_text(json.dumps(published, indent=2), "utf-8")
        return "old.json", "new.json"

    return write


def stats_of(document):
    return document["components"]["schemas"]["CampaignStats"]


def lose_bounces(document):
    stats_of(document)["required"].remove("bounces")


def add_path(document):
    document["paths"]["/v1/other"] = {"get": {"responses": {"200": {"description": "OK"}}}}


def report_of(done):
    return Report.model_validate_json(done.stdout)


def test_the_same_document_is_compatible(run):
    done = run("diff", openapi_path(), openapi_path())
    assert done.returncode == 0
    assert "✓ COMPATIBLE  no changes" in done.stdout.decode()


def test_a_breaking_change_ends_in_1_and_names_both_places(run, written, tmp_path):
    done = run("diff", *written(lose_bounces), "--format", "json")
    assert done.returncode == 1
    report = report_of(done)
    (finding,) = report.findings
    assert (report.kind, report.verdict, report.contract.source, report.target) == (
        "diff",
        "drift",
        "old.json",
        "new.json",
    )
    assert (finding.rule, finding.level, finding.operations) == (
        "response-required-widened",
        "breaking",
        (f"GET {PATH}",),
    )
    assert finding.message == f"GET {PATH}: data.bounces in the response 200 is not always sent any more."
    at = "/components/schemas/CampaignStats/properties/bounces"
    assert (finding.pointer, finding.new_pointer, finding.where) == (at, at, at)
    for name, line in (("old.json", finding.line), ("new.json", finding.new_line)):
        assert '"bounces"' in (tmp_path / name).read_text().splitlines()[line - 1]
    assert report.rules[finding.rule].why


def test_every_format_has_the_change(run, written):
    sources = written(lose_bounces)
    formats = [f"--format={name}=report.{name}" for name in FORMATS if name != "terminal"]
    done = run("diff", *sources, *formats)
    texts = {"terminal": done.stdout.decode()}
    for name in FORMATS:
        text = texts.get(name) or (run.folder / f"report.{name}").read_text("utf-8")
        assert "data.bounces in the response 200 is not always sent any more" in text, name
    failures = ET.parse(run.folder / "report.junit").iter("failure")
    assert [failure.get("type") for failure in failures] == ["breaking"]
    sarif = json.loads((run.folder / "report.sarif").read_text())["runs"][0]
    assert [rule["id"] for rule in sarif["tool"]["driver"]["rules"]] == [rule.id for rule in CHANGE_RULES]
    (place,) = sarif["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "new.json"


@pytest.fixture
def run(run, tmp_path):
    run.folder = tmp_path
    return run


def test_fail_on_says_which_level_fails(run, written):
    sources = written(add_path)
    assert run("diff", *sources).returncode == 0
    done = run("diff", *sources, "--fail-on", "info", "--quiet")
    assert done.returncode == 1
    assert done.stdout.decode() == "The new document differs from the old one (1 info).\n"


def test_only_compares_one_path_whatever_its_parameters_are_called(run, written):
    def change(document):
        lose_bounces(document)
        add_path(document)

    sources = written(change)
    one = report_of(run("diff", *sources, "--only", "/v1/campaigns/{campaignId}/stats", "--format", "json"))
    assert ([finding.rule for finding in one.findings], one.operations) == (["response-required-widened"], 1)
    other = run("diff", *sources, "--only", "/v1/other", "--format", "json")
    assert [finding.rule for finding in report_of(other).findings] == ["operation-added"]
    wrong = run("diff", *sources, "--only", "/v1/othr")
    assert wrong.returncode == 2
    assert (
        "--only: expected a path of one of the documents, got '/v1/othr'; did you mean '/v1/other'?"
        in wrong.stderr.decode()
    )


def test_the_operation_that_this_project_serves_comes_first(run, tmp_path, published):
    """Also where it is the last one of its document."""
    responses = {"200": {"description": "OK"}}
    first = {"/a": {"get": {"responses": responses, "operationId": "a"}}, **published["paths"]}
    (tmp_path / "old.json").write_text(json.dumps({**published, "paths": first}))
    (tmp_path / "new.json").write_text(json.dumps({**published, "paths": {}}))
    report = report_of(run("diff", "old.json", "new.json", "--format", "json"))
    assert [finding.operations for finding in report.findings] == [(f"GET {PATH}",), ("GET /a",)]


def test_a_baseline_accepts_changes(run, written, tmp_path):
    sources = (*written(lose_bounces), "--baseline", "known.json")
    updated = run("diff", *sources, "--update-baseline")
    assert (updated.returncode, b"1 added, 0 removed, 0 kept" in updated.stderr) == (0, True)
    assert "accepted by the baseline" in run("diff", *sources).stdout.decode()
    gone = run("diff", "old.json", "old.json", "--baseline", "known.json").stdout.decode()
    assert "No longer found; remove it from the baseline" in " ".join(gone.split())
    only = run("diff", "old.json", "old.json", "--baseline", "known.json", "--only", PATH).stdout.decode()
    assert "No longer found" not in only
    assert run("diff", "old.json", "new.json", "--update-baseline").returncode == 2


def test_yaml_a_page_and_a_url_are_read_like_json(run, stage, tmp_path, published):
    lose_bounces(published)
    document = yaml.safe_dump(published, sort_keys=False)
    (tmp_path / "page.md").write_text(f"# API\n\n```yaml\n{document}```\n", "utf-8")
    (tmp_path / "new.yaml").write_text(document, "utf-8")
    with stage.serve(lambda _: stage.answer(200, document.encode())) as server:
        url = f"{server.url}/openapi.yaml"
        for source in ("new.yaml", "page.md", url):
            done = run("diff", openapi_path(), source, "--format", "json", XDG_CACHE_HOME=str(tmp_path))
            (finding,) = report_of(done).findings
            assert finding.rule == "response-required-widened"
            assert report_of(done).target == source
        kept = run("diff", openapi_path(), url, XDG_CACHE_HOME=str(tmp_path)).stdout.decode()
        assert "kept copy" in kept
        again = run("diff", openapi_path(), url, "--refresh", XDG_CACHE_HOME=str(tmp_path))
        assert (again.returncode, len(server.requests)) == (1, 2)


UNUSABLE = {
    "nothing": (b"", "old.json: expected"),
    "no object": (b"[]", "expected an OpenAPI document (an object)"),
    "no JSON": (b'{"openapi": ', "not valid JSON"),
    "Swagger": (
        b'{"swagger": "2.0"}',
        'at /swagger (line 1, column 2): expected OpenAPI 3.0 or 3.1, got Swagger "2.0"',
    ),
    "no version": (b"{}", "at /openapi (line 1, column 1): expected OpenAPI 3.0 or 3.1, got null"),
    "a web page": (b"<!doctype html><title>API</title>", "a web page (HTML), titled “API”"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_document_that_cannot_be_used_is_one_clear_message(run, tmp_path, name):
    raw, message = UNUSABLE[name]
    (tmp_path / "old.json").write_bytes(raw)
    done = run("diff", "old.json", openapi_path())
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_refresh_needs_a_url(run):
    done = run("diff", openapi_path(), openapi_path(), "--refresh")
    assert done.returncode == 2
    assert "--refresh: expected the URL of a document with it" in done.stderr.decode()


def test_references_that_are_not_followed_are_counted(run, written):
    sources = written(lambda document: stats_of(document)["properties"].update(sends={"$ref": "other.yaml#/Sends"}))
    shown = " ".join(run("diff", *sources).stdout.decode().split())
    assert "new.json: 1 references lead to no place in it" in shown


def test_the_rules_of_changes_are_listed_and_explained(run):
    listed = run("rules", "--diff").stdout.decode().splitlines()
    assert {line.split()[0] for line in listed} == {rule.id for rule in CHANGE_RULES}
    explained = run("rules", "response-nullable-widened").stdout.decode()
    assert "response-nullable-widened (breaking)" in explained
    assert 'after:  {"type": ["string", "null"]}' in explained
