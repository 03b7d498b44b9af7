"""Operations: paths and methods, those that were announced to go, servers, webhooks and callbacks."""

from small_apis import OK, api, get, parameter

from migma_contract.openapi.diff import diff


def test_paths_and_methods(changes):
    one, two = api({"/pets": get()}), api({"/pets": {**get(), "delete": OK}, "/toys": get()})
    assert changes(one, two) == {"operation-added": "info"}
    assert changes(two, one) == {"operation-removed": "breaking"}
    assert [change.operations for change in diff(two, one).changes] == [("DELETE /pets",), ("GET /toys",)]


def test_the_names_of_path_parameters_and_the_place_of_a_prefix_are_no_change(changes):
    old = api({"/v1/pets/{id}": get(parameters=[parameter("id", "path", required=True)])})
    new = {
        "parameters": [parameter("petId", "path", required=True)],
        **get(),
    }
    assert changes(old, api({"/v1/pets/{petId}": new})) == {}
    moved = api(
        {"/pets/{petId}": new},
        servers=[{"url": "https://x.org/{version}", "variables": {"version": {"default": "v1"}}}],
    )
    assert changes({**old, "servers": [{"url": "https://x.org/"}]}, moved) == {}
    number = {"parameters": [parameter("petId", "path", required=True, schema={"type": "integer"})], **get()}
    assert changes(old, api({"/v1/pets/{petId}": number})) == {"request-type-narrowed": "breaking"}


def test_an_operation_that_was_announced_to_go(changes):
    for members, expected in [
        ({"deprecated": True}, {"deprecated-operation-removed": "warning"}),
        ({"deprecated": True, "x-sunset": "2020-01-01"}, {"sunset-operation-removed": "info"}),
        ({"deprecated": True, "x-sunset": "9999-01-01"}, {"operation-removed": "breaking"}),
        ({"x-stability-level": "alpha"}, {"operation-removed": "info"}),
    ]:
        assert changes(api({"/pets": get(**members)}), api({})) == expected
    (change,) = diff(api({"/pets": get()}), api({"/pets": get(deprecated=True, **{"x-sunset": "2030-05-01"})})).changes
    assert (change.rule, change.message) == (
        "deprecated",
        "GET /pets: the operation is deprecated; it goes on 2030-05-01.",
    )
    dates = [api({"/pets": get(deprecated=True, **{"x-sunset": day})}) for day in ("2030-05-01", "2030-01-01")]
    assert changes(*dates) == {"sunset-changed": "info"}
    beta, alpha = (api({"/pets": get(**{"x-stability-level": level})}) for level in ("beta", "alpha"))
    assert changes(beta, alpha) == {"stability-decreased": "breaking"}
    assert changes(alpha, beta) == {}
    assert changes(beta, api({"/pets": get()})) == {"stability-decreased": "breaking"}
    assert changes(api({"/pets": get()}), alpha) == {}
    assert changes(api({"/pets": get(operationId="a")}), api({"/pets": get(operationId="b")})) == {
        "operation-id-changed": "info"
    }


def test_servers(changes):
    one, two = ({"url": f"https://{name}.example.com/v1"} for name in ("one", "two"))
    old, both, new = (api({"/pets": get()}, servers=servers) for servers in ([one], [one, two], [two]))
    assert changes(old, both) == {"server-added": "info"}
    assert changes(old, new) == {"server-removed": "warning", "server-added": "info"}
    (change, _) = diff(old, new).changes
    assert change.message == "GET /pets: the server https://one.example.com/v1 is not documented any more."


def test_webhooks_and_callbacks_are_sent_by_the_server(changes):
    def hook(schema):
        content = {"application/json": {"schema": schema}}
        return {"post": {**OK, "requestBody": {"content": content}}}

    text, any_type = hook({"type": "string"}), hook({})
    for old, new, expected in [
        (text, any_type, {"response-type-widened": "breaking"}),
        (any_type, text, {"response-type-narrowed": "info"}),
        (None, text, {"webhook-added": "info"}),
        (text, None, {"webhook-removed": "breaking"}),
    ]:
        webhooks = [api({}, webhooks={"created": each} if each else {}) for each in (old, new)]
        assert changes(*webhooks) == expected
        callbacks = [{"done": {"{$request.body#/url}": each}} if each else {} for each in (old, new)]
        assert changes(*(api({"/pets": get(callbacks=each)}) for each in callbacks)) == expected


def test_a_change_that_operations_share_is_one_change_with_all_of_them():
    def using(schema):
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
        node = {"get": {"responses": {"200": {"description": "", "content": content}}}}
        return api({"/pets": node, "/toys": node}, components={"schemas": {"Pet": schema}})

    old, new = (using({"type": "object", "properties": {"name": {"type": kind}}}) for kind in ("string", "integer"))
    (change,) = diff(old, new).changes
    assert change.operations == ("GET /pets", "GET /toys")
    assert change.where == "/components/schemas/Pet/properties/name/type"
    assert (change.pointer, change.new_pointer) == (change.where, change.where)
    assert change.message == "GET /pets: the type of name in the response 200 changed from string to integer."


def test_a_callback_that_leads_to_itself_is_compared_once(changes):
    def document(**operation):
        callbacks = {"again": {"$ref": "#/components/callbacks/again"}}
        node = {"callbacks": callbacks, "responses": {}}
        components = {"callbacks": {"again": {"{$request.body#/url}": {"post": {**node, **operation}}}}}
        return {"openapi": "3.1.0", "paths": {"/pets": {"post": node}}, "components": components}

    assert changes(document(), document(deprecated=True)) == {"deprecated": "info"}
