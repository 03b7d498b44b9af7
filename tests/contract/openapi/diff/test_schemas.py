"""Each part of a schema, in requests and in responses: allowing less and more, in both directions of time."""

import pytest

from migma_contract.openapi.diff import CHANGE_RULES

STRING, OBJECT, ARRAY = {"type": "string"}, {"type": "object"}, {"type": "array"}
TIGHTER = {
    "types and values": {
        "type": ({"type": ["string", "integer"]}, STRING),
        "type of any": ({}, STRING),
        "type of numbers": ({"type": "number"}, {"type": "integer"}),
        "nullable": ({"type": ["string", "null"]}, STRING),
        "nullable by anyOf": ({"anyOf": [STRING, {"type": "null"}]}, STRING),
        "enum": ({"enum": ["a", "b"]}, {"enum": ["b"]}),
        "enum at all": (STRING, {**STRING, "enum": ["a"]}),
        "enum and const": ({"enum": ["a", "b"]}, {"const": "a"}),
        "enum of null": ({"enum": ["a", "b", 1]}, {"enum": ["a", 1]}),
        "type of none": (STRING, False),
    },
    "numbers and texts": {
        "format": (STRING, {**STRING, "format": "date"}),
        "format of integers": ({"type": "integer", "format": "int64"}, {"type": "integer", "format": "int32"}),
        "minimum": ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 2}),
        "minimum at all": ({"type": "number"}, {"type": "number", "minimum": 2}),
        "minimum, exclusive": ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}),
        "maximum": ({"type": "number", "maximum": 2}, {"type": "number", "maximum": 1.5}),
        "maximum, exclusive": ({"type": "integer", "maximum": 5}, {"type": "integer", "exclusiveMaximum": 5}),
        "multiple-of": ({"type": "number", "multipleOf": 5}, {"type": "number", "multipleOf": 10}),
        "min-length": (STRING, {**STRING, "minLength": 1}),
        "max-length": ({**STRING, "maxLength": 9}, {**STRING, "maxLength": 8}),
        "content": (STRING, {**STRING, "contentMediaType": "text/html"}),
        "content of a schema": (STRING, {**STRING, "contentSchema": OBJECT}),
    },
    "arrays": {
        "min-items": (ARRAY, {**ARRAY, "minItems": 1}),
        "max-items": ({**ARRAY, "maxItems": 9}, {**ARRAY, "maxItems": 8}),
        "unique-items": (ARRAY, {**ARRAY, "uniqueItems": True}),
        "type of elements": ({**ARRAY, "items": {}}, {**ARRAY, "items": STRING}),
        "type of the first element": ({**ARRAY, "prefixItems": [{}]}, {**ARRAY, "prefixItems": [STRING]}),
        "contains": (ARRAY, {**ARRAY, "contains": STRING}),
        "min-contains": ({**ARRAY, "contains": STRING}, {**ARRAY, "contains": STRING, "minContains": 2}),
        "max-contains": (
            {**ARRAY, "contains": STRING, "maxContains": 3},
            {**ARRAY, "contains": STRING, "maxContains": 2},
        ),
    },
    "objects": {
        "required": ({**OBJECT, "properties": {"a": {}}}, {**OBJECT, "properties": {"a": {}}, "required": ["a"]}),
        "min-properties": (OBJECT, {**OBJECT, "minProperties": 1}),
        "max-properties": ({**OBJECT, "maxProperties": 9}, {**OBJECT, "maxProperties": 8}),
        "additional-properties": (OBJECT, {**OBJECT, "additionalProperties": False}),
        "type of other properties": (OBJECT, {**OBJECT, "additionalProperties": STRING}),
        "type of properties by pattern": (OBJECT, {**OBJECT, "patternProperties": {"^x": STRING}}),
        "enum of names": (
            {**OBJECT, "propertyNames": {"enum": ["a", "b"]}},
            {**OBJECT, "propertyNames": {"enum": ["a"]}},
        ),
    },
    "combinations": {
        "dependent": (OBJECT, {**OBJECT, "dependentRequired": {"street": ["zip"]}}),
        "dependent on a schema": (OBJECT, {**OBJECT, "dependentSchemas": {"street": {"required": ["zip"]}}}),
        "not": (STRING, {**STRING, "not": {"const": "none"}}),
        "not of more": ({**STRING, "not": {"const": "a"}}, {**STRING, "not": {"enum": ["a", "b"]}}),
        "condition": (OBJECT, {**OBJECT, "if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        "alternative": ({"anyOf": [{**ARRAY, "maxItems": 1}, {**ARRAY, "minItems": 5}]}, {**ARRAY, "maxItems": 1}),
        "enum of anyOf": ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a"]}),
        "type of allOf": ({"allOf": [{}, {}]}, {"allOf": [{}, STRING]}),
    },
}


@pytest.mark.parametrize("part", TIGHTER)
def test_less_is_breaking_in_requests_and_more_in_responses(document, changes, part):
    for name, (loose, tight) in TIGHTER[part].items():
        subject = name.split(" ")[0].rstrip(",")
        narrowed = {f"request-{subject}-narrowed": "breaking", f"response-{subject}-narrowed": "info"}
        widened = {f"request-{subject}-widened": "info", f"response-{subject}-widened": "breaking"}
        for wrap in (dict.copy, _as_property) if tight else (_as_property,):
            old, new = (document(wrap(schema), wrap(schema)) for schema in (loose, tight))
            assert changes(old, new) == narrowed, name
            assert changes(new, old) == widened, name


def _as_property(schema):
    return {"type": "object", "properties": {"name": schema}}


def test_bounds_and_null_of_3_0_are_read_as_those_of_3_1(document, changes):
    old = document({"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True}, version="3.0.3")
    new = document({"type": ["integer", "null"], "exclusiveMinimum": 0})
    assert changes(old, new) == {}
    assert changes(new, document({"type": "integer", "minimum": 0}, version="3.0.3")) == {
        "request-minimum-widened": "info",
        "request-nullable-narrowed": "breaking",
    }


def test_other_values_are_breaking_in_both_directions(document, changes):
    pairs = [
        ({"type": "string"}, {"type": "integer"}),
        ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}),
        ({"type": "number", "multipleOf": 2}, {"type": "number", "multipleOf": 3}),
        ({"type": "string", "enum": ["", "ab"]}, {"type": "string", "minLength": 2, "maxLength": 2}),
    ]
    for old, new in pairs:
        found = changes(document(old, old), document(new, new))
        assert set(found.values()) == {"breaking"}, (old, new)
        assert len(found) == 2


def test_the_pattern_of_a_response_matters_to_few_clients(document, changes):
    loose, tight = {"type": "string"}, {"type": "string", "pattern": "^[a-z]+$"}
    assert changes(document(loose, loose), document(tight, tight))["request-pattern-narrowed"] == "breaking"
    assert changes(document(tight, tight), document(loose, loose))["response-pattern-widened"] == "warning"
    always = {"type": "string", "pattern": ".*"}
    assert changes(document(loose, loose), document(always, always)) == {}


def properties(**named):
    return {"type": "object", "properties": named}


def test_properties_that_come_and_go(document, changes):
    one, two = properties(a={}), properties(a={}, b={"type": "string"})
    assert changes(document(one, one), document(two, two)) == {
        "request-property-added": "info",
        "response-property-added": "info",
    }
    assert changes(document(two, two), document(one, one)) == {
        "request-property-removed": "warning",
        "response-property-removed": "warning",
    }
    required, closed = {**two, "required": ["b"]}, {**one, "additionalProperties": False}
    assert changes(document(one, one), document(required, required)) == {
        "request-required-narrowed": "breaking",
        "response-property-added": "info",
        "response-required-narrowed": "info",
    }
    assert changes(document(required), document(closed))["request-property-refused"] == "breaking"
    assert changes(document(None, required), document(None, one)) == {"response-required-property-removed": "breaking"}
    opened = {**two, "additionalProperties": False}
    assert changes(document(None, closed), document(None, opened)) == {"response-unexpected-property-added": "breaking"}


def test_a_property_counts_in_the_direction_in_which_it_is_sent(document, changes):
    read, write = {"type": "string", "readOnly": True}, {"type": "string", "writeOnly": True}
    for hidden, direction in ((read, "request"), (write, "response")):
        old, new = (properties(a={**hidden, **rest}) for rest in ({"maxLength": 5}, {"maxLength": 3}))
        found = changes(document(old, old), document(new, new)) | changes(document(new, new), document(old, old))
        assert not any(rule.startswith(direction) for rule in found)
    plain = properties(a={"type": "string"})
    for schema in (properties(a=read), properties(a=write)):
        both = changes(document(plain, plain), document(schema, schema))
        assert list(both.values()) == ["warning"]
        assert list(changes(document(schema, schema), document(plain, plain)).values()) == ["info"]
    needed = {**properties(a=read), "required": ["a"]}
    found = changes(document(needed), document({**plain, "required": ["a"]}))
    assert found["request-required-property-became-writable"] == "warning"


def test_required_with_a_default_or_without_a_description_is_a_warning(document, changes):
    old, new = properties(a={"default": 1}), {**properties(a={"default": 1}), "required": ["a"]}
    assert changes(document(old), document(new)) == {"request-required-with-default": "warning"}
    misspelt = {**properties(a={"default": 1}), "required": ["A"]}
    assert changes(document(old), document(misspelt)) == {"request-required-undescribed": "warning"}


def test_annotations(document, changes):
    old, new = {"type": "string", "default": "a"}, {"type": "string", "default": "b", "description": "B"}
    assert changes(document(old, old), document(new, new)) == {
        "request-default-changed": "warning",
        "response-default-changed": "info",
    }
    assert changes(document(old), document(new), descriptions=True)["description-changed"] == "info"
    deprecated = {"type": "string", "default": "a", "deprecated": True}
    assert changes(document(old), document(deprecated)) == {"deprecated": "info"}
    assert changes(document(deprecated), document(old)) == {"not-deprecated": "info"}


def test_a_keyword_that_does_not_fit_the_type_counts_all_the_same(document, changes):
    old, new = {"type": "string", "minItems": 3}, {"type": "string", "minItems": 4}
    assert changes(document(old, old), document(new, new)) == {
        "request-min-items-narrowed": "breaking",
        "response-min-items-narrowed": "info",
    }
    assert changes(document({"type": "int"}), document({"type": "string"})) == {"request-type-changed": "breaking"}


def test_an_extensible_list_may_grow_in_responses(document, changes):
    old, new = ({"type": "string", "x-extensible-enum": values} for values in (["a", "b"], ["a", "b", "c"]))
    assert changes(document(old, old), document(new, new)) == {
        "request-extensible-enum-widened": "info",
        "response-extensible-enum-widened": "info",
    }
    assert changes(document(new), document(old)) == {"request-extensible-enum-narrowed": "breaking"}


def test_each_rule_has_an_id_of_its_own_and_its_texts():
    assert len({rule.id for rule in CHANGE_RULES}) == len(CHANGE_RULES)
    for rule in CHANGE_RULES:
        assert rule.summary.endswith("."), rule.id
        assert rule.why.endswith("."), rule.id
        assert "before: " in rule.example, rule.id
        assert "after:  " in rule.example, rule.id


def test_schemas_within_keywords_are_compared(document, changes):
    loose, tight = {"properties": {"b": {}}}, {"properties": {"b": {"type": "string"}}}
    condition = {"if": {"required": ["a"]}, "then": {}}
    pairs = [
        ({**OBJECT, **condition, "then": loose}, {**OBJECT, **condition, "then": tight}),
        ({**OBJECT, "dependentSchemas": {"a": loose}}, {**OBJECT, "dependentSchemas": {"a": tight}}),
        ({**STRING, "contentSchema": loose}, {**STRING, "contentSchema": tight}),
        ({**ARRAY, "contains": loose}, {**ARRAY, "contains": tight}),
        ({**ARRAY, "unevaluatedItems": loose}, {**ARRAY, "unevaluatedItems": tight}),
        ({**OBJECT, "patternProperties": {"^x": loose}}, {**OBJECT, "patternProperties": {"^x": tight}}),
        ({**OBJECT, "unevaluatedProperties": loose}, {**OBJECT, "unevaluatedProperties": tight}),
    ]
    for old, new in pairs:
        assert changes(document(old), document(new)) == {"request-type-narrowed": "breaking"}, old
    other = {**OBJECT, **condition, "if": {"required": ["c"]}}
    assert changes(document({**OBJECT, **condition}), document(other)) == {"request-condition-changed": "breaking"}
    assert changes(document({**OBJECT, **condition}), document(OBJECT)) == {"request-condition-widened": "info"}


def test_true_is_not_1_and_numbers_may_be_huge(document, changes):
    assert changes(document({"enum": [1, "a"]}), document({"enum": [True, "a"]})) != {}
    huge = {"type": "integer", "minimum": -(10**390), "maximum": 10**390, "multipleOf": 10**390}
    assert changes(document(huge), document({"type": "integer"})) == {}
    changes(document({"type": "number", "multipleOf": 1e-300}), document({"type": "number", "multipleOf": 1e300}))


def test_a_list_is_compared_by_the_values_that_other_keywords_allow(document, changes):
    pairs = [
        ({"type": "integer", "enum": [1, 5, 9, 1.5], "maximum": 5}, {"type": "integer", "enum": [1, 5]}),
        ({"type": "number", "enum": [1, 2, 3], "multipleOf": 2}, {"type": "number", "enum": [2]}),
        ({"type": "string", "enum": ["a", "B"], "pattern": "^[a-z]$"}, {"type": "string", "enum": ["a"]}),
    ]
    for old, new in pairs:
        found = changes(document(old), document(new))
        assert not any("enum" in rule for rule in found), old


def test_a_closed_part_of_allof_excludes_the_properties_of_the_others(document, changes):
    closed = {"properties": {"a": {}}, "additionalProperties": False}
    old = {"type": "object", "allOf": [closed, {"properties": {"b": {"type": "string"}}}]}
    new = {"type": "object", "allOf": [{**closed, "patternProperties": {"^b": {}}}, {"properties": {"b": STRING}}]}
    found = changes(document(old), document(new))
    assert found["request-type-widened"] == "info"
    assert set(found.values()) == {"info"}
