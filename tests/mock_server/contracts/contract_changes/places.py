"""Changes of where the operation is: servers, paths and ids."""

from contract_changes.change import PATH, Change, Document, get, moved

SHORT = "/campaigns/{id}/stats"


def served_at(*servers: Document, path: str = SHORT, within: str = ""):
    """Return an edit: a server with a path, and the operation below it."""

    def edit(document: Document) -> None:
        moved(document, path)
        owner = {"": document, "path": document["paths"][path], "get": document["paths"][path]["get"]}[within]
        owner["servers"] = list(servers)

    return edit


def with_id(operation_id: str | None, path: str = PATH, **others: Document):
    """Return an edit: the operation has another id and path, and there are others."""

    def edit(document: Document) -> None:
        moved(document, path, operationId=operation_id)
        document["paths"][path]["get"]["parameters"][0]["name"] = "campaignId" if "campaignId" in path else "id"
        document["paths"] |= others

    return edit


def other(operation_id: str) -> Document:
    """Return a path item with another operation."""
    return {"get": {"operationId": operation_id, "responses": {"200": {"description": "Some"}}}}


def twice(document: Document) -> None:
    """Offer the operation at two paths."""
    document["paths"]["/v2/campaigns/{id}/stats"] = {"get": {**get(document), "operationId": "getcampaignstats2"}}
    get(document)["operationId"] = "campaignStatsV1"


PLACES = (
    Change("a server with a path", served_at({"url": "https://api.migma.ai/v1"}), "served"),
    Change(
        "a server with a longer path and a slash at its end",
        served_at({"url": "https://api.migma.ai/public/v3/"}),
        "served",
        path="/public/v3/campaigns/{id}/stats",
    ),
    Change("a relative server", served_at({"url": "/v1"}), "served"),
    Change("a server relative to the document", served_at({"url": "./v1"}), "adapted", "relative to the document"),
    Change(
        "a server with variables",
        served_at(
            {
                "url": "https://{region}.migma.ai/{version}",
                "variables": {"region": {"default": "api"}, "version": {"default": "v2", "enum": ["v1", "v2"]}},
            }
        ),
        "served",
        path="/v2/campaigns/{id}/stats",
    ),
    Change(
        "a server with a variable that is not defined",
        served_at({"url": "https://api.migma.ai/{version}"}),
        "refused",
        "the server variable 'version' of https://api.migma.ai/{version}",
    ),
    Change(
        "several servers with the same path",
        served_at({"url": "https://api.migma.ai/v1"}, {"url": "https://eu.migma.ai/v1"}),
        "served",
    ),
    Change(
        "several servers with different paths",
        served_at({"url": "https://api.migma.ai/v1"}, {"url": "https://sandbox.migma.ai/test/v1"}),
        "adapted",
        "no other: https://sandbox.migma.ai/test/v1",
    ),
    Change("a server of the path", served_at({"url": "https://api.migma.ai/v1"}, within="path"), "served"),
    Change("a server of the operation", served_at({"url": "https://api.migma.ai/v1"}, within="get"), "served"),
    Change("no servers", lambda document: document.pop("servers"), "served"),
    Change("the id getCampaignStats", with_id("getCampaignStats", **{"/v1/other": other("other")}), "served"),
    Change("the id get_campaign_stats", with_id("get_campaign_stats", **{"/v1/other": other("other")}), "served"),
    Change(
        "another id, found by the shape of its path",
        with_id("campaignNumbers", "/v2/campaigns/{campaignId}/stats", **{"/v2/campaigns/{id}": other("getCampaign")}),
        "adapted",
        "is taken for GetCampaignStats for its path",
        path="/v2/campaigns/{campaignId}/stats",
    ),
    Change("no id, and no other operation", with_id(None), "adapted", "it has no operationId"),
    Change(
        "another id and path, among others",
        with_id("CampaignReport", "/v1/reports/{id}", **{"/v1/emails/{id}": other("GetEmail")}),
        "refused",
        "GET /v1/reports/{id} (CampaignReport), GET /v1/emails/{id} (GetEmail)",
    ),
    Change("two paths that may be meant", twice, "refused", "Give the operation that you mean the operationId"),
    Change(
        "the path in another file",
        lambda document: document.update(paths={PATH: {"$ref": "paths/stats.yaml"}}),
        "refused",
        "npx @redocly/cli bundle",
    ),
)


def _rename(document: Document) -> None:
    parameter = get(document)["parameters"][0]
    parameter["name"] = "campaignId"
    document["paths"] = {PATH.replace("id", "campaignId"): document["paths"][PATH]}


PLACES += (Change("another name of the path parameter", _rename, "served", path="/v1/campaigns/{campaignId}/stats"),)
