"""Schemas that say the same in other words have no changes; alternatives are matched by what they say."""

import pytest

A = {"type": "object", "required": ["kind", "a"], "properties": {"kind": {"const": "a"}, "a": {"type": "string"}}}
B = {"type": "object", "required": ["kind", "b"], "properties": {"kind": {"const": "b"}, "b": {"type": "string"}}}
C = {"type": "object", "required": ["kind", "c"], "properties": {"kind": {"const": "c"}, "c": {"type": "string"}}}
COMPONENTS = {"schemas": {"A": A, "B": B, "C": C}}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


SAME = {
    "a reference": (A, ref("A")),
    "a reference in a reference": ({"allOf": [ref("A")]}, ref("A")),
    "allOf": (
        {"allOf": [A, {"properties": {"x": {"type": "integer"}}, "required": ["x"]}]},
        {**A, "required": ["x", "a", "kind"], "properties": {**A["properties"], "x": {"type": "integer"}}},
    ),
    "allOf of bounds": (
        {"type": "integer", "minimum": 5},
        {"allOf": [{"type": "integer", "minimum": 3}, {"type": ["integer", "string"]}, {"minimum": 5}]},
    ),
    "oneOf in another order": ({"oneOf": [ref("A"), ref("B")]}, {"oneOf": [B, A]}),
    "oneOf of one": ({"oneOf": [ref("A")]}, ref("A")),
    "anyOf of types": ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": ["integer", "string"]}),
    "anyOf of numbers": ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, {"type": "number"}),
    "anyOf of null": ({"anyOf": [ref("A"), {"type": "null"}]}, {"anyOf": [{"type": "null"}, A]}),
    "anyOf of constants": ({"anyOf": [{"const": 1}, {"const": 2}]}, {"enum": [2, 1]}),
    "numbers": ({"enum": [1, 2]}, {"enum": [1.0, 2.0]}),
    "keywords of other types": ({"type": "string"}, {"type": "string", "title": "T", "examples": ["a"]}),
    "integers within bounds": ({"type": "integer", "minimum": 1}, {"type": "integer", "exclusiveMinimum": 0}),
    "lower bounds of nothing": ({"type": "string"}, {"type": "string", "minLength": 0}),
    "true": ({"type": "array", "items": True}, {"type": "array"}),
    "required in another order": (A, {**A, "required": ["a", "kind"]}),
    "not, twice": ({"not": {"enum": [1, 2]}}, {"not": {"enum": [2, 1]}}),
    "names in a discriminator": (
        {"oneOf": [ref("A")], "discriminator": {"propertyName": "kind", "mapping": {"a": "#/components/schemas/A"}}},
        {"oneOf": [ref("A")], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}}},
    ),
    "a definition": ({"$defs": {"x": A}, "type": "array", "items": A}, {"type": "array", "items": ref("A")}),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_in_other_words_is_no_change(document, changes, name):
    one, other = (document(schema, schema, components=COMPONENTS) for schema in SAME[name])
    assert changes(one, other) == {}
    assert changes(other, one) == {}


def test_nullable_beside_a_reference_is_an_alternative_of_null(document, changes):
    old = document(None, {"nullable": True, "allOf": [ref("A")]}, version="3.0.3", components=COMPONENTS)
    assert changes(old, document(None, {"anyOf": [A, {"type": "null"}]}, components=COMPONENTS)) == {}
    assert changes(old, document(None, A)) == {"response-nullable-narrowed": "info"}


def test_an_alternative_that_comes_or_goes(document, changes):
    two, three = {"oneOf": [ref("A"), ref("B")]}, {"oneOf": [ref("C"), ref("B"), ref("A")]}
    old, new = (document(each, each, components=COMPONENTS) for each in (two, three))
    assert changes(old, new) == {"request-alternative-widened": "info", "response-alternative-widened": "breaking"}
    assert changes(new, old) == {"request-alternative-narrowed": "breaking", "response-alternative-narrowed": "info"}
    assert changes(document(None, A), document(None, two, components=COMPONENTS)) == {
        "response-alternative-widened": "breaking"
    }


def test_a_change_within_an_alternative_is_found_there(document):
    from migma_contract.openapi.diff import diff

    changed = {**B, "required": ["kind"]}
    old = document(None, {"oneOf": [ref("A"), ref("B")]}, components=COMPONENTS)
    new = document(
        None, {"oneOf": [ref("B"), ref("A")]}, components={"schemas": {**COMPONENTS["schemas"], "B": changed}}
    )
    (change,) = diff(old, new).changes
    assert (change.rule, change.where) == ("response-required-widened", "/components/schemas/B/properties/b")
    assert change.message == "POST /pets: b in the response 200 is not always sent any more."


def test_a_value_that_matches_two_alternatives_of_oneof_is_refused(document, changes):
    plain = {"type": "object", "required": ["a", "b"], "properties": {"a": {}, "b": {}}}
    wrapped = {"oneOf": [{**plain, "required": ["a"]}, {**plain, "required": ["b"]}]}
    assert changes(document(plain), document(wrapped))["request-alternative-narrowed"] == "breaking"


def test_discriminators(document, changes):
    plain = {"oneOf": [ref("A"), ref("B")]}
    named = {**plain, "discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "B"}}}
    other = {**plain, "discriminator": {"propertyName": "type", "mapping": {"a": "A", "c": "B"}}}
    plain, named, other = (document(each, each, components=COMPONENTS) for each in (plain, named, other))
    assert changes(plain, named) == {
        "request-discriminator-added": "warning",
        "response-discriminator-added": "breaking",
    }
    assert changes(named, plain) == {"discriminator-removed": "info"}
    assert changes(named, other) == {
        "discriminator-property-changed": "warning",
        "discriminator-mapping-changed": "warning",
    }


def tree(name, **properties):
    node = {"type": "object", "properties": {"children": {"type": "array", "items": ref(name)}, **properties}}
    return {"schemas": {name: node}}


def test_schemas_that_refer_to_themselves_end(document, changes):
    old = document(None, ref("Tree"), components=tree("Tree", label={"type": "string"}))
    renamed = document(None, ref("Node"), components=tree("Node", label={"type": "string"}))
    assert changes(old, renamed) == {}
    new = document(None, ref("Node"), components=tree("Node", label={"type": ["string", "null"]}))
    assert changes(old, new) == {"response-nullable-widened": "breaking"}
    endless = {"schemas": {"X": {"allOf": [ref("X")], "anyOf": [ref("X"), {"type": "string"}]}, "Y": ref("Y")}}
    assert changes(document(ref("X"), ref("Y"), components=endless), document({}, {})) == {}


def test_a_long_chain_of_schemas_is_compared_to_its_end(document, changes):
    def chain(last):
        links = {f"L{i}": {"type": "object", "properties": {"next": ref(f"L{i + 1}")}} for i in range(1500)}
        return document(ref("L0"), components={"schemas": {**links, "L1500": last}})

    assert changes(chain({"type": "string"}), chain({"type": "integer"})) == {"request-type-changed": "breaking"}


def test_a_document_that_is_made_to_be_endless_is_compared_as_it_is_written(document, changes):
    """Each schema has the next one eight times, so that there are 8 ** 30 alternatives."""
    parts = {f"S{i}": {"anyOf": [ref(f"S{i + 1}")] * 8} for i in range(30)}
    old, new = (
        document(ref("S0"), components={"schemas": {**parts, "S30": last, "Z": {"type": "string"}}})
        for last in ({"type": "string"}, {"type": "integer"})
    )
    assert changes(old, old) == {}
    changes(old, new)


def test_many_alternatives_are_matched_by_their_constants_when_they_lose_their_names(document, changes):
    kinds = {
        f"K{i}": {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": [f"k{i}"]}, "at": {}}}
        for i in range(30)
    }
    named = {"oneOf": [ref(name) for name in kinds]}
    inline = {"oneOf": [*reversed(kinds.values())]}
    old, new = (document(schema, schema, components={"schemas": kinds}) for schema in (named, inline))
    assert changes(old, new) == {}
    found = changes(
        document(None, named, components={"schemas": kinds}), document(None, {"oneOf": inline["oneOf"][1:]})
    )
    assert found == {"response-alternative-narrowed": "info"}


def test_a_change_in_one_of_many_alternatives_is_found(document, changes):
    """A long list is compared as a short one is; one that is too long still shows that a part of it changed."""
    for count, rules in ((80, {"response-type-changed"}), (1001, {"response-combination-changed"})):
        every = {f"S{place}": {**A, "title": f"S{place}"} for place in range(count)}
        changed = every | {"S3": {**A, "properties": {"kind": {"const": "a"}, "a": {"type": "integer"}}}}
        schema = {"oneOf": [ref(name) for name in every]}
        old, new = (document(None, schema, components={"schemas": schemas}) for schemas in (every, changed))
        assert changes(old, new) == dict.fromkeys(rules, "breaking")
        assert changes(old, old) == {}


def test_schemas_that_combine_each_other_without_end_are_compared_in_bounded_time(document, changes, monkeypatch):
    """Beyond a bound, combinations that refer to a change are only told to have changed."""
    monkeypatch.setattr("migma_contract.openapi.diff.schemas.comparer._MAX_COMBINED", 100)

    def web(leaf):
        names = [f"S{place}" for place in range(4)]
        parts = [ref(name) for name in names]
        node = {"properties": dict(zip("abcd", parts, strict=True)), "oneOf": [*parts, {"properties": {"z": leaf}}]}
        return document(None, parts[0], components={"schemas": dict.fromkeys(names, node)})

    assert changes(web(A), web(A)) == {}
    assert changes(web(A), web(B))["response-combination-changed"] == "breaking"
