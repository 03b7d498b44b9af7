"""Operations and their parts: paths, parameters, bodies, security, statuses, headers, servers, webhooks."""

import pytest

from migma_contract.openapi.diff import diff

OK = {"responses": {"200": {"description": "OK"}}}
STRING = {"schema": {"type": "string"}}


def api(paths, **members):
    return {"openapi": "3.0.3", "paths": paths, **members}


def get(**members):
    return {"get": {**OK, **members}}


def parameter(name, where="query", **members):
    return {"name": name, "in": where, **STRING, **members}


def query(*parameters):
    return api({"/pets": get(parameters=list(parameters))})


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


def body(content=None, **members):
    content = content or {"application/json": STRING}
    return api({"/pets": {"post": {**OK, "requestBody": {"content": content, **members}}}})


def test_bodies_of_requests(changes):
    none, optional, required = api({"/pets": {"post": OK}}), body(), body(required=True)
    assert changes(none, optional) == {"optional-request-body-added": "info"}
    assert changes(none, required) == {"required-request-body-added": "breaking"}
    assert changes(optional, none) == {"request-body-removed": "breaking"}
    assert changes(optional, required) == {"request-body-became-required": "breaking"}
    assert changes(required, optional) == {"request-body-became-optional": "info"}


def answer(*media_types):
    content = dict.fromkeys(media_types, STRING)
    return api({"/pets": {"get": {"responses": {"200": {"description": "OK", "content": content}}}}})


def test_media_types(changes):
    json, problem, html = "application/json", "application/problem+json", "text/html"
    assert changes(answer(json, html), answer(json)) == {"media-type-removed": "breaking"}
    assert changes(answer(json), answer(json, html)) == {"media-type-added": "info"}
    assert changes(answer(json), answer("Application/JSON; charset=utf-8")) == {}
    assert changes(answer(json), answer(problem)) == {"response-media-type-narrowed": "info"}
    assert changes(answer(problem), answer(json)) == {"response-media-type-widened": "breaking"}
    assert changes(answer("text/*"), answer(html)) == {"response-media-type-narrowed": "info"}
    wide, narrow = body({"*/*": STRING}), body({json: STRING})
    assert changes(wide, narrow) == {"request-media-type-narrowed": "breaking"}
    assert changes(narrow, wide) == {"request-media-type-widened": "info"}
    form = "application/x-www-form-urlencoded"
    number = body({form: {"schema": {"properties": {"a": {"type": "integer"}}}}})
    text = body({form: {"schema": {"properties": {"a": {"type": "string"}}}}})
    assert changes(number, text) == {"request-type-widened": "info"}


def statuses(**responses):
    return api({"/pets": {"get": {"responses": {name.strip("_"): node for name, node in responses.items()}}}})


def test_statuses(changes):
    node = {"description": ""}
    old = statuses(_200=node, _404=node)
    assert changes(old, statuses(_201=node, _404=node)) == {
        "success-status-removed": "breaking",
        "success-status-added": "info",
    }
    assert changes(old, statuses(_200=node, _409=node)) == {
        "error-status-removed": "info",
        "error-status-added": "info",
    }
    assert changes(old, statuses(_2XX=node, _4XX=node)) == {}
    assert changes(statuses(_2XX=node, _4XX=node), old) == {}
    number = {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
    text = {"description": "", "content": {"application/json": STRING}}
    assert changes(statuses(_4XX=number), statuses(_404=text)) == {"response-type-changed": "breaking"}


def test_headers_of_responses(changes):
    def headers(**named):
        return statuses(_200={"description": "", "headers": named})

    optional, required = STRING, {**STRING, "required": True}
    assert changes(headers(X=required), headers()) == {"required-response-header-removed": "breaking"}
    assert changes(headers(X=optional), headers()) == {"response-header-removed": "warning"}
    assert changes(headers(X=required), headers(x=optional)) == {"response-header-became-optional": "breaking"}
    assert changes(headers(X=optional), headers(X=required)) == {"response-header-became-required": "info"}
    assert changes(headers(), headers(X=required)) == {"response-header-added": "info"}
    assert changes(headers(X={"schema": {"type": "integer"}}), headers(X=optional)) == {
        "response-type-widened": "breaking"
    }


def secured(*alternatives, schemes=None):
    schemes = schemes or {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {}},
    }
    return api({"/pets": get()}, security=list(alternatives), components={"securitySchemes": schemes})


SECURITY = {
    "added": ([], [{"key": []}], {"security-added": "breaking"}),
    "removed": ([{"key": []}], [], {"security-loosened": "info"}),
    "optional": ([{"key": []}], [{"key": []}, {}], {"security-loosened": "info"}),
    "not optional any more": ([{"key": []}, {}], [{"key": []}], {"security-added": "breaking"}),
    "another alternative": ([{"key": []}], [{"key": []}, {"bearer": []}], {"security-loosened": "info"}),
    "an alternative less": ([{"key": []}, {"bearer": []}], [{"key": []}], {"security-alternative-removed": "breaking"}),
    "both": ([{"key": []}], [{"key": [], "bearer": []}], {"security-alternative-removed": "breaking"}),
    "a scope more": ([{"oauth": ["a"]}], [{"oauth": ["b", "a"]}], {"security-scope-added": "breaking"}),
    "a scope less": ([{"oauth": ["a", "b"]}], [{"oauth": ["b"]}], {"security-loosened": "info"}),
    "another order": ([{"key": []}, {"oauth": ["a", "b"]}], [{"oauth": ["b", "a"]}, {"key": []}], {}),
}


@pytest.mark.parametrize("name", SECURITY)
def test_security(changes, name):
    old, new, expected = SECURITY[name]
    assert changes(secured(*old), secured(*new)) == expected


def test_a_change_for_the_whole_document_is_one_change():
    old, new = (
        {**secured(*alternatives), "paths": {"/pets": get(), "/toys": get()}} for alternatives in ((), ({"key": []},))
    )
    del old["security"]
    (change,) = diff(old, new).changes
    assert (change.where, change.operations) == ("security", ("GET /pets", "GET /toys"))
    assert change.message == "GET /pets: a client must now prove who it is by header x-key."


def test_a_scheme_is_what_it_is_and_not_its_name(changes):
    old = secured({"key": []})
    same = secured({"k": []}, schemes={"k": {"type": "apiKey", "in": "header", "name": "x-key"}})
    other = secured({"key": []}, schemes={"key": {"type": "apiKey", "in": "query", "name": "key"}})
    assert changes(old, same) == {}
    assert changes(old, other) == {"security-alternative-removed": "breaking"}


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


def test_a_callback_that_leads_to_itself_is_compared_once(changes):
    def document(**operation):
        callbacks = {"again": {"$ref": "#/components/callbacks/again"}}
        node = {"callbacks": callbacks, "responses": {}}
        components = {"callbacks": {"again": {"{$request.body#/url}": {"post": {**node, **operation}}}}}
        return {"openapi": "3.1.0", "paths": {"/pets": {"post": node}}, "components": components}

    assert changes(document(), document(deprecated=True)) == {"deprecated": "info"}
