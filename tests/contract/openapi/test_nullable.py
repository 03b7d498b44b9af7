"""``nullable`` in a 3.1 document is applied, with one notice, unless strict_nullable is set."""

import json

import pytest

from migma_contract.openapi import parse_contract
from migma_contract.openapi.nullable import apply_nullable, find_nullable

SUCCESS = "/paths/~1v1~1campaigns~1{id}~1stats/get/responses/200"


def compiled(document, *, strict=False):
    return parse_contract(json.dumps(document).encode(), source="openapi.json", strict_nullable=strict)


def schemas(document):
    return document["components"]["schemas"]


def stats_with(value, contract):
    stats = dict.fromkeys(contract.stats.required, 0) | {"lastUpdated": "2026-01-01T00:00:00Z"}
    return contract.operation.success.violations({"success": True, "data": stats} | value)


def test_the_built_in_contract_allows_null_at_nullable_fields(document):
    assert not stats_with({"error": None}, compiled(document))
    (violation,) = stats_with({"error": 5}, compiled(document))
    assert violation.expected == "string or null"
    assert violation.schema_pointer == "/components/schemas/ApiResponse/properties/error/type"


def test_strict_nullable_rejects_null(document):
    contract = compiled(document, strict=True)
    (violation,) = stats_with({"error": None}, contract)
    assert (violation.pointer, violation.expected, violation.got) == ("/error", "string", "null")


def test_one_notice_names_every_place(document):
    (notice,) = compiled(document).notices
    assert "/components/schemas/ApiResponse/properties/data" in notice
    assert "/components/schemas/ApiResponse/properties/error" in notice
    assert "--strict-nullable" in notice
    assert not compiled(document, strict=True).notices


@pytest.mark.parametrize("strict", [False, True])
def test_a_3_0_document_supports_nullable_without_a_notice(document, strict):
    contract = compiled(document | {"openapi": "3.0.3"}, strict=strict)
    assert not contract.notices
    assert not stats_with({"error": None}, contract)
    assert stats_with({"error": 5}, contract)


def test_a_document_without_nullable_has_no_notice(document):
    for schema in schemas(document)["ApiResponse"]["properties"].values():
        schema.pop("nullable", None)
    contract = compiled(document)
    assert not contract.notices
    assert stats_with({"error": None}, contract)


def test_the_document_itself_is_not_changed(document):
    before = json.dumps(document)
    apply_nullable(document)
    assert json.dumps(document) == before
    assert json.dumps(compiled(document).document) == before


@pytest.fixture
def wrapping(document):
    """A contract whose success schema, stats and one count are nullable references, also circular ones."""
    media = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"allOf": [media["schema"]], "nullable": True}
    schemas(document)["Count"] = {"type": "integer", "minimum": 0}
    fields = schemas(document)["CampaignStats"]["properties"]
    fields["botOpens"] = {"allOf": [{"$ref": "#/components/schemas/Count"}], "nullable": True}
    fields["previous"] = {"allOf": [{"$ref": "#/components/schemas/CampaignStats"}], "nullable": True}
    return compiled(document)


@pytest.mark.parametrize(
    ("changes", "place", "schema", "expected"),
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
def test_a_violation_within_a_nullable_reference_has_its_own_reason_and_place(
    wrapping, changes, place, schema, expected
):
    stats = dict.fromkeys(wrapping.stats.required, 0) | {"lastUpdated": "2026-01-01T00:00:00Z"}
    assert not stats_with({"data": stats | {"botOpens": None, "previous": None}}, wrapping)
    assert not wrapping.operation.success.violations(None)
    (violation,) = stats_with({"data": stats | changes}, wrapping)
    assert (violation.pointer, violation.schema_pointer, violation.expected) == (place, schema, expected)
    assert wrapping.at(schema) is not None
    (deeper,) = stats_with({"data": stats | {"previous": stats | changes}}, wrapping)
    assert (deeper.pointer, deeper.schema_pointer) == (place.replace("/data", "/data/previous"), schema)


def test_the_pointer_of_a_wrapped_schema_exists_in_the_document(wrapping, document):
    (violation,) = wrapping.operation.success.violations("a string")[:1]
    assert "anyOf" not in violation.schema_pointer
    document["components"]["schemas"]["ApiResponse"]["properties"]["error"] = {
        "oneOf": [{"type": "string"}],
        "nullable": True,
    }
    contract = compiled(document)
    (violation,) = stats_with({"error": 5}, contract)
    assert violation.schema_pointer == "/components/schemas/ApiResponse/properties/error/oneOf"
    assert contract.at(violation.schema_pointer)


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
def test_each_form_of_schema_allows_null(schema, changed):
    assert apply_nullable({"schema": schema})[0] == {"schema": changed}


def test_a_default_response_is_not_a_default_value():
    responses = {"default": {"content": {"application/json": {"schema": {"type": "object", "nullable": True}}}}}
    assert find_nullable({"responses": responses}) == ["/responses/default/content/application~1json/schema"]
