"""Proposals for documents and responses that the gallery does not have."""

import json

import pytest
from proposing import OTHERS, RESPONSES_AT, STATS_AT, changes, contract_with, in_30, properties, proposed, report_of
from samples.exchanges import STATS, exchange, second, stats

from migma_contract.openapi import parse_contract
from migma_contract.rules.evaluate import evaluate
from migma_contract_tests.patch.formats import FORMATS
from migma_contract_tests.patch.proposal import propose


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
