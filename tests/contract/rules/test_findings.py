"""Findings: one for each rule and place, counted, with a level and a place in the contract."""

import json

from samples.exchanges import STATS, SUCCESS, exchange, second, stats, without

from migma_contract.finding import Level
from migma_contract.openapi import parse_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge, judge_one


def test_a_field_without_a_type_that_differs_between_responses_is_a_warning():
    document = json.loads(openapi_path().read_bytes())
    document["components"]["schemas"]["CampaignStats"]["properties"]["label"] = {}
    findings = judge(
        [stats(label=1), second(stats(label="1"))], parse_contract(json.dumps(document).encode(), source="x")
    )
    assert [(f.rule, f.level, f.where) for f in findings] == [
        ("response-shape-inconsistent", Level.WARNING, "200 /data/label")
    ]


def test_the_rules_follow_a_newer_contract():
    """Nested fields, bounds and required fields that the vendor may add are checked without a code change."""
    document = json.loads(openapi_path().read_bytes())
    schema = document["components"]["schemas"]["CampaignStats"]
    device = {"type": "object", "properties": {"name": {"enum": ["mobile"]}, "opens": {"type": "integer"}}}
    schema["properties"]["devices"] = {"type": "array", "items": {**device, "required": ["opens"]}}
    schema["required"].append("devices")
    newer = parse_contract(json.dumps(document).encode(), source="openapi.json")
    assert [(f.rule, f.where) for f in judge([exchange()], newer)] == [("required-missing", "200 /data/devices")]
    devices = [{"name": "mobile", "opens": 1}, {"name": "fridge", "open_s": 1, "os": "x"}]
    assert {(f.rule, f.where) for f in judge([stats(devices=devices)], newer)} == {
        ("constraint-broken", "200 /data/devices/*/name"),
        ("field-renamed", "200 /data/devices/*/opens"),
        ("undocumented-field", "200 /data/devices/*/os"),
    }


def test_a_finding_has_the_place_in_the_contract_that_requires_it(contract):
    (finding,) = judge([without("clickRate")], contract)
    node = contract.document
    for token in finding.pointer.split("/")[1:]:
        node = node[int(token) if isinstance(node, list) else token]
    assert node == "clickRate"


def test_one_violation_among_several_reads_is_counted(contract):
    (finding,) = judge([exchange(), second(without("clickRate"))], contract)
    assert (finding.exchange, finding.where) == (1, "200 /data/clickRate")
    assert "In 1 of 2 reads" in finding.message


def test_the_same_violation_in_several_exchanges_is_one_finding(contract):
    (finding,) = judge([without("clickRate"), second(without("clickRate"))], contract)
    assert finding.exchange == 0
    assert " of " not in finding.message


def test_a_place_has_no_array_index_so_its_fingerprint_is_stable(contract):
    one, other = (judge([exchange(value={**SUCCESS, "data": [{}] * n})], contract) for n in (1, 2))
    assert [f.fingerprint for f in one] == [f.fingerprint for f in other]


def test_misplaced_stats_are_one_finding_not_eleven(contract):
    for value in (STATS, [STATS], {"success": True, **STATS}, {"success": True, "data": {"stats": STATS}}):
        assert [finding.rule for finding in judge([exchange(value=value)], contract)] == ["stats-outside-data"]


def test_without_a_usable_read_every_finding_is_info(contract):
    """A wrong base URL or key is a mistake of the user, not drift."""
    exchanges = [
        exchange(status=401),
        exchange("missing-key", 404),
        exchange("unknown-id", 401),
        exchange("invalid-key", 500),
    ]
    findings = judge(exchanges, contract)
    assert {finding.level for finding in findings} == {Level.INFO}
    assert {"api-key-rejected", "missing-key-status", "unknown-id-status", "invalid-key-status"} <= {
        f.rule for f in findings
    }


def test_one_exchange_can_be_judged_alone(contract):
    assert [finding.rule for finding in judge_one(stats(openRate=38.17), contract)] == ["rate-is-percentage"]
    assert judge_one(exchange(status=503), contract) == []
