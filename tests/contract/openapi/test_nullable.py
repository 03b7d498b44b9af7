"""``nullable`` in a 3.1 document is read as meant, once, with a notice; the strict reading is there on request."""

import json

import pytest

from migma_contract.openapi import parse_contract
from migma_contract.openapi.nullable import apply_nullable, find

SUCCESS = "/paths/~1v1~1campaigns~1{id}~1stats/get/responses/200"


def compiled(document, *, strict=False):
    return parse_contract(json.dumps(document).encode(), source="openapi.json", strict_nullable=strict)


def schemas(document):
    return document["components"]["schemas"]


def stats_with(value, contract):
    stats = dict.fromkeys(contract.stats.required, 0) | {"lastUpdated": "2026-01-01T00:00:00Z"}
    return contract.operation.success.violations({"success": True, "data": stats} | value)


def test_the_built_in_contract_admits_null_where_its_author_meant_it(document):
    assert not stats_with({"error": None}, compiled(document))
    (violation,) = stats_with({"error": 5}, compiled(document))
    assert violation.expected == "string or null"
    assert violation.rule == "/components/schemas/ApiResponse/properties/error/type"


def test_the_strict_reading_refuses_null(document):
    contract = compiled(document, strict=True)
    (violation,) = stats_with({"error": None}, contract)
    assert (violation.where, violation.expected, violation.got) == ("/error", "string", "null")


def test_it_is_said_once_with_every_place(document):
    (notice,) = compiled(document).notices
    assert "/components/schemas/ApiResponse/properties/data" in notice
    assert "/components/schemas/ApiResponse/properties/error" in notice
    assert "--strict-nullable" in notice
    assert not compiled(document, strict=True).notices


@pytest.mark.parametrize("strict", [False, True])
def test_a_3_0_document_has_the_keyword_natively(document, strict):
    contract = compiled(document | {"openapi": "3.0.3"}, strict=strict)
    assert not contract.notices
    assert not stats_with({"error": None}, contract)
    assert stats_with({"error": 5}, contract)


def test_a_document_without_the_keyword_needs_no_notice(document):
    for schema in schemas(document)["ApiResponse"]["properties"].values():
        schema.pop("nullable", None)
    contract = compiled(document)
    assert not contract.notices
    assert stats_with({"error": None}, contract)


def test_the_document_itself_stays_as_published(document):
    before = json.dumps(document)
    apply_nullable(document)
    assert json.dumps(document) == before
    assert json.dumps(compiled(document).document) == before


@pytest.fixture
def wrapping(document):
    """A contract whose success schema, stats and one count are nullable references, in circles too."""
    media = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"allOf": [media["schema"]], "nullable": True}
    schemas(document)["Count"] = {"type": "integer", "minimum": 0}
    members = schemas(document)["CampaignStats"]["properties"]
    members["botOpens"] = {"allOf": [{"$ref": "#/components/schemas/Count"}], "nullable": True}
    members["previous"] = {"allOf": [{"$ref": "#/components/schemas/CampaignStats"}], "nullable": True}
    return compiled(document)


@pytest.mark.parametrize(
    ("changes", "where", "rule", "expected"),
    [
        ({"botOpens": "many"}, "/data/botOpens", "/components/schemas/Count/type", "integer"),
        ({"botOpens": -1}, "/data/botOpens", "/components/schemas/Count/minimum", "minimum 0"),
        ({"previous": 5}, "/data/previous", "/components/schemas/CampaignStats/type", "object"),
        (
            {"totalSent": "many"},
            "/data/totalSent",
            "/components/schemas/CampaignStats/properties/totalSent/type",
            "integer",
        ),
    ],
)
def test_within_a_nullable_reference_a_violation_names_its_own_reason_and_place(
    wrapping, changes, where, rule, expected
):
    stats = dict.fromkeys(wrapping.stats.required, 0) | {"lastUpdated": "2026-01-01T00:00:00Z"}
    assert not stats_with({"data": stats | {"botOpens": None, "previous": None}}, wrapping)
    assert not wrapping.operation.success.violations(None)
    (violation,) = stats_with({"data": stats | changes}, wrapping)
    assert (violation.where, violation.rule, violation.expected) == (where, rule, expected)
    assert wrapping.at(rule) is not None
    (deeper,) = stats_with({"data": stats | {"previous": stats | changes}}, wrapping)
    assert (deeper.where, deeper.rule) == (where.replace("/data", "/data/previous"), rule)


def test_a_rule_within_a_wrapped_schema_is_a_place_of_the_document(wrapping, document):
    (violation,) = wrapping.operation.success.violations("a string")[:1]
    assert "anyOf" not in violation.rule
    document["components"]["schemas"]["ApiResponse"]["properties"]["error"] = {
        "oneOf": [{"type": "string"}],
        "nullable": True,
    }
    contract = compiled(document)
    (violation,) = stats_with({"error": 5}, contract)
    assert violation.rule == "/components/schemas/ApiResponse/properties/error/oneOf"
    assert contract.at(violation.rule)


@pytest.mark.parametrize(
    ("schema", "changed"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": ["string", "null"], "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "string", "enum": [None], "nullable": True}, {"type": ["string", "null"], "enum": [None]}),
        ({"nullable": True}, {}),
        ({"$ref": "#/x", "nullable": True}, {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}),
        ({"const": 1, "nullable": True}, {"anyOf": [{"const": 1}, {"type": "null"}]}),
        ({"type": "string", "nullable": False}, {"type": "string", "nullable": False}),
        ({"type": "string", "example": {"nullable": True}}, {"type": "string", "example": {"nullable": True}}),
        (
            {"properties": {"default": {"type": "string", "nullable": True}}},
            {"properties": {"default": {"type": ["string", "null"]}}},
        ),
        (
            {"properties": {"properties": {"type": "object", "nullable": True}}},
            {"properties": {"properties": {"type": ["object", "null"]}}},
        ),
        ({"properties": {"nullable": True}}, {"properties": {"nullable": True}}),
        (
            {"allOf": [{"type": "string", "nullable": True}], "nullable": True},
            {"anyOf": [{"allOf": [{"type": ["string", "null"]}]}, {"type": "null"}]},
        ),
    ],
)
def test_each_form_of_schema_is_opened_for_null(schema, changed):
    assert apply_nullable({"schema": schema})[0] == {"schema": changed}


def test_a_default_response_is_no_default_value():
    responses = {"default": {"content": {"application/json": {"schema": {"type": "object", "nullable": True}}}}}
    assert find({"responses": responses}) == ["/responses/default/content/application~1json/schema"]
