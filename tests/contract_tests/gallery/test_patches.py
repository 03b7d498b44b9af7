"""For every drift that a document can express: the patch answers it, and whatever else is in its place is still found.

The API of the gallery answers here without a socket; rules, reports and patches are the real ones.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from gallery.api import KEY, Api
from gallery.catalogue import VARIANTS
from gallery.check import MAX_REQUESTS, contract_of, options
from gallery.check import contract as load_vendor_contract

from migma_contract.exchange import Exchange
from migma_contract.json_pointer import tokens
from migma_contract.openapi import Contract, parse_contract
from migma_contract.openapi.declared_names import declared_names
from migma_contract.openapi.patch.operation import apply_json_patch, json_patch
from migma_contract.rules.evaluate import evaluate, judge_one
from migma_contract_tests.check.run_result import RunResult
from migma_contract_tests.patch.change_rules import CHANGES, is_about_body
from migma_contract_tests.patch.patched_document import document_text
from migma_contract_tests.patch.proposal import Proposal, propose
from migma_contract_tests.probes.plan import in_sending_order, plan
from migma_contract_tests.results.report import Report

OTHER_VALUES = (None, 7.5, "text", [[]], {"a": {}})
"""Values of every type, in place of one that a patch allows."""
INEXPRESSIBLE = frozenset(
    {
        "starting-once",  # the API was away
        "first-starting",
        "unusual-404-detail",  # a proxy may have sent it
        "60000-fields",  # the report has only the beginning of the response
        "object-of-20000",
        "type-latin",  # a document has no charset
    }
)
STATUS_RULES = {rule for rule in CHANGES if rule.endswith("-status")}
NEEDED_BY_RULES = {"wrong-format", "wrong-type"}
"""Whatever a document says, the stats need a time, and a field of one type: other rules would find the same values."""
EXPRESSIBLE = tuple(
    variant
    for variant in VARIANTS
    if variant.rule in CHANGES.keys() - STATUS_RULES and variant.name not in INEXPRESSIBLE
)


@pytest.fixture(scope="module")
def vendor_contract() -> Contract:
    return load_vendor_contract()


def exchanges(api: Api, variant, contract: Contract) -> list[Exchange]:
    """Return what a check of the API would send and receive, if it needs no second attempt."""
    probes = in_sending_order(plan(options("http://127.0.0.1", variant), contract)[:MAX_REQUESTS])
    keys = {"valid": KEY, "invalid": "wrong", "missing": None}
    found = []
    for probe in probes:
        reply = api.answer(probe.method, probe.campaign_id, keys[probe.key])
        found.append(
            Exchange(
                purpose=probe.purpose,
                method=probe.method,
                url=f"http://127.0.0.1/v1/campaigns/{probe.campaign_id}/stats",
                campaign_id=probe.campaign_id,
                request_headers=(),
                started=datetime.now(UTC),
                elapsed=0.01,
                status=reply.status,
                headers=tuple((name.lower(), value) for name, value in reply.headers),
                body=b"" if probe.method == "HEAD" else reply.encoded,
                sample=probe.sample,
                declared=declared_names(contract),
            )
        )
    return found


def report_of(variant, contract: Contract) -> Report:
    """Return the report of a check of a variant."""
    sent = exchanges(Api(variant.change), variant, contract)
    evaluation, given = evaluate(sent, contract), options("http://127.0.0.1", variant)
    now = datetime.now(UTC)
    result = RunResult(given, contract, now, 0.1, len(sent), tuple(sent), (), "", evaluation)
    return Report.model_validate_json(result.report(None).model_dump_json(by_alias=True))


def patched(variant, contract: Contract) -> tuple[Proposal, Contract]:
    """Return what a variant asks for, and the contract with it."""
    proposal = propose(report_of(variant, contract), contract)
    text = document_text(proposal)
    root = contract.schemas.root
    assert json.loads(text) == proposal.document == apply_json_patch(root, json_patch(root, proposal.operations))
    return proposal, parse_contract(text.encode(), source="openapi.json", rates=contract.rates)


@pytest.mark.parametrize("variant", EXPRESSIBLE, ids=lambda variant: variant.name)
def test_after_the_patch_a_check_is_free_of_the_findings_and_a_neighbouring_drift_is_found(variant, vendor_contract):
    contract = contract_of(variant, vendor_contract)
    proposal, changed = patched(variant, contract)
    answered = {(each.rule, each.where) for each in proposal.answered}
    left = {each.finding.rule for each in proposal.unanswered} & CHANGES.keys()
    assert left <= NEEDED_BY_RULES | STATUS_RULES
    assert bool(answered) == bool(proposal.operations)
    assert all(each.evidence for each in proposal.operations)
    sent = exchanges(Api(variant.change), variant, changed)
    again = {(each.rule, each.where) for each in evaluate(sent, changed).findings}
    assert not answered & again
    for where in sorted(where for rule, where in answered if is_about_body(rule))[:1]:
        assert neighbours_found(where, sent, changed) >= 3


def neighbours_found(where: str, sent: list[Exchange], changed: Contract) -> int:
    """Return how many other values in the place of a finding are found there, or around it."""
    status, _, pointer = where.partition(" ")
    kind = {"200": "campaign", "401": "missing-key", "404": "unknown-id"}[status]
    like = next(each for each in sent if each.purpose == kind)
    around, found = where.rpartition("/")[0], 0
    for value in OTHER_VALUES:
        body = with_value(like.json.value, tokens(pointer.replace("*", "0")), value)
        again = replace(like, body=json.dumps(body).encode())
        found += any(each.where == around or each.where.startswith(where) for each in judge_one(again, changed))
    return found


def with_value(body: Any, way: list[str], value: Any) -> Any:
    if not way:
        return value
    inner = body if isinstance(body, dict) else {}
    return {**inner, way[0]: with_value(inner.get(way[0]), way[1:], value)}


@pytest.mark.parametrize("name", sorted(INEXPRESSIBLE))
def test_what_is_no_evidence_or_has_no_words_in_a_document_changes_nothing(name, vendor_contract):
    variant = next(each for each in VARIANTS if each.name == name)
    proposal = propose(report_of(variant, vendor_contract), vendor_contract)
    assert (proposal.operations, proposal.answered) == ((), ())
    assert all(each.why for each in proposal.unanswered)


def test_the_gallery_has_every_kind_of_drift_that_a_document_can_express():
    assert len(EXPRESSIBLE) >= 110
    with_samples_elsewhere = {"constraint-broken", *STATUS_RULES}  # the vendor's document has no constraints
    assert {variant.rule for variant in EXPRESSIBLE} == CHANGES.keys() - with_samples_elsewhere
