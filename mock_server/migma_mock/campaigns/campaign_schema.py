"""The JSON Schema of campaign files, with which editors complete fields and mark mistakes."""

import json
from typing import Any

from migma_contract.openapi import Contract
from migma_mock.campaigns.campaign_file import REPLY_FIELDS, CampaignFile

SCHEMA_FILE = "fixture.schema.json"
"""Its usual name; ``*.schema.json`` is no campaign."""

_RESPONSE = {
    "type": "object",
    "description": 'A response of the API as it was received: {"success": true, "data": …}.',
    "properties": {"success": {"type": "boolean"}},
    "required": ["success"],
}


def campaign_schema(contract: Contract) -> str:
    """Return a JSON Schema (2020-12) of campaign files; the fields of stats come from the contract."""
    schema = CampaignFile.model_json_schema()
    stats = _stats(contract)
    for holder in (schema, schema["$defs"]["StepFile"]):
        holder["properties"]["stats"]["anyOf"] = [stats, {"type": "null"}]
        holder["properties"]["reply"]["anyOf"].append(_RESPONSE)
    given = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in REPLY_FIELDS]
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A campaign of migma-mock",
        "oneOf": given,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _stats(contract: Contract) -> dict[str, Any]:
    fields = contract.stats
    properties = {name: contract.at(place) for name, place in fields.properties.items()}
    return {"type": "object", "properties": properties, "required": list(fields.required)}
