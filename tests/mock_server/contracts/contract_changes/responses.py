"""Changes of responses: other statuses, bodies and headers, and other documents."""

from contract_changes.change import Change, Document, error, fields, get, respond, schemas

_LIMITED: Document = {
    "type": "object",
    "required": ["message", "retryAfter"],
    "properties": {"message": {"type": "string"}, "retryAfter": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
_HEADERS: Document = {
    "X-Request-Id": {"required": True, "schema": {"type": "string", "format": "uuid"}},
    "X-Cache": {"schema": {"type": "string"}},
}


def without(*statuses: str):
    """Return an edit: statuses are not documented."""

    def edit(document: Document) -> None:
        for status in statuses:
            del get(document)["responses"][status]

    return edit


def documented(*statuses: str):
    """Return an edit: further statuses have the vendor's error envelope."""

    def edit(document: Document) -> None:
        for status in statuses:
            error(document, status)

    return edit


def own_bodies(document: Document) -> None:
    """Document a 429 and a 503 with bodies of their own."""
    for status in ("429", "503"):
        respond(document, status, _LIMITED)


def _required_headers(document: Document) -> None:
    get(document)["responses"]["200"]["headers"] = _HEADERS
    document["components"]["responses"]["NotFound"]["headers"] = _HEADERS


def _nested_error(document: Document) -> None:
    nested = {"type": "object", "required": ["message", "code"], "properties": {"message": {}, "code": {}}}
    nested["properties"] = {"message": {"type": "string"}, "code": {"type": "string"}}
    schemas(document)["ApiError"]["properties"]["error"] = nested


def _problem_details(document: Document) -> None:
    properties = {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}}
    schema = {"type": "object", "required": ["title", "status"], "properties": properties}
    content = {"application/problem+json": {"schema": schema}}
    for name in ("Unauthorized", "NotFound"):
        document["components"]["responses"][name]["content"] = content


def _as_text(document: Document) -> None:
    get(document)["responses"]["503"] = {"description": "Down", "content": {"text/html": {}}}


def _as_ranges(document: Document) -> None:
    responses = get(document)["responses"]
    responses["2XX"], responses["4XX"] = responses.pop("200"), responses.pop("401")
    del responses["404"]


def _as_default(document: Document) -> None:
    responses = get(document)["responses"]
    responses["default"] = responses.pop("401")
    del responses["404"]


def _impossible_error(document: Document) -> None:
    schemas(document)["ApiError"]["properties"]["error"] = {"type": "string", "minLength": 9, "maxLength": 2}


def _media_type(document: Document) -> None:
    content = get(document)["responses"]["200"]["content"]
    content["application/vnd.migma+json; version=2"] = content.pop("application/json")


def _external_elsewhere(document: Document) -> None:
    document["paths"]["/v1/contacts"] = {"$ref": "paths/contacts.yaml"}
    document["paths"]["/v1/tags"] = {"get": {"parameters": [{"$ref": "https://example.com/limit.json"}]}}
    schemas(document)["Contact"] = {"$ref": "contact.yaml#/Contact"}


def _external_needed(document: Document) -> None:
    fields(document)["botOpens"] = {"$ref": "counts.yaml#/Count"}


def _swagger(document: Document) -> None:
    del document["openapi"]
    document["swagger"] = "2.0"


RESPONSES = (
    Change("no 404", without("404"), "adapted", "has no 404"),
    Change("no 401", without("401"), "adapted", "has no 401"),
    Change("no error response at all", without("401", "404"), "adapted", "describes no error response"),
    Change("403, 429, 500 and 503 are documented", documented("403", "429", "500", "503"), "served"),
    Change("429 and 503 with bodies of their own", own_bodies, "served"),
    Change("a nested error", _nested_error, "served"),
    Change("problem details (RFC 9457)", _problem_details, "served"),
    Change("an error that no value fits", _impossible_error, "refused", "a schema of error responses"),
    Change("a 503 as HTML", _as_text, "adapted", "The mock answers with JSON"),
    Change("ranges of statuses", _as_ranges, "served"),
    Change("errors as default", _as_default, "served"),
    Change("required response headers", _required_headers, "adapted", "required headers of the responses 200, 404"),
    Change("another JSON media type", _media_type, "served"),
    Change("OpenAPI 3.0", lambda document: document.update(openapi="3.0.3"), "served"),
    Change("references to other files elsewhere", _external_elsewhere, "served"),
    Change("a reference to another file that is needed", _external_needed, "refused", "npx @redocly/cli bundle"),
    Change("Swagger 2.0", _swagger, "refused", "Swagger"),
)
