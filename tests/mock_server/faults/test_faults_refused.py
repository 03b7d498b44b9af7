"""A fault that makes no sense is refused with the place, what was expected, and what came."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.openapi import load_contract, parse_contract
from migma_contract.resources import openapi_path
from migma_mock.faults import FAULTS, apply, parse_fault
from migma_mock.messages.reply import ReplyMaker

contract = load_contract(openapi_path())


def refusals(document):
    result = parse_fault(document, "PUT /faults", contract)
    assert isinstance(result, list), result
    return [(problem.pointer, problem.expected, problem.got) for problem in result]


@pytest.mark.parametrize("document", [None, 3, "status", [{"kind": "reset"}]])
def test_what_is_no_object(document):
    [(at, expected, _)] = refusals(document)
    assert (at, expected) == ("", "an object")


@pytest.mark.parametrize(
    ("document", "got"),
    [
        ({}, "no such member"),
        ({"kind": "reste"}, """"reste" (string); did you mean 'reset'?"""),
        ({"kind": "brew"}, '"brew" (string)'),
        ({"kind": ["reset"]}, '["reset"] (array)'),
    ],
)
def test_an_unknown_kind_gets_the_whole_list_and_the_nearest(document, got):
    assert refusals(document) == [("/kind", f"one of {', '.join(FAULTS)}", got)]


@pytest.mark.parametrize(
    ("document", "at", "expected", "got"),
    [
        ({"kind": "status"}, "", "member 'status'", "no such member"),
        ({"kind": "status", "status": 200}, "/status", "greater than or equal to 400", "200 (integer)"),
        ({"kind": "status", "status": "503"}, "/status", "a valid integer", '"503" (string)'),
        ({"kind": "status", "status": True}, "/status", "a valid integer", "true"),
        (
            {"kind": "status", "status": 503, "retryAfter": -1},
            "/retryAfter",
            "greater than or equal to 0",
            "-1 (integer)",
        ),
        ({"kind": "status", "status": 503, "message": "\ud800"}, "/message", "Unicode", '"\ud800" (string)'),
        (
            {"kind": "status", "status": 503, "code": "no spaces"},
            "/code",
            "a string of the form",
            '"no spaces" (string)',
        ),
        ({"kind": "reset", "time": 2}, "/time", "a known field", "'time'"),
        ({"kind": "reset", "times": 0}, "/times", "greater than or equal to 1", "0 (integer)"),
        ({"kind": "reset", "probability": 1.1}, "/probability", "less than or equal to 1", "1.1 (number)"),
        ({"kind": "reset", "probability": math.nan}, "/probability", "a finite number", "NaN (number)"),
        ({"kind": "reset", "campaign": "a/b"}, "/campaign", "a string of the form", '"a/b" (string)'),
        ({"kind": "reset", "seed": 1.5}, "/seed", "a valid integer", "1.5 (number)"),
        ({"kind": "delay", "seconds": 61}, "/seconds", "less than or equal to 60", "61 (integer)"),
        ({"kind": "delay"}, "", "either 'seconds' or 'distribution'", '{"kind": "delay"} (object)'),
        ({"kind": "delay", "seconds": 1, "distribution": {"exponential": 1}}, "", "either 'seconds' or", "(object)"),
        ({"kind": "delay", "distribution": {}}, "/distribution", "one of uniform, exponential", "{} (object)"),
        ({"kind": "delay", "distribution": {"uniform": [2, 1]}}, "/distribution", "the shortest delay", "(object)"),
        ({"kind": "delay", "distribution": {"uniform": [1]}}, "/distribution/uniform", "at least 2 items", "(array)"),
        (
            {"kind": "delay", "distribution": {"lognormal": {"median": 0, "sigma": 1}}},
            *("/distribution/lognormal/median", "greater than 0", "0 (integer)"),
        ),
        ({"kind": "wrong-content-length", "delta": 0}, "/delta", "other than 0", "0 (integer)"),
        ({"kind": "wrong-content-type", "value": "a\r\nx: y"}, "/value", "a string of the form", "(string)"),
        ({"kind": "wrong-content-type", "value": "text/plain\n"}, "/value", "a string of the form", "(string)"),
        ({"kind": "html", "status": 204}, "/status", "a status whose responses have a body", "204 (integer)"),
        ({"kind": "rename-field"}, "", "member 'to'", "no such member"),
        ({"kind": "rename-field", "field": "/data/a", "to": "a"}, "", "another name in 'to'", "(object)"),
        ({"kind": "drop-field", "field": "openrate"}, "/field", "a member of data (totalSent", '"openrate" (string)'),
        ({"kind": "drop-field", "field": "/data/x"}, "/field", "a member of data (totalSent", '"x" (string)'),
        (
            {"kind": "drop-field", "field": "/sucess"},
            "/field",
            "a member of the envelope (success",
            '"sucess" (string)',
        ),
        ({"kind": "drop-field", "field": "/a~2"}, "/field", "a JSON pointer", '"/a~2" (string)'),
        (
            {"kind": "unknown-field", "name": "botOpens"},
            "/name",
            "a name that the contract's stats do not have",
            "botOpens",
        ),
        ({"kind": "unknown-field", "value": math.inf}, "/value", "a value that JSON can carry", "Infinity"),
        ({"kind": "unknown-field", "value": [{1: 2}]}, "/value", "a value that JSON can carry", "(array)"),
        ({"kind": "unknown-field", "value": object()}, "/value", "a value that JSON can carry", "object"),
        ({"kind": "unknown-field", "value": {"\ud800": 1}}, "/value", "a value that JSON can carry", "(object)"),
        ({"kind": "unknown-field", "value": "x" * 70_000}, "/value", "at most 65536 bytes", "(string)"),
        ({"kind": "undocumented-status", "status": 404}, "/status", "it has 200, 401, 404", "404"),
    ],
)
def test_a_bad_member(document, at, expected, got):
    [problem] = refusals(document)
    assert problem[0] == at
    assert expected in problem[1]
    assert got in problem[2]


def test_every_reason_is_given_at_once():
    places = [at for at, _, _ in refusals({"kind": "status", "status": 1, "times": 0, "seed": "x", "extra": 1})]
    assert sorted(places) == ["/extra", "/seed", "/status", "/times"]


def test_a_contract_that_has_every_status_has_none_to_be_undocumented(document):
    responses = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]
    responses["default"] = responses["404"]
    wide = parse_contract(json.dumps(document).encode(), source="wide.json")
    [problem] = parse_fault({"kind": "undocumented-status"}, "x", wide)
    assert (problem.pointer, problem.got) == ("/status", "202")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
MEMBERS = sorted({name for entry in FAULTS.values() for name in entry.spec.model_fields} - {"kind"})
SUCCESS = ReplyMaker(contract).success(
    {name: 0 for name in contract.stats.required if name != "lastUpdated"} | {"lastUpdated": "2026-01-01T00:00:00Z"},
    "x",
)


@given(kind=st.sampled_from(sorted(FAULTS)), members=st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=4))
def test_any_document_is_refused_in_words_or_can_be_applied(kind, members):
    """No spec gets through that fails later, when a client waits for an answer."""
    result = parse_fault({"kind": kind, **members}, "anything", contract)
    if isinstance(result, list):
        assert all(problem.expected and problem.got for problem in result)
        assert result
    else:
        changed = apply(result, SUCCESS, contract)
        assert changed is None or all(value.isascii() for _, value in changed.headers)


@pytest.mark.parametrize(("levels", "is_refused"), [(60, False), (65, True), (300, True)])
def test_a_value_is_nested_no_deeper_than_the_mock_reads(levels, is_refused):
    value = json.loads("[" * levels + "]" * levels)
    result = parse_fault({"kind": "unknown-field", "value": value}, "x", contract)
    assert ([problem.pointer for problem in result] == ["/value"]) if is_refused else result.value == value
