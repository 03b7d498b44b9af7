"""``--contract`` of the check: YAML and URLs, with places that people can open."""

import json

import pytest
import yaml

from migma_contract.resources import openapi_path
from migma_contract_tests.check.runner import run as run_check
from migma_contract_tests.cli.read_documents import read_contract


@pytest.fixture
def report_of(stage):
    """Check a server that leaves out a field, against a contract."""

    def check(contract):
        with stage.serve(stage.reading(lambda envelope: envelope["data"].pop("bounces"))) as server:
            return run_check(stage.options(server.url), contract).report(None)

    return check


def test_a_finding_has_the_line_of_the_yaml_document(report_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    document = json.loads(openapi_path().read_bytes())
    (tmp_path / "openapi.yaml").write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    report = report_of(read_contract("openapi.yaml", strict_nullable=False, rates="fraction"))
    lines = (tmp_path / "openapi.yaml").read_text("utf-8").splitlines()
    assert report.contract.source == "openapi.yaml"
    assert any("bounces" in lines[finding.line - 1] for finding in report.findings if finding.line)


def test_a_contract_of_a_url_is_named_by_it_and_the_report_says_from_when_it_is(run, stage, conforming, tmp_path):
    """The document of a URL is fetched without the key, and the key goes to the server that was named."""
    published = openapi_path().read_bytes()
    with stage.serve(lambda _: stage.answer(200, published)) as documents:
        flags = (
            "check",
            "--contract",
            f"{documents.url}/openapi.json",
            "--base-url",
            conforming.url,
            "--format",
            "json",
        )
        given = {"MIGMA_API_KEY": stage.key, "MIGMA_CAMPAIGN_IDS": stage.campaign, "XDG_CACHE_HOME": str(tmp_path)}
        done = run(*flags, **given)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["contract"]["source"] == f"{documents.url}/openapi.json"
    assert f"The document is from {documents.url}/openapi.json, fetched " in report["notices"][0]
    (request,) = documents.requests
    assert "authorization" not in request.headers
