"""Proposals for documents and responses that the gallery does not have."""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from samples.exchanges import STATS, exchange, failed, second, stats

from migma_contract.openapi import parse_contract
from migma_contract.openapi.diff import diff
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract.rules import RULES
from migma_contract.rules.evaluate import evaluate
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.patch.advice import advice
from migma_contract_tests.patch.formats import FORMATS
from migma_contract_tests.patch.proposal import propose
from migma_contract_tests.probes.options import CheckOptions

VENDOR = json.loads(openapi_path().read_text(encoding="utf-8"))
OTHERS = tuple(
    map(exchange, ("missing-key", "invalid-key", "unknown-id", "unknown-id-missing-key", "unusual-id", "head"))
)
STATS_AT = "/components/schemas/CampaignStats"
RESPONSES_AT = "/paths/~1v1~1campaigns~1{id}~1stats/get/responses"


def contract_with(change=lambda document: None, **options):
    document = copy.deepcopy(VENDOR)
    change(document)
    return parse_contract(json.dumps(document, indent=2).encode(), source="openapi.json", **options)


def properties(document):
    return document["components"]["schemas"]["CampaignStats"]["properties"]


def in_30(document):
    """Make the document one of OpenAPI 3.0."""
    document["openapi"] = "3.0.3"


def report_of(contract, *exchanges, **changes):
    """Return the report of a check with these exchanges."""
    options = CheckOptions(base_url="http://localhost", campaign_ids=("507f1f77bcf86cd799439011",), key=Secret("k"))
    evaluation, now = evaluate(exchanges, contract), datetime.now(UTC)
    result = RunResult(options, contract, now, 1, len(exchanges), exchanges, (), "", evaluation)
    return result.report(None).model_copy(update=changes)


def proposed(contract, *exchanges, **options):
    """Return what these exchanges ask for, and check that diff has the same opinion of its effect."""
    proposal = propose(report_of(contract, *exchanges), contract, **options)
    levels = {str(each.level) for each in diff(contract.schemas.root, proposal.document).changes}
    is_breaking = any(each.effect == "breaking" for each in proposal.operations)
    assert is_breaking == ("breaking" in levels)
    return proposal


def changes(proposal):
    return {(each.op, each.path): each.value for each in proposal.operations}


def test_values_of_several_responses_are_allowed_together_and_null_alone():
    contract = contract_with()
    exchanges = (stats(bounces="50"), second(stats(bounces=None)), *OTHERS)
    assert changes(proposed(contract, *exchanges)) == {
        ("replace", f"{STATS_AT}/properties/bounces/type"): ["integer", "string", "null"]
    }


def test_a_null_makes_a_field_nullable_in_the_dialect_of_the_document():
    assert changes(proposed(contract_with(in_30), stats(openRate=None), *OTHERS)) == {
        ("add", f"{STATS_AT}/properties/openRate/nullable"): True
    }


def test_a_shared_schema_is_widened_at_the_field_that_shows_it():
    def share(document):
        document["components"]["schemas"]["Count"] = {"type": "integer"}
        for name in ("bounces", "botOpens"):
            properties(document)[name] = {"$ref": "#/components/schemas/Count"}

    contract = contract_with(share)
    proposal = proposed(contract, stats(bounces=None), *OTHERS)
    reference = {"$ref": "#/components/schemas/Count"}
    assert changes(proposal) == {
        ("replace", f"{STATS_AT}/properties/bounces"): {"anyOf": [reference, {"type": "null"}]}
    }
    changed = parse_contract(json.dumps(proposal.document).encode(), source="x")
    found = evaluate([stats(botOpens=None), *OTHERS], changed).findings
    assert [each.where for each in found] == ["200 /data/botOpens"]


@pytest.mark.parametrize(
    ("keywords", "value", "expected"),
    [
        ({"maximum": 0.3}, 439 / 1150, {"maximum": 439 / 1150}),
        ({"enum": [0.5]}, 439 / 1150, {"enum": [0.5, 439 / 1150]}),
        ({"exclusiveMaximum": 0.2}, 439 / 1150, {"maximum": 439 / 1150}),
    ],
)
def test_a_constraint_is_widened_only_as_far_as_the_values(keywords, value, expected):
    contract = contract_with(lambda document: properties(document)["openRate"].update(keywords))
    proposal = proposed(contract, stats(openRate=value), *OTHERS)
    schema = properties(proposal.document)["openRate"]
    assert {name: schema[name] for name in expected} == expected
    assert proposal.answered
    assert not proposal.unanswered


def test_a_new_field_of_a_closed_object_is_declared_and_counts_as_breaking():
    contract = contract_with(
        lambda document: document["components"]["schemas"]["CampaignStats"].update(additionalProperties=False)
    )
    proposal = propose(report_of(contract, stats(spam=3), *OTHERS), contract)
    assert changes(proposal) == {("add", f"{STATS_AT}/properties/spam"): {"type": "integer"}}
    assert {each.effect for each in proposal.operations} == {"breaking"}
    assert not proposal.unanswered
    assert not propose(report_of(contract, stats(spam=3), *OTHERS), contract, only="additive").operations


def test_a_field_with_an_empty_name_or_that_of_a_keyword_is_not_taken_for_another_value():
    def declare(document):
        properties(document).update({"": {"type": "integer"}, "type": False})

    contract = contract_with(declare)
    proposal = propose(report_of(contract, stats(**{"": "x", "type": 1}), *OTHERS), contract)
    assert not proposal.operations
    assert {each.finding.where for each in proposal.unanswered} == {"200 /data", "200 /data/type"}


def test_a_field_that_two_schemas_require_becomes_optional_in_both():
    def require_twice(document):
        schemas = document["components"]["schemas"]
        schemas["CampaignStats"]["allOf"] = [{"required": ["bounces"]}, {"required": ["bounces", "totalSent"]}]

    read = exchange(value={"success": True, "data": {name: each for name, each in STATS.items() if name != "bounces"}})
    proposal = proposed(contract_with(require_twice), read, *OTHERS)
    assert changes(proposal)["remove", f"{STATS_AT}/allOf/0/required"] is None
    assert changes(proposal)["replace", f"{STATS_AT}/allOf/1/required"] == ["totalSent"]
    assert not proposal.unanswered


def test_a_new_field_has_the_types_of_all_responses_with_its_schema():
    missing = exchange("missing-key", value={"success": False, "error": "No key", "trace": 1})
    unknown = exchange("unknown-id", value={"success": False, "error": "No", "trace": {"id": "t"}})
    proposal = proposed(contract_with(), exchange(), missing, *OTHERS[1:2], unknown, *OTHERS[3:])
    assert changes(proposal) == {
        ("add", "/components/schemas/ApiError/properties/trace"): {
            "type": ["integer", "object"],
            "properties": {"id": {"type": "string"}},
        }
    }
    assert [each.where for each in proposal.operations[0].evidence] == ["401 /trace", "404 /trace"]
    assert len(proposal.operations[0].used_by) == 2
    assert "This component is used at" in FORMATS["terminal"](proposal)


def test_a_status_gets_a_response_with_the_schema_that_was_seen():
    unlike = {"success": False, "error": "Bad id", "detail": {"position": 3}}
    for value, schema in (
        ({"success": False, "error": "Bad id"}, {"$ref": "#/components/schemas/ApiError"}),
        (
            unlike,
            {
                "type": "object",
                "properties": {
                    "success": {"type": "boolean"},
                    "error": {"type": "string"},
                    "detail": {"type": "object", "properties": {"position": {"type": "integer"}}},
                },
            },
        ),
    ):
        proposal = proposed(contract_with(), exchange(), *OTHERS[:4], exchange("unusual-id", 422, value), OTHERS[5])
        assert changes(proposal) == {
            ("add", f"{RESPONSES_AT}/422"): {
                "description": "Unprocessable Entity",
                "content": {"application/json": {"schema": schema}},
            }
        }
        assert not proposal.unanswered


def test_a_status_that_the_check_does_not_expect_is_documented_and_remains():
    empty = exchange("unusual-id", 410, headers=(), body=b"")
    gone = exchange("unknown-id", 410, headers=(), body=b"")
    proposal = proposed(contract_with(), exchange(), *OTHERS[:2], gone, OTHERS[3], empty, OTHERS[5])
    assert changes(proposal) == {("add", f"{RESPONSES_AT}/410"): {"description": "Gone"}}
    assert [each.finding.rule for each in proposal.unanswered] == ["unknown-id-status", "body-empty"]
    assert "another status" in proposal.unanswered[0].why


def test_headers_and_media_types_are_added_where_they_were_seen():
    read = exchange(headers=(("content-type", "application/vnd.migma+json"), ("x-stats-version", "2"), ("x-node", "a")))
    proposal = propose(report_of(contract_with(), read, *OTHERS), contract_with())
    assert changes(proposal) == {
        ("add", f"{RESPONSES_AT}/200/headers"): {
            "x-stats-version": {"schema": {"type": "integer"}},
            "x-node": {"schema": {"type": "string"}},
        },
        ("add", f"{RESPONSES_AT}/200/content/application~1vnd.migma+json"): {
            "schema": {"$ref": "#/components/schemas/ApiResponseCampaignStats"}
        },
    }
    assert not proposal.unanswered
    changed = parse_contract(json.dumps(proposal.document).encode(), source="x")
    other = exchange(headers=(("content-type", "application/other+json"), ("x-new", "2")))
    assert {each.rule for each in evaluate([other, *OTHERS], changed).findings} == {
        "content-type-wrong",
        "undocumented-header",
    }


def test_additive_and_breaking_changes_are_apart():
    exchanges = (stats(spam=3, openRate=None), *OTHERS)
    additive = proposed(contract_with(), *exchanges, only="additive")
    assert changes(additive) == {("add", f"{STATS_AT}/properties/spam"): {"type": "integer"}}
    assert [each.why for each in additive.unanswered] == ["No change that is additive answers it."]
    breaking = proposed(contract_with(), *exchanges, only="breaking")
    assert [each.path for each in breaking.operations] == [f"{STATS_AT}/properties/openRate/type"]
    assert [each.path for each in breaking.operations + additive.operations] == [
        each.path for each in proposed(contract_with(), *exchanges).operations
    ]


def test_a_change_that_only_moves_a_finding_to_another_rule_is_not_proposed():
    proposal = proposed(contract_with(), stats(lastUpdated="2026-01-31 09:30"), *OTHERS)
    assert (proposal.operations, [each.finding.rule for each in proposal.unanswered]) == ((), ["wrong-format"])
    assert "last-updated-not-rfc3339" in proposal.unanswered[0].why


def test_findings_that_only_the_changed_document_shows_are_named():
    proposal = proposed(contract_with(), stats(uniqueOpens=439.5), *OTHERS)
    assert [each.rule for each in proposal.revealed] == ["open-rate-inconsistent"]
    assert "the same responses also show:\n  breaking open-rate-inconsistent" in FORMATS["terminal"](proposal)


def test_what_is_no_evidence_changes_nothing_and_says_why():
    contract, drift = contract_with(), stats(spam=3)
    cases = {
        "inconclusive": report_of(contract, drift, *OTHERS, verdict="inconclusive"),
        "does not have the whole response": report_of(
            contract, stats(spam="x" * 70_000), *OTHERS, exchanges=()
        ).model_copy(update={"exchanges": report_of(contract, stats(spam="x" * 70_000), *OTHERS).exchanges}),
        "has changed since the check": report_of(contract, drift, *OTHERS).model_copy(
            update={"exchanges": report_of(contract, exchange(), *OTHERS).exchanges}
        ),
        "too many new fields": report_of(contract, stats(**{f"n{number}": 1 for number in range(101)}), *OTHERS),
    }
    for words, report in cases.items():
        proposal = propose(report, contract)
        assert (proposal.operations, proposal.answered) == ((), ())
        assert words in proposal.unanswered[0].why
        assert bool(proposal.stale) == (words == "has changed since the check")
    late = replace(failed("unreachable"), sample=2)
    assert not propose(report_of(contract, exchange(), late), contract).operations


def test_findings_that_a_baseline_accepts_or_the_report_leaves_out_change_nothing():
    contract = contract_with()
    report = report_of(contract, stats(spam=3, openRate=None), *OTHERS)
    kept = tuple(each for each in report.findings if each.rule == "undocumented-field")
    proposal = propose(report.model_copy(update={"findings": kept, "omitted": {"wrong-type": 2}}), contract)
    assert list(changes(proposal)) == [("add", f"{STATS_AT}/properties/spam")]
    assert "The report leaves out 2 findings" in FORMATS["terminal"](proposal)


def test_each_rule_has_advice_for_what_a_document_cannot_express():
    advised = {rule.id: advice(rule.id) for rule in RULES}
    assert "--rates percent" in advised["rate-is-percentage"]
    assert "two reads" in advised["counts-decreased"]
    assert not [rule for rule, text in advised.items() if text == advice("no such rule")]
