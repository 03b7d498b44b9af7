"""Values are made from schemas: valid ones, the same for the same seed, and never without end."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migma_contract.openapi import Document, Sampler, UnsatisfiableError
from migma_contract.openapi.format_sampler import formatted_text
from migma_contract.openapi.pattern_sampler import matching_text

SCHEMAS = {
    "a count": {"type": "integer", "minimum": 3, "maximum": 7},
    "a count without an end": {"type": "integer", "exclusiveMinimum": 10, "multipleOf": 5},
    "a negative number": {"type": "number", "maximum": -2},
    "a rate": {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.01},
    "32 bits": {"type": "integer", "format": "int32"},
    "one of a list": {"enum": ["a", None, 3]},
    "a constant": {"const": {"a": [1]}},
    "a currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "a long text": {"type": "string", "minLength": 300},
    "a short text": {"type": "string", "maxLength": 2},
    "an example that is valid": {"type": "string", "minLength": 3, "example": "abc"},
    "an example that is invalid": {"type": "string", "minLength": 30, "example": "abc"},
    "null or an object": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["a"]}]},
    "parts": {
        "allOf": [
            {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
            {"properties": {"n": {"minimum": 50}, "s": {"type": "string"}}, "required": ["s"]},
        ]
    },
    "unique items": {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"enum": [1, 2, 3]}},
    "closed": {"type": "object", "properties": {"a": {"type": "boolean"}}, "additionalProperties": False},
    "anything": {},
    **{name: {"type": "string", "format": name} for name in ("date-time", "date", "uuid", "email", "uri", "ipv4")},
}
PATTERNS = (
    *(r"^[0-9a-fA-F]{24}$", r"^cmp_[A-Za-z0-9]{8,}$", r"^\d+(\.\d+)?$", r"^(live|test)_\w{4}$", r"^[^a-y0-9]+$"),
    *(r"a|b|c", r"^x?y*z+$", r"\S+@\S+\.com", r"^(?:ab){2,3}$", r"^[\w.-]+$", r"", r"^\D\W\s$"),
)


def sampler_of(schema, version="3.1.0"):
    document = {"openapi": version, "components": {"schemas": {"It": schema}}}
    return Sampler(Document(json.dumps(document).encode(), "x.json", strict_nullable=False))


@pytest.mark.parametrize("edge", [False, True])
@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_values_are_valid_and_depend_on_the_seed_alone(schema, edge):
    sampler = sampler_of(schema)
    values = [sampler.value("/components/schemas/It", seed, edge=edge) for seed in range(30)]
    again = [sampler_of(schema).value("/components/schemas/It", seed, edge=edge) for seed in range(30)]
    assert values == again
    validator = sampler_of(schema)._document.validator("/components/schemas/It")
    assert all(validator.is_valid(value) for value in values)


def test_bounds_of_version_3_0_may_exclude_themselves():
    schema = {"type": "integer", "minimum": 3, "exclusiveMinimum": True, "maximum": 5, "exclusiveMaximum": True}
    assert sampler_of(schema, "3.0.3").value("/components/schemas/It", 1) == 4


def test_hints_are_used_where_they_fit_and_no_other_optional_field_is_made():
    fields = {"message": {"type": "string"}, "code": {"type": "integer"}, "more": {"type": "string"}}
    schema = {"type": "object", "properties": fields, "required": ["code"]}
    made = sampler_of(schema).value("/components/schemas/It", 1, hints={"message": "No.", "code": "NOT_FOUND"})
    assert made["message"] == "No."
    assert isinstance(made["code"], int)
    assert made.keys() == {"message", "code"}


@pytest.mark.parametrize("pattern", PATTERNS)
@given(numbers=st.randoms(use_true_random=False))
def test_a_text_matches_its_pattern(pattern, numbers):
    text = matching_text(pattern, lambda count: int(numbers.random() * count))
    assert text is not None
    assert re.search(pattern, text)


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    "pattern", ["(a{60000}){60000}", "(){2000000000}", "((((a{99}){99}){99}){99}){99}", "(", "(?<=x"]
)
def test_a_pattern_that_asks_for_too_much_is_not_followed(pattern):
    """The number of parts is bounded, whatever the repeats are."""
    assert matching_text(pattern, lambda _count: 0) is None


@pytest.mark.attack("hostile-input")
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9},
        {"type": "string", "minLength": 10**12},
        {"type": "integer", "minimum": 5, "maximum": 4},
        {
            "type": "object",
            "required": ["a", "b"],
            "properties": {name: {"$ref": "#/components/schemas/It"} for name in "ab"},
        },
        False,
    ],
    ids=["items", "length", "bounds", "itself", "false"],
)
def test_a_schema_for_which_no_value_can_be_made_ends_in_an_error(schema):
    with pytest.raises(UnsatisfiableError):
        sampler_of(schema).value("/components/schemas/It", 1)


@pytest.mark.attack("hostile-input")
def test_schemas_that_require_each_other_twice_are_not_followed_without_end():
    """Twenty levels would be a million values."""
    schemas = {
        f"S{level}": {
            "type": "object",
            "required": ["a", "b"],
            "properties": {name: {"$ref": f"#/components/schemas/S{level + 1}"} for name in "ab"},
        }
        for level in range(11)
    }
    document = {"openapi": "3.1.0", "components": {"schemas": {**schemas, "S11": {"type": "integer"}}}}
    sampler = Sampler(Document(json.dumps(document).encode(), "x.json", strict_nullable=False))
    with pytest.raises(UnsatisfiableError):
        sampler.value("/components/schemas/S0", 1)
    assert sampler.value("/components/schemas/S3", 1)["a"]["b"]


def test_an_unknown_format_has_no_text():
    assert formatted_text("phone", lambda _count: 0) is None
