"""Integers of the contract are written in digits alone; numbers are not limited."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.exchanges import STATS, exchange, second

from migma_contract.openapi import parse_contract
from migma_contract.resources import openapi_path
from migma_contract.rules import judge
from migma_contract.stats import MAX_COUNT

RULE = "integer-written-as-decimal"


def written(name: str, number: str, **changed: object):
    """Return a read of a campaign in which a field is written like this."""
    text = json.dumps({"success": True, "data": {**STATS, **changed, name: "HERE"}})
    return exchange(body=text.replace('"HERE"', number).encode())


def found(contract, *exchanges):
    return [(each.where, each.got) for each in judge(exchanges, contract) if each.rule == RULE]


@pytest.mark.parametrize("number", ["1200.0", "1200.", "1.2e3", "12E2", "1.200e+03", "120000e-2", "1200.000", "1200e0"])
def test_the_finding_shows_the_integer_as_it_was_written(number, contract):
    is_json = not number.endswith(".")
    assert found(contract, written("totalSent", number)) == ([("200 /data/totalSent", number)] if is_json else [])


@pytest.mark.parametrize(
    ("number", "is_found"), [("0", False), ("-0", True), ("0.0", True), ("-0.0", True), ("0e9", True)]
)
def test_zero_has_one_spelling(number, is_found, contract):
    assert bool(found(contract, written("botClicks", number))) is is_found


@pytest.mark.parametrize("number", ["0", "-0", "0.0", "0e0"])
def test_a_rate_may_be_written_as_any_number(number, contract):
    nobody = {"uniqueOpens": 0, "totalOpens": 31, "mppOpens": 0}
    assert found(contract, written("openRate", number, **nobody)) == []


@given(st.integers(-MAX_COUNT, MAX_COUNT), st.sampled_from([str, "{}.0".format, "{}e0".format, "{:e}".format]))
def test_every_spelling_but_digits_alone_is_found(contract, value, spell):
    number = spell(value)
    exact = float(number).is_integer() and abs(float(number)) <= MAX_COUNT
    assert bool(found(contract, written("totalOpens", number))) is (exact and number != str(value))


def test_a_count_above_the_exact_doubles_is_one_finding(contract):
    findings = judge([written("totalOpens", "1e16")], contract)
    assert [finding.rule for finding in findings] == ["unsafe-integer"]


def test_one_answer_of_several_is_told(contract):
    findings = judge([exchange(), second(written("totalSent", "1200.0"))], contract)
    (finding,) = [each for each in findings if each.rule == RULE]
    assert finding.message == "totalSent is an integer, but it is written as 1200.0. (In 1 of 2 reads.)"


def test_a_byte_order_mark_or_invalid_text_beside_it_does_not_hide_it(contract):
    read = written("totalSent", "1200.0", note="\ud83d")
    marked = exchange(body=b"\xef\xbb\xbf" + read.body)
    assert found(contract, read) == found(contract, marked) == [("200 /data/totalSent", "1200.0")]


@pytest.mark.parametrize(
    ("schema", "is_found"),
    [
        ({"type": "integer"}, True),
        ({"type": ["integer", "null"]}, True),
        ({"type": "integer", "nullable": True}, True),
        ({"$ref": "#/components/schemas/Count"}, True),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, True),
        ({"allOf": [{"$ref": "#/components/schemas/Count"}]}, True),
        ({"type": "number"}, False),
        ({"type": ["integer", "number"]}, False),
        ({"description": "anything"}, False),
        (True, False),
    ],
)
def test_the_integers_are_those_of_the_contract(schema, is_found):
    document = json.loads(openapi_path().read_bytes())
    schemas = document["components"]["schemas"]
    schemas["Count"] = {"type": "integer"}
    schemas["CampaignStats"]["properties"]["spamReports"] = schema
    contract = parse_contract(json.dumps(document).encode(), source="openapi.json")
    assert bool(found(contract, written("spamReports", "3.0"))) is is_found


def test_an_undocumented_field_may_be_any_number(contract):
    assert found(contract, written("spamReports", "3.0")) == []
