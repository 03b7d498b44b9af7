"""Single changes of random schemas: the comparison, the kind of change, and a validator agree on what they do."""

from random import Random

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_mutations import mutation, schema, values

from migma_contract.openapi.diff.change_rule import Effect
from migma_contract.openapi.diff.node import Node
from migma_contract.openapi.diff.schemas import Context, SchemaComparer
from migma_contract.openapi.diff.side import Side

EFFECTS = {"narrowed": Effect.NARROWED, "widened": Effect.WIDENED, "changed": Effect.CHANGED, "same": None}


def effect(old, new, direction):
    """The effect that the comparison finds."""
    sides = Side({"openapi": "3.1.0", "schema": old}), Side({"openapi": "3.1.0", "schema": new})
    nodes = [(Node(side.root.value["schema"], "/schema"),) for side in sides]
    return SchemaComparer(*sides).compare(*nodes, Context(direction)).effect


@pytest.mark.parametrize("examples", [40, pytest.param(300, marks=pytest.mark.long)])
def test_a_single_change_has_its_effect_and_its_mirror_the_opposite_one(examples):
    """A value that only one of the schemas allows proves that the other allows less."""

    @settings(max_examples=examples, database=None, deadline=None)
    @given(st.integers(0, 2**32))
    def check(seed):
        random = Random(seed)
        old = schema(random)
        new, expected, what = mutation(old, random)
        found = {direction: effect(old, new, direction) for direction in ("request", "response")}
        assert set(found.values()) == {EFFECTS[expected]}, (what, old, new)
        mirrored = EFFECTS[expected] and EFFECTS[expected].mirrored
        assert effect(new, old, "request") == mirrored, (what, new, old)
        before, after = (jsonschema_rs.validator_for(each) for each in (old, new))
        for value in (*values(old, random), *values(new, random)):
            was, now = before.is_valid(value), after.is_valid(value)
            if was and not now:
                assert expected in {"narrowed", "changed"}, (what, value, old, new)
            if now and not was:
                assert expected in {"widened", "changed"}, (what, value, old, new)

    check()


@pytest.mark.parametrize("examples", [15, pytest.param(300, marks=pytest.mark.long)])
def test_two_random_schemas_never_hide_a_value_that_only_one_allows(examples):
    """Whatever the two are: a value that only the old one allows is a narrowing, and the other way round."""

    @settings(max_examples=examples, database=None, deadline=None)
    @given(st.integers(0, 2**32))
    def check(seed):
        random = Random(seed)
        old, new = schema(random), schema(random)
        found = effect(old, new, "response")
        before, after = (jsonschema_rs.validator_for(each) for each in (old, new))
        for value in (*values(old, random), *values(new, random)):
            was, now = before.is_valid(value), after.is_valid(value)
            # What a client did not know of is no change for it: {"b": 1} was allowed where b had no schema.
            if was and not now and not _has_unnamed(value, old, new):
                assert found in {Effect.NARROWED, Effect.CHANGED}, (value, old, new)
            if now and not was and not _has_unnamed(value, old, new):
                assert found in {Effect.WIDENED, Effect.CHANGED}, (value, old, new)

    check()


def _has_unnamed(value, old, new):
    """True if a value has a property that one of the schemas does not name, somewhere."""
    if isinstance(value, list):
        return any(_has_unnamed(each, _items(old), _items(new)) for each in value)
    if not isinstance(value, dict):
        return False
    names = [_properties(each) for each in (old, new)]
    return any(
        not all(name in each for each in names) or _has_unnamed(item, names[0][name], names[1][name])
        for name, item in value.items()
    )


def _inner(node):
    return node["anyOf"][1] if "anyOf" in node else node


def _items(node):
    return _inner(node).get("items", {})


def _properties(node):
    return _inner(node).get("properties", {})
