"""Changes of the stats and of the envelope around them."""

from typing import Any

from contract_changes.change import Change, Document, fields, require, schemas, stats

_REPORTING: Document = {
    "type": "object",
    "required": ["status", "source"],
    "properties": {
        "status": {"type": "string", "enum": ["live", "cached", "unavailable"]},
        "source": {"type": "string", "enum": ["tracking-worker", "campaign-cache"]},
        "updatedAt": {"type": "string", "format": "date-time"},
    },
}
_MADE = "made from their schema"


def add(name: str, schema: Document):
    """Return an edit: the stats have a new optional field."""
    return lambda document: fields(document).update({name: schema})


def add_required(name: str, schema: Document):
    """Return an edit: the stats have a new required field."""
    return lambda document: require(document, name, schema)


def without(*names: str):
    """Return an edit: the stats lack fields."""

    def edit(document: Document) -> None:
        for name in names:
            del fields(document)[name]
        stats(document)["required"] = [name for name in stats(document)["required"] if name not in names]

    return edit


def with_type(name: str, **schema: Any):
    """Return an edit: a field has another schema."""
    return lambda document: fields(document).update({name: schema})


def _int32(document: Document) -> None:
    for schema in fields(document).values():
        if schema["type"] == "integer":
            schema["format"] = "int32"


def _renamed(document: Document) -> None:
    fields(document)["sent"] = fields(document).pop("totalSent")
    stats(document)["required"][0] = "sent"


def _one_of(document: Document) -> None:
    error = {"$ref": "#/components/schemas/ApiError"}
    content = document["paths"]["/v1/campaigns/{id}/stats"]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"oneOf": [{**error}, _closed(document)]}


def _closed(document: Document) -> Document:
    data = {"$ref": "#/components/schemas/CampaignStats"}
    properties = {"success": {"type": "boolean", "enum": [True]}, "data": data}
    schemas(document)["ApiError"]["properties"]["success"]["enum"] = [False]
    return {"type": "object", "required": ["success", "data"], "properties": properties}


def _all_of_reversed(document: Document) -> None:
    schemas(document)["ApiResponseCampaignStats"]["allOf"].reverse()


def _data_or_null(document: Document) -> None:
    data = {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/CampaignStats"}]}
    schemas(document)["ApiResponseCampaignStats"]["allOf"][1]["properties"]["data"] = data


def _request_id(document: Document) -> None:
    for name in ("ApiResponse", "ApiError"):
        schemas(document)[name]["properties"]["requestId"] = {"type": "string", "format": "uuid"}
        schemas(document)[name]["required"].append("requestId")


def _no_success(document: Document) -> None:
    for name in ("ApiResponse", "ApiError"):
        del schemas(document)[name]["properties"]["success"]
        schemas(document)[name]["required"] = [
            each for each in schemas(document)[name]["required"] if each != "success"
        ]


def _result(document: Document) -> None:
    envelope = schemas(document)["ApiResponseCampaignStats"]["allOf"][1]["properties"]
    envelope["result"] = envelope.pop("data")
    del schemas(document)["ApiResponse"]["properties"]["data"]


def _closed_stats(document: Document) -> None:
    stats(document)["additionalProperties"] = False


def _cycle(document: Document) -> None:
    fields(document)["previous"] = {"$ref": "#/components/schemas/CampaignStats"}


STATS = (
    Change("a new optional count", add("spamReports", {"type": "integer"}), "adapted", _MADE),
    Change("a new required count", add_required("spamReports", {"type": "integer", "minimum": 0}), "adapted", _MADE),
    Change("a new required object", add_required("reporting", _REPORTING), "adapted", _MADE),
    Change(
        "a new required text with a pattern",
        add_required("currency", {"type": "string", "pattern": "^[A-Z]{3}$"}),
        "adapted",
        _MADE,
    ),
    Change(
        "a new required array",
        add_required("links", {"type": "array", "minItems": 1, "items": {"type": "string", "format": "uri"}}),
        "adapted",
        _MADE,
    ),
    Change(
        "a new required field that no value fits",
        add_required("impossible", {"type": "integer", "minimum": 2, "maximum": 1}),
        "refused",
        "a schema of impossible for which a value can be made",
    ),
    Change("a field of the same kind as the stats", _cycle, "adapted", _MADE),
    Change("a removed optional field", without("mppOpens"), "adapted", "not served: mppOpens"),
    Change("a removed required field", without("bounces"), "adapted", "not served: bounces"),
    Change("rates that are not there any more", without("openRate", "clickRate"), "adapted", "clickRate, openRate"),
    Change("a renamed field", _renamed, "adapted", _MADE),
    Change(
        "an optional field that is required now",
        lambda document: stats(document)["required"].append("botOpens"),
        "adapted",
        "in campaigns without it, it is 0",
    ),
    Change(
        "a required field that is optional now",
        lambda document: stats(document)["required"].remove("bounces"),
        "served",
    ),
    Change("counts of 32 bits", _int32, "adapted", "largest-integers.json"),
    Change(
        "a count with a maximum",
        with_type("totalSent", type="integer", minimum=0, maximum=100_000_000),
        "adapted",
        "largest-integers.json",
    ),
    Change("a count as text", with_type("totalSent", type="string", pattern="^[0-9]+$"), "adapted", "another type"),
    Change("lastUpdated as a number", with_type("lastUpdated", type="integer"), "adapted", "another type"),
    Change("a count that may be null", with_type("bounces", type=["integer", "null"]), "served"),
    Change("rates up to 1", with_type("openRate", type="number", minimum=0, maximum=1), "served"),
    Change(
        "rates up to 1, with --rates percent",
        with_type("openRate", type="number", minimum=0, maximum=1),
        "refused",
        "since --rates is percent",
        rates="percent",
    ),
    Change(
        "rates as whole numbers",
        with_type("openRate", type="integer"),
        "refused",
        "with --rates percent it may fit",
    ),
    Change(
        "rates as whole numbers, with --rates percent",
        with_type("openRate", type="integer"),
        "adapted",
        "the rates are rounded",
        rates="percent",
    ),
    Change("stats without other fields", _closed_stats, "served"),
    Change("alternatives of success and error", _one_of, "served"),
    Change("the parts of the envelope in another order", _all_of_reversed, "served"),
    Change("data that may be null", _data_or_null, "served"),
    Change("a required field in all envelopes", _request_id, "adapted", "The success envelope differs"),
    Change("no success in the envelopes", _no_success, "adapted", "The success envelope differs"),
    Change("the stats in result instead of data", _result, "refused", "an envelope with the field 'data'"),
    Change(
        "stats of something else",
        lambda document: schemas(document).update(CampaignStats={"type": "object", "properties": {"opens": {}}}),
        "refused",
        "stats of a campaign, such as totalSent",
    ),
    Change(
        "stats in an array",
        lambda document: schemas(document).update(CampaignStats={"type": "array", "items": {"type": "object"}}),
        "refused",
        "the schema of an object, the stats of a campaign",
    ),
)
