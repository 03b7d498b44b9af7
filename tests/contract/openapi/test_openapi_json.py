"""openapi.json is the vendor's document as published: nothing edited, nothing lost, the order of keys kept."""

import hashlib
import json

import pytest

from migma_contract.resources import openapi_path
from migma_contract.strict_json import parse

# Of the vendor's page, converted to JSON as it stands: order kept, no white space, UTF-8.
PUBLISHED = "55e27ab92984daff09f4f4084cad04ede8fe3daea4d0c44c10fc5f86de93b505"


def test_it_is_the_vendors_document_to_the_last_key(document):
    canonical = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(canonical).hexdigest() == PUBLISHED, (
        "openapi.json changed. If the vendor published a new document, put its digest here; otherwise put it back."
    )


def test_it_is_strict_json_and_ends_in_one_newline():
    raw = openapi_path().read_bytes()
    assert not parse(raw).defects
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw


def test_the_order_of_keys_is_the_vendors(document):
    assert list(document) == ["openapi", "info", "servers", "security", "tags", "paths", "components"]
    assert list(document["info"]) == ["title", "description", "license", "version"]
    assert list(document["components"]) == ["schemas", "responses", "securitySchemes"]
    assert list(document["components"]["schemas"]) == [
        "ApiResponseCampaignStats",
        "ApiResponse",
        "CampaignStats",
        "ApiError",
    ]
    (operation,) = document["paths"]["/v1/campaigns/{id}/stats"].values()
    assert list(operation) == [
        *("tags", "summary", "description", "operationId", "parameters", "responses", "x-codeSamples")
    ]
    assert list(operation["responses"]) == ["200", "401", "404"]


def test_nothing_is_lost(document):
    assert document["openapi"] == "3.1.0"
    assert len(document["tags"]) == 13
    assert document["servers"] == [{"url": "https://api.migma.ai", "description": "Production"}]
    assert document["security"] == [{"apiKeyAuth": []}]
    schemas = document["components"]["schemas"]
    assert len(schemas["CampaignStats"]["properties"]) == 14
    assert schemas["CampaignStats"]["required"] == list(schemas["CampaignStats"]["properties"])[:11]
    assert schemas["ApiError"]["properties"]["success"]["default"] is False
    assert schemas["ApiError"]["properties"]["data"]["additionalProperties"] is True
    assert "Settings → API Integration" in document["components"]["securitySchemes"]["apiKeyAuth"]["description"]
    samples = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["x-codeSamples"]
    assert samples[0]["source"].endswith("await migma.campaigns.stats('CAMPAIGN_ID');")


@pytest.mark.parametrize(("name", "place"), [("data", None), ("error", "string")])
def test_the_authors_nullable_is_still_there(document, name, place):
    """It is no keyword of OpenAPI 3.1; the file keeps it all the same, and the reading of it is ours."""
    schema = document["components"]["schemas"]["ApiResponse"]["properties"][name]
    assert schema == ({"type": place} if place else {}) | {"nullable": True}


def test_every_reference_leads_somewhere(document):
    references = []
    stack = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            references += [node["$ref"]] if "$ref" in node else []
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    assert len(references) == 7
    for reference in references:
        target = document
        for token in reference.removeprefix("#/").split("/"):
            target = target[token]
        assert target
