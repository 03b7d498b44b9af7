"""Contracts, reports and proposals for the tests of this folder."""

import copy
import json
from datetime import UTC, datetime

from samples.exchanges import exchange

from migma_contract.openapi import parse_contract
from migma_contract.openapi.diff import diff
from migma_contract.redaction import Secret
from migma_contract.resources import openapi_path
from migma_contract.rules.evaluate import evaluate
from migma_contract_tests.check.run_result import RunResult
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
