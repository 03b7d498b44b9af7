"""Parameters: required or not, their places, types and forms."""

import pytest
from small_apis import STRING, api, get, parameter, query

PARAMETERS = {
    "required added": ((), (parameter("q", required=True),), {"required-parameter-added": "breaking"}),
    "required with a default added": (
        (),
        (parameter("q", required=True, schema={"default": 1}),),
        {"required-parameter-added": "breaking"},
    ),
    "optional added": ((), (parameter("q"),), {"optional-parameter-added": "info"}),
    "removed": ((parameter("q"),), (), {"parameter-removed": "warning"}),
    "became required": (
        (parameter("q"),),
        (parameter("q", required=True),),
        {"parameter-became-required": "breaking"},
    ),
    "became optional": ((parameter("q", required=True),), (parameter("q"),), {"parameter-became-optional": "info"}),
    "of a header in other letters": ((parameter("X-A", "header"),), (parameter("x-a", "header"),), {}),
    "that other parts describe": ((), (parameter("Authorization", "header", required=True),), {}),
    "an integer becomes text": (
        (parameter("q", schema={"type": "integer"}),),
        (parameter("q"),),
        {"request-type-widened": "info"},
    ),
    "its form": (
        (parameter("q", schema={"type": "array"}),),
        (parameter("q", schema={"type": "array"}, explode=False),),
        {"parameter-style-changed": "breaking"},
    ),
    "the form of one value": ((parameter("q"),), (parameter("q", explode=False),), {}),
    "a schema becomes content": (
        (parameter("q"),),
        ({"name": "q", "in": "query", "content": {"application/json": STRING}},),
        {"parameter-style-changed": "breaking"},
    ),
    "empty values": (
        (parameter("q", allowEmptyValue=True),),
        (parameter("q"),),
        {"parameter-may-not-be-empty": "breaking"},
    ),
    "a default": (
        (parameter("q", schema={"default": 1}),),
        (parameter("q", schema={"default": 2}),),
        {"request-default-changed": "warning"},
    ),
    "deprecated": ((parameter("q"),), (parameter("q", deprecated=True),), {"deprecated": "info"}),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(changes, name):
    old, new, expected = PARAMETERS[name]
    assert changes(query(*old), query(*new)) == expected


def test_a_parameter_may_move_between_the_path_and_the_operation(changes):
    shared = {"q": parameter("q", required=True)}
    old = api({"/pets": {**get(), "parameters": [parameter("q")]}}, components={"parameters": shared})
    assert changes(old, query(parameter("q"))) == {}
    own = api({"/pets": {**get(parameters=[{"$ref": "#/components/parameters/q"}]), "parameters": [parameter("q")]}})
    assert changes(old, {**own, "components": {"parameters": shared}}) == {"parameter-became-required": "breaking"}
