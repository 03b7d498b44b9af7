"""The fixture format: a reference page, and a JSON Schema for editors."""

from typing import Any

from migma_contract.openapi import load_contract
from migma_contract.resources import openapi_path
from migma_mock.api_keys import KeyFile
from migma_mock.campaigns.campaign_file import CampaignFile
from migma_mock.campaigns.campaign_schema import campaign_schema
from migma_mock.faults import FAULTS
from tools.reference.json_schema import members
from tools.reference.markdown import page, prose

_INTRODUCTION = """\
A folder of fixtures has campaign files (`*.json`, in the folder or in its `campaigns/`), one campaign each, and can
have a `keys.json`. An unknown field is an error. `PUT /__mock__/accounts/{account_id}/campaigns/{id}` takes a body in
the same format. For a guide, see [fixtures](../fixtures.md); for editors,
[fixture.schema.json](../fixture.schema.json)."""


def fixture_page() -> str:
    """Return the page: the fields of each object in a campaign file and in keys.json."""
    schemas = _definitions(CampaignFile) | _definitions(KeyFile)
    faults = {entry.__name__ for entry in FAULTS.values()}
    own = {name: schema for name, schema in schemas.items() if name not in faults and schema.get("properties")}

    def link(name: str) -> str:
        if name in faults:
            return "[a fault](faults.md)"
        return f"[{name}](#{name.lower()})" if name in own else name

    parts = [f"## {name}\n\n{prose(it.get('description'))}\n\n{members(it, link)}" for name, it in own.items()]
    return page("Fixture format", _INTRODUCTION, *parts)


def _definitions(model: type[CampaignFile] | type[KeyFile]) -> dict[str, Any]:
    schema = model.model_json_schema()
    # The page of faults has the nested schemas of faults.
    nested = {name: it for name, it in schema.pop("$defs", {}).items() if name not in ("Distribution", "Lognormal")}
    return {model.__name__: schema, **nested}


def fixture_schema() -> str:
    """Return the JSON Schema of campaign files under the built-in contract."""
    return campaign_schema(load_contract(openapi_path()))
