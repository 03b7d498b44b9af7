"""Changes of what requests need: the API key, parameters, and the form of ids."""

from contract_changes.change import Change, Document, error, get, need, scheme


def keyed(**definition: object):
    """Return an edit: another security scheme."""
    return lambda document: scheme(document, **definition)


def _either(document: Document) -> None:
    document["components"]["securitySchemes"]["tenantKey"] = {"type": "apiKey", "in": "header", "name": "X-Tenant-Key"}
    document["security"] = [{"apiKeyAuth": []}, {"tenantKey": []}]


def _both(document: Document) -> None:
    _either(document)
    document["security"] = [{"apiKeyAuth": [], "tenantKey": []}]


def _optional(document: Document) -> None:
    document["security"] = [{}, {"apiKeyAuth": []}]


def _of_operation(document: Document) -> None:
    _either(document)
    document["security"] = [{"apiKeyAuth": []}]
    get(document)["security"] = [{"tenantKey": []}]


def needing(name: str, where: str, schema: Document, *statuses: str, **more: object):
    """Return an edit: a required parameter, and documented errors."""

    def edit(document: Document) -> None:
        need(document, name, where, schema, **more)
        for status in statuses:
            error(document, status)

    return edit


def id_form(*statuses: str, **schema: object):
    """Return an edit: ids of a form, and documented errors."""

    def edit(document: Document) -> None:
        get(document)["parameters"][0]["schema"] = schema
        for status in statuses:
            error(document, status)

    return edit


_TEXT = {"type": "string"}

REQUESTS = (
    Change("HTTP bearer", keyed(type="http", scheme="bearer", bearerFormat="JWT"), "served"),
    Change("HTTP Basic", keyed(type="http", scheme="basic"), "adapted", "the API key is the user name"),
    Change("another HTTP scheme", keyed(type="http", scheme="digest"), "adapted", "Authorization: Bearer KEY"),
    Change("OAuth 2", keyed(type="oauth2", flows={}), "adapted", "tokens, scopes and certificates are not checked"),
    Change(
        "OpenID Connect",
        keyed(type="openIdConnect", openIdConnectUrl="https://id.migma.ai/.well-known/openid-configuration"),
        "adapted",
        "OpenID Connect",
    ),
    Change("a key in another header", keyed(type="apiKey", **{"in": "header"}, name="X-Migma-Key"), "served"),
    Change("a key in the query", keyed(type="apiKey", **{"in": "query"}, name="api_key"), "served"),
    Change("a key in a cookie", keyed(type="apiKey", **{"in": "cookie"}, name="session"), "served"),
    Change(
        "a key in the body", keyed(type="apiKey", **{"in": "body"}, name="key"), "refused", "header, query or cookie"
    ),
    Change("one of two keys", _either, "served"),
    Change("two keys at once", _both, "adapted", "the document requires the header X-Tenant-Key"),
    Change("a key that is optional", _optional, "adapted", "requests without an API key"),
    Change("a key of the operation", _of_operation, "served"),
    Change("no security", lambda document: document.pop("security"), "adapted", "requests without an API key"),
    Change(
        "a required header, with a 400",
        needing("X-Workspace", "header", {"type": "string", "minLength": 3}, "400", example="acme"),
        "adapted",
        "the mock answers 400 without it, or with an invalid value. The check sends 'acme'",
    ),
    Change(
        "a required header, without a 400",
        needing("X-Workspace", "header", _TEXT, example="acme"),
        "adapted",
        "the mock does not ask for it",
    ),
    Change(
        "a required query parameter, with a 422",
        needing("days", "query", {"type": "integer", "minimum": 1, "maximum": 90}, "422"),
        "adapted",
        "the mock answers 422 without it",
    ),
    Change(
        "an optional query parameter",
        lambda document: get(document)["parameters"].append({"name": "fresh", "in": "query", "schema": {}}),
        "served",
    ),
    Change(
        "a required cookie",
        needing("locale", "cookie", _TEXT),
        "adapted",
        "'locale' in cookie",
    ),
    Change(
        "ids with the vendor's pattern, with a 400",
        id_form("400", type="string", pattern="^[0-9a-fA-F]{24}$"),
        "adapted",
        "the mock answers 400 to an id of another form",
    ),
    Change("ids that are UUIDs", id_form(type="string", format="uuid"), "adapted", "made-up ids"),
    Change("ids that are UUIDs, with a 400", id_form("400", type="string", format="uuid"), "adapted", "made-up ids"),
    Change("ids of at least 30 characters", id_form(type="string", minLength=30), "adapted", "made-up ids"),
    Change("ids that are numbers", id_form("422", type="integer", minimum=1), "adapted", "made-up ids"),
)
