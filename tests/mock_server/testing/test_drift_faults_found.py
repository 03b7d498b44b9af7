"""The check finds each drift fault, by one rule."""

import json
import os
import subprocess
import sys

import pytest

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract.rules import rule
from migma_contract_tests.check.runner import run_check
from migma_contract_tests.probes.options import CheckOptions
from migma_mock.faults import FAULTS

EXAMPLE = "66b2f0a1c4e5d60012a40101"
DRIFT = list(FAULTS)[list(FAULTS).index("drop-field") :]
FOUND_BY = [
    ("drop-field", {"field": "totalDelivered"}, "required-missing"),
    ("drop-field", {"field": "/data"}, "envelope-data-missing"),
    ("drop-field", {"field": "/success"}, "envelope-success-missing"),
    ("rename-field", {"field": "openRate", "to": "open_rate"}, "field-renamed"),
    ("retype-field", {"field": "openRate"}, "wrong-type"),
    ("retype-field", {"field": "lastUpdated"}, "wrong-type"),
    ("retype-field", {"field": "/success"}, "envelope-success-not-boolean"),
    ("null-field", {"field": "lastUpdated"}, "null-not-allowed"),
    ("null-field", {"field": "botOpens"}, "null-not-allowed"),
    ("unknown-field", {"name": "spamReports", "value": 3}, "undocumented-field"),
    ("percent-rates", {}, "rate-is-percentage"),
    ("undocumented-status", {"status": 202}, "campaign-status"),
    ("set-field", {"field": "lastUpdated", "value": ""}, "wrong-format"),
    ("set-field", {"field": "lastUpdated", "value": "0001-01-01T00:00:00Z"}, "last-updated-zero"),
    ("set-field", {"field": "openRate", "value": "N/A"}, "wrong-type"),
    ("set-field", {"field": "bounces", "value": -4}, "negative-count"),
    ("set-field", {"field": "totalOpens", "value": 2**60}, "unsafe-integer"),
    ("set-field", {"field": "/error", "value": {"text": "No"}, "on": "error"}, "envelope-error-not-text"),
    ("set-field", {"field": "/error", "value": "No", "on": "success"}, "envelope-error-on-success"),
    ("set-field", {"field": "/success", "value": False, "on": "success"}, "envelope-success-false"),
    ("body", {"campaign_id": EXAMPLE, "body": {"success": False, "error": "No"}}, "envelope-success-false"),
    ("body", {"campaign_id": EXAMPLE, "body": []}, "envelope-not-object"),
    ("body", {"campaign_id": EXAMPLE, "text": "soon", "content_type": "application/json"}, "body-not-json"),
    ("body", {"campaign_id": EXAMPLE, "status": 301, "headers": {"Location": "/v2"}}, "redirect"),
    ("body", {"campaign_id": EXAMPLE, "body": {}, "headers": {"Content-Encoding": "br"}}, "response-encoding-broken"),
    # Not in the fields of the stats, and found as well.
    ("empty-body", {}, "body-empty"),
    ("invalid-json", {}, "body-truncated"),
    ("wrong-content-type", {"value": "text/html"}, "content-type-wrong"),
    ("wrong-content-length", {"delta": -10}, "body-truncated"),
    ("truncate", {}, "response-truncated"),
    ("reset-mid-body", {"after": 20}, "response-truncated"),
]
BESIDE = {"undocumented-header"}
"""The mock's own header X-Mock-Undocumented."""


def check(handle):
    secret = Secret(handle.api_key)
    options = CheckOptions(base_url=handle.base_url, campaign_ids=(handle.example_id,), key=secret, rate=None)
    return run_check(options, load_contract(openapi_path()))


def test_every_drift_fault_is_in_the_list():
    assert {kind for kind, _, _ in FOUND_BY} >= set(DRIFT)


@pytest.mark.parametrize(("kind", "members", "rule_id"), FOUND_BY)
def test_a_fault_is_found_by_one_rule(migma_mock, kind, members, rule_id):
    migma_mock.fault(kind, **members)
    report = check(migma_mock)
    assert {finding.rule for finding in report.findings} - BESIDE == {rule_id}
    # A new field is no drift by default, since clients ignore it.
    assert report.verdict == ("conforms" if rule(rule_id).level.name == "INFO" else "drift")


@pytest.mark.parametrize("kind", ["delay", "drip"])
def test_a_slow_response_conforms(migma_mock, quick_faults, kind):
    migma_mock.fault(kind, **quick_faults[kind])
    assert check(migma_mock).verdict == "conforms"


@pytest.mark.parametrize("kind", ["status", "html", "reset"])
def test_a_failure_is_inconclusive(migma_mock, kind):
    migma_mock.fault(kind, **({"status": 503} if kind == "status" else {}))
    assert check(migma_mock).verdict == "inconclusive"


def test_the_command_finds_it_too(migma_mock):
    migma_mock.fault("rename-field", field="openRate", to="open_rate")
    command = [
        sys.executable,
        "-m",
        "migma_contract_tests",
        "check",
        "--base-url",
        migma_mock.base_url,
        "--format",
        "json",
    ]
    environment = {**os.environ, "MIGMA_API_KEY": migma_mock.api_key, "MIGMA_CAMPAIGN_IDS": migma_mock.example_id}
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 1, ended.stderr
    assert [finding["rule"] for finding in json.loads(ended.stdout)["findings"]] == ["field-renamed"]
