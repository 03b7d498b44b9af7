"""A schema is widened so that it allows what was seen, what it allowed before, and no other value."""

import jsonschema_rs
import pytest

from migma_contract.openapi.int32 import apply_int32
from migma_contract.openapi.nullable import apply_nullable
from migma_contract.openapi.patch.inferred_schema import inferred_schema
from migma_contract.openapi.patch.widening import widened

REF = {"$ref": "#/components/schemas/Rate"}
RATE = {"type": "number", "maximum": 1}
TIME = "2026-01-31T09:30:00Z"


def is_valid(schema, value, *, is_30=False):
    """True if a value is valid, as the check judges it in the dialect of the document."""
    document, _ = apply_int32({"schemas": {"at": schema}, "components": {"schemas": {"Rate": RATE}}})
    if is_30:
        document, _ = apply_nullable(document)
    draft = jsonschema_rs.Draft4Validator if is_30 else jsonschema_rs.Draft202012Validator
    return draft({**document, "$ref": "#/schemas/at"}, validate_formats=True).is_valid(value)


CASES_31 = [
    ({"type": "number"}, "type", [None], {"type": ["number", "null"]}, [0.5], ["x", {}]),
    (
        {"type": "string", "enum": ["a"]},
        "type",
        [None],
        {"type": ["string", "null"], "enum": ["a", None]},
        ["a"],
        ["b"],
    ),
    ({"enum": ["a"]}, "enum", [None], {"enum": ["a", None]}, ["a"], ["b"]),
    ({"const": "a"}, "const", [None], {"enum": ["a", None]}, ["a"], ["b"]),
    ({"oneOf": [{"type": "string"}]}, "oneOf", [None], {"oneOf": [{"type": "string"}, {"type": "null"}]}, ["a"], [1]),
    (REF, "$ref", [None], {"anyOf": [REF, {"type": "null"}]}, [0.5], [2, "x"]),
    (REF, "$ref", ["x"], {"anyOf": [REF, {"type": "string"}]}, [0.5], [2, None]),
    ({"type": "integer"}, "type", ["x", "y"], {"type": ["integer", "string"]}, [3], [0.5, None, {}]),
    ({"type": "integer"}, "type", [0.5, "x"], {"type": ["number", "string"]}, [3], [None, True]),
    ({"type": ["integer", "null"]}, "type", [0.5], {"type": ["null", "number"]}, [3, None], ["x"]),
    (
        {"type": "string", "format": "date-time"},
        "type",
        [{"$date": TIME}],
        {
            "type": ["string", "object"],
            "format": "date-time",
            "properties": {"$date": {"type": "string", "format": "date-time"}},
        },
        [TIME],
        ["x", 1, {"$date": 1}],
    ),
    ({"type": "integer"}, "type", [[1], ["a"]], None, [3], [[None], "x"]),
    ({"enum": ["a"]}, "enum", ["b", "c", "b"], {"enum": ["a", "b", "c"]}, ["a"], ["d"]),
    ({"const": 1}, "const", [2], {"enum": [1, 2]}, [1], [3]),
    ({"minimum": 0}, "minimum", [-2, -1], {"minimum": -2}, [0], [-3]),
    ({"maximum": 1}, "maximum", [38.5], {"maximum": 38.5}, [1], [39]),
    ({"exclusiveMinimum": 0}, "exclusiveMinimum", [0, -1], {"minimum": -1}, [1], [-2]),
    ({"exclusiveMaximum": 1}, "exclusiveMaximum", [1], {"maximum": 1}, [0], [1.1]),
    ({"maxLength": 2}, "maxLength", ["abc"], {"maxLength": 3}, ["a"], ["abcd"]),
    ({"minItems": 2}, "minItems", [[1]], {"minItems": 1}, [[1, 2]], [[]]),
    ({"maxProperties": 1}, "maxProperties", [{"a": 1, "b": 2}], {"maxProperties": 2}, [{}], [{"a": 1, "b": 2, "c": 3}]),
    ({"multipleOf": 0.01}, "multipleOf", [0.125], {"multipleOf": 0.005}, [0.25], [0.1251]),
    ({"multipleOf": 10}, "multipleOf", [15], {"multipleOf": 5}, [20], [16]),
    ({"uniqueItems": True, "maxItems": 3}, "uniqueItems", [[1, 1]], {"maxItems": 3}, [[1]], [[1, 1, 1, 1]]),
    ({"type": "integer", "format": "int32"}, "format", [2**31], {"type": "integer", "format": "int64"}, [1], ["x"]),
    (
        {"pattern": "^a$"},
        "pattern",
        ["B-7", "C-8"],
        {"anyOf": [{"pattern": "^a$"}, {"pattern": "^[A-Z]{1}-[0-9]{1}$"}]},
        ["a"],
        ["B-77"],
    ),
    (
        {"type": "string", "format": "date-time"},
        "format",
        ["2026-01-31"],
        None,
        [TIME],
        ["2026-13-31", "31.01.2026", ""],
    ),
    ({"type": "string", "format": "date-time"}, "format", ["", "31.01.2026 9h"], None, [TIME], ["2026-01-31", "x"]),
    ({"format": "date-time"}, "format", ["é" * 300], None, [TIME], ["é" * 299]),
    ({"anyOf": [{"type": "string"}]}, "anyOf", [1], {"anyOf": [{"type": "string"}, {"type": "integer"}]}, ["a"], [0.5]),
]
CASES_30 = [
    ({"type": "number"}, "type", [None], {"type": "number", "nullable": True}, [0.5], ["x", {}]),
    ({"type": "string", "enum": ["a"]}, "type", [None], None, ["a"], ["b", 1]),
    (REF, "$ref", [None], {"allOf": [REF], "nullable": True}, [0.5], [2, "x"]),
    (
        {"type": "integer", "description": "D"},
        "type",
        ["x"],
        {"description": "D", "anyOf": [{"type": "integer"}, {"type": "string"}]},
        [3],
        [0.5],
    ),
    ({"type": "integer"}, "type", ["x", {"a": None}], None, [3], [0.5, {"a": 1}]),
    ({"type": "integer", "minimum": 0}, "type", [3.0], {"type": "number", "minimum": 0}, [3], ["x", -1]),
    ({"minimum": 0, "exclusiveMinimum": True}, "exclusiveMinimum", [0], {"minimum": 0}, [1], [-1]),
]


@pytest.mark.parametrize(
    ("case", "is_30"), [*((case, False) for case in CASES_31), *((case, True) for case in CASES_30)]
)
def test_a_schema_is_widened_as_far_as_what_was_seen(case, is_30):
    schema, keyword, seen, expected, before, never = case
    assert not any(is_valid(schema, value, is_30=is_30) for value in seen)
    new = widened(schema, keyword, seen, is_30=is_30)
    assert expected is None or new == expected
    assert all(is_valid(new, value, is_30=is_30) for value in (*seen, *before)), new
    assert not any(is_valid(new, value, is_30=is_30) for value in never), new


@pytest.mark.parametrize(
    ("schema", "keyword", "value"),
    [
        ({"not": {"type": "string"}}, "not", "x"),
        ({"anyOf": [{"type": "object", "required": ["a"]}]}, "anyOf", {"b": 1}),
        ({"oneOf": [{"minimum": 1}]}, "oneOf", 0),
        ({"anyOf": [True], "pattern": "^a$"}, "pattern", "b"),
        ({"format": "int32"}, "format", 2**70),
        ({"dependentRequired": {"a": ["b"]}}, "dependentRequired", {"a": 1}),
    ],
)
def test_a_schema_that_no_small_change_widens_stays_as_it_is(schema, keyword, value):
    assert widened(schema, keyword, [value], is_30=False) is None


@pytest.mark.parametrize("is_30", [False, True])
def test_a_new_field_gets_the_types_that_were_seen_and_nothing_else(is_30):
    seen = [{"a": 1, "at": TIME}, {"a": None, "b": [1, 2.5], "at": TIME}, {"c": {}, "d": True, "e": "x"}]
    schema = inferred_schema(seen, is_30=is_30)
    assert all(is_valid(schema, value, is_30=is_30) for value in [*seen, {}])
    others = [None, [], 1, {"a": "x"}, {"b": ["x"]}, {"c": 1}, {"d": 1}, {"e": 1}, {"at": "then"}]
    assert not any(is_valid(schema, value, is_30=is_30) for value in others)
    for values, wrong in (([None], [0, "", {}]), ([1, "x"], [None, 0.5]), ([None, "x", 1], [0.5, {}])):
        schema = inferred_schema(values, is_30=is_30)
        assert all(is_valid(schema, value, is_30=is_30) for value in values)
        assert not any(is_valid(schema, value, is_30=is_30) for value in wrong)


def test_a_map_and_a_deep_value_are_described_within_limits():
    by_hour = {f"hour{number}": number for number in range(200)}
    assert inferred_schema([by_hour], is_30=False) == {"type": "object", "additionalProperties": {"type": "integer"}}
    deep: dict = {}
    for _ in range(300):
        deep = {"a": deep}
    assert len(str(inferred_schema([deep], is_30=False))) < 1000
    assert inferred_schema([[]], is_30=False) == {"type": "array", "items": {}}
