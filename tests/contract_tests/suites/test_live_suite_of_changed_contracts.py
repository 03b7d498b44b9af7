"""The live suite asks as a changed contract says: at the path of its server, with the key in its place."""

import json

import pytest

from migma_contract.openapi import load_contract
from migma_contract.redaction import Secret
from migma_contract_tests.probes.options import CheckOptions
from migma_contract_tests.probes.plan import in_sending_order, plan
from migma_contract_tests.suites.live_config import LivePlan
from migma_contract_tests.suites.live_suite import LiveSuite
from migma_mock import MockServer

PATH = "/v1/campaigns/{id}/stats"


def with_server_path(document):
    document["servers"] = [{"url": "https://api.migma.ai/v1"}]
    document["paths"] = {"/campaigns/{id}/stats": document["paths"][PATH]}


def with_key(**scheme):
    return lambda document: document["components"]["securitySchemes"].update(apiKeyAuth=scheme)


def with_required_header(document):
    operation = document["paths"][PATH]["get"]
    header = {"name": "X-Workspace", "in": "header", "required": True, "schema": {"type": "string"}, "example": "acme"}
    operation["parameters"].append(header)
    operation["responses"]["400"] = {"$ref": "#/components/responses/NotFound"}


def with_uuids(document):
    document["paths"][PATH]["get"]["parameters"][0]["schema"]["format"] = "uuid"


EDITS = {
    "a server with a path": with_server_path,
    "a key in the query": with_key(type="apiKey", name="api_key", **{"in": "query"}),
    "a key in a cookie": with_key(type="apiKey", name="sid", **{"in": "cookie"}),
    "HTTP Basic": with_key(type="http", scheme="basic"),
    "a required header": with_required_header,
    "ids of another form": with_uuids,
    "no security": lambda document: document.pop("security"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_mock_on_a_changed_contract_passes_the_live_suite(document, write_contract, edit):
    edit(document)
    path = write_contract(document)
    with MockServer(contract=path, reload=False) as server:
        options = CheckOptions(
            base_url=server.base_url,
            campaign_ids=(server.example_id,),
            key=Secret(server.api_key),
            rate=None,
            timeout=600,
        )
        contract = load_contract(path)
        probes = in_sending_order(plan(options, contract))
        suite = LiveSuite(LivePlan(options, tuple(probes), ()), contract)
        assert {str(probe): suite.check(probe) for probe in probes} == {str(probe): "" for probe in probes}
        assert suite.report.verdict == "conforms", suite.report.reason
        assert server.api_key not in json.dumps([str(exchange) for exchange in suite.exchanges])
        assert server.api_key not in repr(suite.report)


def test_a_check_of_an_api_that_needs_no_key_needs_none_either(document, write_contract, run):
    """It was refused for lack of a key, which the API does not have."""
    del document["security"]
    path = write_contract(document)
    with MockServer(contract=path, reload=False) as server:
        outcome = run("check", "--contract", path, "--base-url", server.base_url, "--campaign-id", server.example_id)
    assert (outcome.returncode, b"CONFORMS" in outcome.stdout) == (0, True)
    assert b"5 of at most 10 requests" in outcome.stdout
