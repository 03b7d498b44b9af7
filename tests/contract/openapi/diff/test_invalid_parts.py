"""A part that is not what OpenAPI says is absent, and no error."""

from small_apis import api, body, get

from migma_contract.openapi.diff import diff


def test_what_is_no_openapi_is_taken_for_absent():
    """A part that is not what OpenAPI says is absent, and no error: the other document may have it right."""
    broken = [
        None,
        7,
        "x",
        [],
        {"get": 7},
        {"get": {"parameters": 7, "responses": [], "requestBody": "x", "security": 3}},
    ]
    for item in broken:
        assert diff(api({"/pets": item}), api({"/pets": get()})).operations == 1
        assert diff(api({"/pets": get()}), api({"/pets": item})).operations == 1
    schemas = [
        7,
        "x",
        [],
        {"type": 7},
        {"properties": []},
        {"allOf": 7},
        {"enum": "a"},
        {"$ref": 7},
        {"required": "a"},
        {"type": [{}]},
    ]
    for schema in schemas:
        node = body({"application/json": {"schema": schema}})
        diff(node, body())
        diff(body(), node)
    for media_type in (7, 1.5, True, "x", [], {"schema": 7}):
        node = body({"application/json": media_type})
        diff(node, body())
        diff(body(), node)
    away = body({"application/json": {"schema": {"$ref": "other.yaml#/Pet"}}})
    assert diff(away, body()).unread == (("other.yaml#/Pet",), ())
