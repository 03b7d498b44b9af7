"""Bodies, media types, statuses and headers."""

from small_apis import OK, STRING, api, body


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
