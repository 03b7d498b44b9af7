"""An invalid fault is refused with the place, what was expected, and what came."""

import json
import math
import re

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
    return [(problem.pointer, problem.text) for problem in result]


@pytest.mark.parametrize("document", [None, 3, "status", [{"kind": "reset"}]])
def test_a_fault_is_an_object(document):
    [(at, text)] = refusals(document)
    assert at == ""
    assert text.startswith("expected an object, got ")


@pytest.mark.parametrize(
    ("document", "got"),
    [
        ({}, "no kind"),
        ({"kind": "reste"}, """"reste" (string); did you mean 'reset'?"""),
        ({"kind": "brew"}, '"brew" (string)'),
        ({"kind": ["reset"]}, '["reset"] (array)'),
    ],
)
def test_an_unknown_kind_gets_the_whole_list_and_the_nearest(document, got):
    assert refusals(document) == [("/kind", f"expected one of {', '.join(FAULTS)}, got {got}")]


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    ("document", "at", "expected", "got"),
    [
        ({"kind": "status"}, "", "missing field 'status'", ""),
        ({"kind": "status", "status": 200}, "/status", "at least 400", "200 (integer)"),
        ({"kind": "status", "status": "503"}, "/status", "a whole number", '"503" (string)'),
        ({"kind": "status", "status": True}, "/status", "a whole number", "true"),
        (
            {"kind": "status", "status": 503, "retryAfter": -1},
            "/retryAfter",
            "at least 0",
            "-1 (integer)",
        ),
        ({"kind": "status", "status": 503, "message": "\ud800"}, "/message", "Unicode", '"\ud800" (string)'),
        (
            {"kind": "status", "status": 503, "code": "no spaces"},
            "/code",
            "a string of the form",
            '"no spaces" (string)',
        ),
        ({"kind": "reset", "time": 2}, "/time", "unknown field 'time'; did you mean 'times'?", ""),
        ({"kind": "reset", "times": 0}, "/times", "at least 1", "0 (integer)"),
        ({"kind": "reset", "probability": 1.1}, "/probability", "at most 1", "1.1 (number)"),
        ({"kind": "reset", "probability": math.nan}, "/probability", "a finite number", "NaN (number)"),
        ({"kind": "reset", "campaign": ".."}, "/campaign", "an id that a URL can carry", '".." (string)'),
        ({"kind": "reset", "seed": 1.5}, "/seed", "a whole number", "1.5 (number)"),
        ({"kind": "delay", "seconds": 61}, "/seconds", "at most 60", "61 (integer)"),
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
        ({"kind": "rename-field"}, "", "missing field 'to'", ""),
        ({"kind": "rename-field", "field": "/data/a", "to": "a"}, "", "another name in 'to'", "(object)"),
        ({"kind": "drop-field", "field": "openrate"}, "/field", "a field of data (totalSent", '"openrate" (string)'),
        ({"kind": "drop-field", "field": "/data/x"}, "/field", "a field of data (totalSent", '"x" (string)'),
        (
            {"kind": "drop-field", "field": "/sucess"},
            "/field",
            "a field of the envelope (success",
            '"sucess" (string)',
        ),
        ({"kind": "drop-field", "field": "/a~2"}, "/field", "a JSON pointer", '"/a~2" (string)'),
        (
            {"kind": "unknown-field", "name": "botOpens"},
            "/name",
            "a name that the contract does not declare",
            "botOpens",
        ),
        ({"kind": "unknown-field", "value": math.inf}, "/value", "a value that JSON can carry", "Infinity"),
        ({"kind": "unknown-field", "value": [{1: 2}]}, "/value", "a value that JSON can carry", "(array)"),
        ({"kind": "unknown-field", "value": object()}, "/value", "a value that JSON can carry", "object"),
        ({"kind": "unknown-field", "value": {"\ud800": 1}}, "/value", "a value that JSON can carry", "(object)"),
        ({"kind": "unknown-field", "value": "x" * 70_000}, "/value", "at most 65536 bytes", "(string)"),
        ({"kind": "undocumented-status", "status": 404}, "/status", "it documents 200, 401, 404", "404"),
    ],
)
def test_an_invalid_field(document, at, expected, got):
    [(pointer, text)] = refusals(document)
    assert pointer == at
    assert expected in text
    assert got in text


def test_every_problem_is_reported_at_once():
    places = [at for at, _ in refusals({"kind": "status", "status": 1, "times": 0, "seed": "x", "extra": 1})]
    assert sorted(places) == ["/extra", "/seed", "/status", "/times"]


def test_no_status_is_undocumented_in_a_contract_with_a_default_response(document):
    responses = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]
    responses["default"] = responses["404"]
    wide = parse_contract(json.dumps(document).encode(), source="wide.json")
    [problem] = parse_fault({"kind": "undocumented-status"}, "x", wide)
    assert (problem.pointer, problem.got) == ("/status", "202")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
FIELDS = sorted({name for entry in FAULTS.values() for name in entry.model_fields} - {"kind"})
SUCCESS = ReplyMaker(contract).success(
    {name: 0 for name in contract.stats.required if name != "lastUpdated"} | {"lastUpdated": "2026-01-01T00:00:00Z"},
    "x",
)


@given(kind=st.sampled_from(sorted(FAULTS)), fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_any_document_is_refused_in_plain_words_or_can_be_applied(kind, fields):
    """A fault that is accepted does not fail later, when it is applied."""
    result = parse_fault({"kind": kind, **fields}, "anything", contract)
    if isinstance(result, list):
        assert result
        for problem in result:
            assert not re.search(r"should|valid (?!JSON)|unable|Input|type=", problem.expected), problem
            assert problem.text
    else:
        changed = apply(result, SUCCESS, contract)
        assert changed is None or all(value.isascii() for _, value in changed.headers)


@pytest.mark.parametrize(("levels", "is_refused"), [(60, False), (65, True), (300, True)])
def test_a_value_has_at_most_as_many_levels_as_the_mock_reads(levels, is_refused):
    value = json.loads("[" * levels + "]" * levels)
    result = parse_fault({"kind": "unknown-field", "value": value}, "x", contract)
    assert ([problem.pointer for problem in result] == ["/value"]) if is_refused else result.value == value
