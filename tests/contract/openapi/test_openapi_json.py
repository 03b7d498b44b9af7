"""openapi.json is the vendor's document as published, with the order of its keys."""

import hashlib
import json

import pytest

from migma_contract.resources import openapi_path
from migma_contract.strict_json import parse

# SHA-256 of the document on the vendor's page, converted to JSON: same order of keys, no white space, UTF-8.
PUBLISHED = "55e27ab92984daff09f4f4084cad04ede8fe3daea4d0c44c10fc5f86de93b505"


def test_it_is_the_vendors_document(document):
    canonical = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(canonical).hexdigest() == PUBLISHED, (
        "openapi.json changed. If the vendor published a new document, replace the digest here; otherwise restore it."
    )


def test_it_is_strict_json_with_one_newline_at_the_end():
    raw = openapi_path().read_bytes()
    assert not parse(raw).defects
    assert raw.endswith(b"}\n")
    assert b"\r" not in raw


def test_the_keys_have_the_vendors_order(document):
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


def test_it_is_complete(document):
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
def test_it_still_has_nullable(document, name, place):
    """``nullable`` is not a keyword of OpenAPI 3.1, but the file stays as published."""
    schema = document["components"]["schemas"]["ApiResponse"]["properties"][name]
    assert schema == ({"type": place} if place else {}) | {"nullable": True}


def test_every_reference_exists(document):
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
