"""The mock follows documents that differ from the built-in one."""

import json

import httpx

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock import MockServer

PATH = "/v1/campaigns/{id}/stats"


def schemas(document):
    return document["components"]["schemas"]


def served(path):
    return MockServer(contract=path, reload=False)


def ask(mock, path, **headers):
    return httpx.get(mock.base_url + path, headers=mock.auth_headers | headers)


def test_circular_schemas_are_allowed(write_contract, document):
    fields = schemas(document)["CampaignStats"]["properties"]
    fields["previous"] = {"$ref": "#/components/schemas/CampaignStats"}
    contract = load_contract(write_contract(document))
    stats = dict.fromkeys(contract.stats.required, 0) | {"lastUpdated": "2026-01-01T00:00:00Z"}
    assert not contract.operation.success.violations({"success": True, "data": stats | {"previous": stats}})
    (violation,) = contract.operation.success.violations({"success": True, "data": stats | {"previous": {"x": 1}}})[:1]
    assert violation.pointer == "/data/previous"
    with served(write_contract(document)) as mock:
        assert ask(mock, f"/v1/campaigns/{mock.example_id}/stats").status_code == 200
        assert ask(mock, "/docs").status_code == 200


def test_the_mock_follows_a_3_0_document(write_contract, document):
    document["openapi"] = "3.0.3"
    with served(write_contract(document)) as mock:
        assert not mock.mock.contract.notices
        assert ask(mock, f"/v1/campaigns/{mock.example_id}/stats").json()["success"] is True


def test_the_mock_serves_a_new_optional_field(write_contract, document, tmp_path):
    schemas(document)["CampaignStats"]["properties"]["spamReports"] = {"type": "integer"}
    folder = tmp_path / "fixtures"
    folder.mkdir()
    campaign = json.loads((openapi_path().parent / "fixtures/campaigns/newsletter.json").read_bytes())
    campaign["stats"]["spamReports"] = 3
    (folder / "one.json").write_text(json.dumps(campaign))
    with MockServer(contract=write_contract(document), fixtures=folder, reload=False) as mock:
        assert ask(mock, f"/v1/campaigns/{campaign['id']}/stats").json()["data"]["spamReports"] == 3
        assert "spamReports" in ask(mock, "/docs").text


def test_the_mock_serves_another_path(write_contract, document):
    document["paths"][PATH]["get"]["parameters"][0]["name"] = "campaignId"
    document["paths"] = {"/v2/campaigns/{campaignId}/stats": document["paths"][PATH]}
    with served(write_contract(document)) as mock:
        assert mock.sdk_base_url.endswith("/v2")
        assert ask(mock, f"/v2/campaigns/{mock.example_id}/stats").status_code == 200
        old = ask(mock, f"/v1/campaigns/{mock.example_id}/stats")
        assert old.status_code == 404
        assert "/v2/campaigns/{campaignId}/stats" in old.json()["error"]


def test_a_newly_documented_status_is_not_marked_as_undocumented(write_contract, document):
    document["paths"][PATH]["get"]["responses"]["429"] = {"$ref": "#/components/responses/NotFound"}
    with served(write_contract(document)) as mock:
        limited = next(c for c in mock.mock.accounts.built_in.state.campaigns.values() if c.reply.status == 429)
        response = ask(mock, f"/v1/campaigns/{limited.id}/stats")
        assert response.status_code == 429
        assert "x-mock-undocumented" not in response.headers


def test_the_mock_reads_the_key_from_another_header(write_contract, document):
    document["components"]["securitySchemes"]["apiKeyAuth"]["name"] = "X-Migma-Key"
    with served(write_contract(document)) as mock:
        assert mock.auth_headers == {"X-Migma-Key": mock.api_key}
        path = f"/v1/campaigns/{mock.example_id}/stats"
        assert ask(mock, path).status_code == 200
        refusal = httpx.get(mock.base_url + path)
        assert refusal.status_code == 401
        assert "X-Migma-Key: YOUR_API_KEY" in refusal.json()["error"]
        assert f"X-Migma-Key: {mock.api_key}" in ask(mock, "/docs").text


def test_the_mock_serves_the_contract_unchanged(write_contract, document):
    path = write_contract(json.dumps(document, indent=7).encode() + b"\n\n")
    with served(path) as mock:
        assert ask(mock, "/openapi.json").content == path.read_bytes()


def test_a_contract_that_does_not_say_what_the_stats_are_is_served_with_a_notice(write_contract, document):
    document["components"]["schemas"]["ApiResponseCampaignStats"]["allOf"].pop()
    contract = load_contract(write_contract(document))
    assert not contract.stats.properties
    assert "does not say what stats a campaign has, at /components/schemas/ApiResponse" in contract.notices[-1]
