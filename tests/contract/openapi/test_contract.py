"""The compiled contract: values from the document, and validation of bodies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.openapi import load_contract, parse_contract
from migma_contract.openapi.schema_validator import Validator
from migma_contract.resources import openapi_path
from migma_mock.generation import envelopes

SCHEMAS = "/components/schemas"
FIELDS = f"{SCHEMAS}/CampaignStats/properties"
STATS = {
    **dict.fromkeys(
        (
            *("totalSent", "totalDelivered", "uniqueOpens", "totalOpens", "uniqueClicks", "totalClicks"),
            *("unsubscribes", "bounces", "openRate", "clickRate"),
        ),
        0,
    ),
    "lastUpdated": "2026-01-31T09:30:00Z",
}


def compiled(document):
    return parse_contract(json.dumps(document).encode(), source="openapi.json")


def test_the_contract_has_everything_that_the_mock_needs(contract, document):
    operation = contract.operation
    assert (operation.method, operation.path) == ("GET", "/v1/campaigns/{id}/stats")
    assert (operation.prefix, operation.parameter, operation.suffix) == ("/v1/campaigns/", "id", "/stats")
    assert operation.operation_id == "GetCampaignStats"
    assert operation.key_header == "Authorization"
    assert list(operation.responses) == ["200", "401", "404"]
    assert operation.success.status == "200"
    assert operation.error.status == "401"
    assert contract.servers == ("https://api.migma.ai",)
    assert (contract.title, contract.version) == ("Migma.ai API (v1)", "1.0.0")
    assert contract.document == document
    assert contract.raw == openapi_path().read_bytes()
    assert list(contract.envelope.properties) == ["success", "data", "error"]
    assert list(contract.envelope.required) == ["success"]
    assert list(contract.error_envelope.required) == ["success", "error"]
    assert list(contract.stats.required) == list(STATS)
    assert contract.stats_pointer == f"{SCHEMAS}/ApiResponseCampaignStats/allOf/1/properties/data"


def test_every_json_pointer_in_the_contract_exists(contract):
    operation = contract.operation
    places = [operation.pointer, contract.stats_pointer]
    places += [response.pointer for response in operation.responses.values()]
    places += [str(response.schema_pointer) for response in operation.responses.values()]
    for fields in (contract.envelope, contract.stats, contract.error_envelope):
        places += [*fields.properties.values(), *fields.required.values()]
    for place in places:
        assert contract.at(place)
    assert contract.at(contract.stats.required["lastUpdated"]) == "lastUpdated"


@given(envelopes("realistic") | envelopes("edge"))
def test_generated_responses_are_valid(contract, body):
    assert contract.operation.success.violations(body) == []
    assert contract.operation.success.validator.is_valid(body)


@pytest.mark.parametrize(
    ("body", "violation"),
    [
        ({}, ("", f"{SCHEMAS}/ApiResponse/required", "required", "the field 'success'", "none")),
        ([], ("", f"{SCHEMAS}/ApiResponse/type", "type", "object", "[] (array)")),
        (
            {"success": 1},
            ("/success", f"{SCHEMAS}/ApiResponse/properties/success/type", "type", "boolean", "1 (integer)"),
        ),
        (
            {"success": True, "data": STATS | {"totalSent": "12"}},
            ("/data/totalSent", f"{FIELDS}/totalSent/type", "type", "integer", '"12" (string)'),
        ),
        (
            {"success": True, "data": STATS | {"totalSent": 1.5}},
            ("/data/totalSent", f"{FIELDS}/totalSent/type", "type", "integer", "1.5 (number)"),
        ),
        (
            {"success": True, "data": STATS | {"lastUpdated": "yesterday"}},
            (
                *("/data/lastUpdated", f"{FIELDS}/lastUpdated/format", "format"),
                *("a string in the format date-time", '"yesterday" (string)'),
            ),
        ),
    ],
)
def test_a_violation_has_both_pointers_and_both_values(contract, body, violation):
    assert violation in [found[:5] for found in contract.operation.success.violations(body)]
    assert not contract.operation.success.validator.is_valid(body)


@pytest.mark.parametrize("name", STATS)
def test_a_missing_field_is_named(contract, name):
    stats = {key: value for key, value in STATS.items() if key != name}
    (violation,) = contract.operation.success.violations({"success": True, "data": stats})
    assert violation.missing == name
    assert violation.pointer == "/data"


def test_all_violations_are_returned_in_a_fixed_order(contract):
    body = {"success": "yes", "data": dict.fromkeys(STATS, None)}
    violations = contract.operation.success.violations(body)
    assert len(violations) >= 1 + len(STATS)
    assert violations == sorted(violations)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_a_body_of_any_shape_is_validated(contract, body):
    assert contract.operation.success.violations(body)


def test_integers_beyond_64_bits_are_validated(contract):
    assert not contract.operation.success.violations({"success": True, "data": STATS | {"totalSent": 10**40}})
    assert not contract.operation.success.violations({"success": True, "data": STATS | {"totalSent": -(10**400)}})


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        ({"minimum": 3}, 1, "minimum 3"),
        ({"enum": ["a", "b"]}, "c", 'enum ["a", "b"]'),
        ({"const": 5}, 6, "const 5"),
        ({"maxLength": 1}, "abc", "maxLength 1"),
        ({"pattern": "^a$"}, "b", 'pattern "^a$"'),
        ({"not": {}}, 1, "a value that not in the contract allows"),
        ({"anyOf": [{"type": "null"}]}, 1, "a value that anyOf in the contract allows"),
        ({"oneOf": [{}, {}]}, 1, "a value that oneOf in the contract allows"),
        ({"properties": {"a": False}}, {"a": 1}, "no fields that the contract does not declare"),
        ({"additionalProperties": False}, {"a": 1}, "no fields that the contract does not declare"),
        ({"unevaluatedProperties": False}, {"a": 1}, "no fields that the contract does not declare"),
        ({"uniqueItems": True}, [1, 1], "uniqueItems"),
        ({"type": ["null", "array", "object"]}, 1, "object or array or null"),
    ],
)
def test_each_keyword_describes_what_it_requires(schema, body, expected):
    (violation,) = Validator({"a b{}": schema}, "/a b{}").violations(body)
    assert violation.expected == expected
    assert violation.schema_pointer.startswith("/a b{}/")


def test_a_status_is_found_by_number_then_range_then_default(document):
    responses = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]
    responses |= {"4XX": responses["404"], "default": responses["404"], "x-note": "ours"}
    operation = compiled(document).operation
    assert operation.response(404).status == "404"
    assert operation.response(429).status == "4XX"
    assert operation.response(503).status == "default"
    assert "x-note" not in operation.responses


def test_an_undocumented_status_has_no_response(contract):
    assert contract.operation.response(429) is None


def test_a_response_without_a_body_is_not_the_success_response(document):
    get = document["paths"]["/v1/campaigns/{id}/stats"]["get"]
    get["responses"] = {"202": {"description": "Later."}, **get["responses"]}
    operation = compiled(document).operation
    assert operation.success.status == "200"
    assert operation.responses["202"].validator is None
    assert operation.responses["202"].violations("anything") == []


def test_a_schema_may_be_true_and_a_media_type_may_have_none(document):
    responses = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]
    responses["410"] = {"description": "Gone.", "content": {"application/json": {"schema": True}}}
    responses["503"] = {"description": "Down.", "content": {"application/problem+json": {}}}
    operation = compiled(document).operation
    assert operation.responses["410"].violations("anything") == []
    assert operation.responses["503"].media_type == "application/problem+json"
    assert operation.responses["503"].validator is None


def test_fields_are_collected_through_references_and_circles(document):
    schemas = document["components"]["schemas"]
    schemas["ApiResponse"]["properties"]["parent"] = {"$ref": f"#{SCHEMAS}/ApiResponse"}
    schemas["ApiResponse"]["allOf"] = [{"$ref": f"#{SCHEMAS}/ApiResponse"}]
    schemas["Text"] = {"type": "string"}
    schemas["Extended"] = {"allOf": [{"$ref": f"#{SCHEMAS}/CampaignStats"}, {"properties": {"note": {}}}]}
    schemas["ApiResponseCampaignStats"]["allOf"][1]["properties"]["data"] = {"$ref": f"#{SCHEMAS}/Extended"}
    contract = compiled(document)
    assert "parent" in contract.envelope.properties
    assert {*STATS, "note"} <= set(contract.stats.properties)


def test_references_may_be_percent_encoded(document):
    document["components"]["schemas"]["A stat"] = document["components"]["schemas"]["CampaignStats"]
    data = {"$ref": f"#{SCHEMAS}/A%20stat"}
    document["components"]["schemas"]["ApiResponseCampaignStats"]["allOf"][1]["properties"]["data"] = data
    contract = compiled(document)
    assert contract.stats.properties["totalSent"] == f"{SCHEMAS}/A stat/properties/totalSent"
    assert contract.operation.success.violations({"success": True, "data": {}})


@pytest.mark.parametrize(
    ("scheme", "header"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-API-Key"}, "X-API-Key"),
        ({"type": "http", "scheme": "bearer"}, "Authorization"),
    ],
)
def test_the_key_header_comes_from_the_security_scheme(document, scheme, header):
    document["components"]["securitySchemes"]["apiKeyAuth"] = scheme
    assert compiled(document).operation.key_header == header


def test_the_security_of_the_operation_overrides_that_of_the_document(document):
    document["components"]["securitySchemes"]["own"] = {"type": "apiKey", "in": "header", "name": "X-Own"}
    document["paths"]["/v1/campaigns/{id}/stats"]["get"]["security"] = [{}, {"own": []}]
    assert compiled(document).operation.key_header == "X-Own"


@pytest.mark.parametrize(("header", "value"), [("Authorization", "Bearer KEY"), ("X-API-Key", "KEY")])
def test_the_key_has_a_scheme_in_authorization_only(document, header, value):
    document["components"]["securitySchemes"]["apiKeyAuth"]["name"] = header
    assert compiled(document).operation.key_header_value("KEY") == value


def test_the_operation_is_found_by_its_id_among_others(document):
    other = {"operationId": "Other", "responses": {}}
    document["paths"] = {"/v1/other": {"get": other, "post": other, "summary": "x"}, **document["paths"]}
    assert compiled(document).operation.path == "/v1/campaigns/{id}/stats"


def test_a_contract_is_immutable_and_has_a_short_repr(contract):
    assert len(repr(contract)) < 2000
    with pytest.raises(AttributeError):
        contract.version = "2"


def test_the_same_file_compiles_to_equal_fields(contract):
    assert load_contract(openapi_path()).stats == contract.stats


def test_the_built_in_contract_is_named_without_its_folder(contract, tmp_path):
    assert contract.source == "openapi.json"
    copy = tmp_path / "openapi.json"
    copy.write_bytes(contract.raw)
    assert load_contract(copy).source == str(copy)
