"""Findings for which nothing is proposed, with the reason, and documents that are not written."""

import json
from dataclasses import replace

import pytest
from proposing import OTHERS, STATS_AT, VENDOR, changes, contract_with, properties, proposed, report_of
from samples.exchanges import exchange, failed, stats

from migma_contract.errors import SettingsError
from migma_contract.openapi import load_contract
from migma_contract.openapi.patch.operation import PatchError
from migma_contract.rules import RULES
from migma_contract_tests.patch.advice import advice
from migma_contract_tests.patch.formats import FORMATS
from migma_contract_tests.patch.patched_document import apply_to_file
from migma_contract_tests.patch.proposal import propose


def test_a_field_with_an_empty_name_or_that_of_a_keyword_is_not_taken_for_another_value():
    def declare(document):
        properties(document).update({"": {"type": "integer"}, "type": False})

    contract = contract_with(declare)
    proposal = propose(report_of(contract, stats(**{"": "x", "type": 1}), *OTHERS), contract)
    assert not proposal.operations
    assert {each.finding.where for each in proposal.unanswered} == {"200 /data", "200 /data/type"}


def test_a_change_that_only_moves_a_finding_to_another_rule_is_not_proposed():
    proposal = proposed(contract_with(), stats(lastUpdated="2026-01-31 09:30"), *OTHERS)
    assert (proposal.operations, [each.finding.rule for each in proposal.unanswered]) == ((), ["wrong-format"])
    assert "last-updated-not-rfc3339" in proposal.unanswered[0].why


def test_findings_that_only_the_changed_document_shows_are_named():
    proposal = proposed(contract_with(), stats(uniqueOpens=439.5), *OTHERS)
    assert [each.rule for each in proposal.revealed] == ["open-rate-inconsistent"]
    assert "the same responses also show:\n  breaking open-rate-inconsistent" in FORMATS["terminal"](proposal)


def test_what_is_no_evidence_changes_nothing_and_says_why():
    contract, drift = contract_with(), stats(spam=3)
    cases = {
        "inconclusive": report_of(contract, drift, *OTHERS, verdict="inconclusive"),
        "does not have the whole response": report_of(
            contract, stats(spam="x" * 70_000), *OTHERS, exchanges=()
        ).model_copy(update={"exchanges": report_of(contract, stats(spam="x" * 70_000), *OTHERS).exchanges}),
        "has changed since the check": report_of(contract, drift, *OTHERS).model_copy(
            update={"exchanges": report_of(contract, exchange(), *OTHERS).exchanges}
        ),
        "too many new fields": report_of(contract, stats(**{f"n{number}": 1 for number in range(101)}), *OTHERS),
    }
    for words, report in cases.items():
        proposal = propose(report, contract)
        assert (proposal.operations, proposal.answered) == ((), ())
        assert words in proposal.unanswered[0].why
        assert bool(proposal.stale) == (words == "has changed since the check")
    late = replace(failed("unreachable"), sample=2)
    assert not propose(report_of(contract, exchange(), late), contract).operations


def test_findings_that_a_baseline_accepts_or_the_report_leaves_out_change_nothing():
    contract = contract_with()
    report = report_of(contract, stats(spam=3, openRate=None), *OTHERS)
    kept = tuple(each for each in report.findings if each.rule == "undocumented-field")
    proposal = propose(report.model_copy(update={"findings": kept, "omitted": {"wrong-type": 2}}), contract)
    assert list(changes(proposal)) == [("add", f"{STATS_AT}/properties/spam")]
    assert "The report leaves out 2 findings" in FORMATS["terminal"](proposal)


def test_a_file_that_changed_since_it_was_read_is_not_written(tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(VENDOR), encoding="utf-8")
    contract = load_contract(path)
    proposal = propose(report_of(contract, stats(openRate=None), *OTHERS), contract)
    changed = json.dumps(
        contract_with(lambda document: properties(document)["openRate"].update(type="string")).document
    )
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(
        PatchError,
        match=r"--apply .*openapi.json: the document has changed at .*/openRate/type: expected .*number",
    ):
        apply_to_file(proposal, path)
    assert path.read_text(encoding="utf-8") == changed
    path.unlink()
    with pytest.raises(SettingsError, match="No such file"):
        apply_to_file(proposal, path)


def test_each_rule_has_advice_for_what_a_document_cannot_express():
    advised = {rule.id: advice(rule.id) for rule in RULES}
    assert "--rates percent" in advised["rate-is-percentage"]
    assert "two reads" in advised["counts-decreased"]
    assert not [rule for rule, text in advised.items() if text == advice("no such rule")]
