"""Campaigns of one's own follow the contract: new stats are made, and a contradiction has its place."""

import json

import pytest
from contract_changes import trying
from contract_changes.change import fields, require, stats

from migma_contract.errors import ArgumentError, FixtureError
from migma_contract.openapi import parse_contract


def campaign(**changes):
    newsletter = {"id": "mine", "title": "Mine", "description": "Mine."}
    stats = json.loads((trying.openapi_path().parent / "fixtures/campaigns/newsletter.json").read_bytes())["stats"]
    return {**newsletter, "stats": {**stats, **changes}}


def test_a_campaign_of_ones_own_gets_only_what_is_required_and_the_note_names_its_file(mock_of, tmp_path):
    def edit(document):
        require(document, "spamReports", {"type": "integer", "minimum": 0})
        fields(document)["forwards"] = {"type": "integer"}

    own = tmp_path / "own"
    own.mkdir()
    (own / "lacking.json").write_text(json.dumps(campaign()))
    account = mock_of(edit, fixtures=own)
    served = account._mock.accounts.built_in.state.campaign(b"mine").stats
    assert "spamReports" in served
    assert "forwards" not in served
    (note,) = [note for note in account._mock.notices if "lacking.json" in note]
    assert note.startswith("The contract requires spamReports, which your campaigns lack")


def test_a_campaign_of_ones_own_that_contradicts_the_contract_is_an_error_with_its_place(mock_of, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "wrong.json").write_text(json.dumps(campaign(spamReports="many")))
    with pytest.raises(FixtureError) as caught:
        mock_of(lambda document: require(document, "spamReports", {"type": "integer"}), fixtures=own)
    (problem,) = caught.value.problems
    assert (problem.file, problem.pointer) == (str(own / "wrong.json"), "/stats/spamReports")


def test_a_growing_campaign_that_will_contradict_the_contract_is_refused_when_it_is_read(mock_of, tmp_path):
    """It raised at the request after the growth had passed the bound."""
    own = tmp_path / "own"
    own.mkdir()
    growing = {"id": "big", "title": "Big", "description": "Big.", "growth": {"recipients": 3 * 10**9, "sentAt": "-1h"}}
    (own / "big.json").write_text(json.dumps(growing))
    with pytest.raises(FixtureError) as caught:
        mock_of(lambda document: fields(document)["totalSent"].update(format="int32"), fixtures=own)
    assert {problem.pointer for problem in caught.value.problems} == {"/growth"}


def test_a_campaign_of_a_test_is_completed_in_the_form_of_the_contract(mock_of, get):
    """New required stats are made, new ones can be given, and removed ones are neither filled in nor taken."""

    def edit(document):
        require(document, "spamReports", {"type": "integer", "minimum": 0})
        fields(document)["forwards"] = {"type": "integer"}
        del fields(document)["bounces"]
        stats(document)["required"].remove("bounces")
        stats(document)["additionalProperties"] = False

    account = mock_of(edit)
    known = account.campaign("mine", totalDelivered=200, forwards=7)
    assert (known["forwards"], known["spamReports"] >= 0, "bounces" in known) == (7, True, False)
    assert get(account, account.stats_url("mine"), **account.auth_headers).json()["data"] == known
    with pytest.raises(ArgumentError, match="bounces"):
        account.campaign("other", bounces=3)


def test_a_number_beyond_32_bits_is_a_violation_that_names_the_format(document):
    fields(document)["totalSent"]["format"] = "int32"
    contract = parse_contract(json.dumps(document).encode(), source="new.json")
    stats = campaign(totalSent=2**31)["stats"]
    (violation,) = contract.operation.success.violations({"success": True, "data": stats})
    assert (violation.keyword, violation.pointer) == ("format", "/data/totalSent")
    assert violation.schema_pointer.endswith("/totalSent/format")
    assert violation.expected == "an integer of 32 bits, maximum 2147483647"
