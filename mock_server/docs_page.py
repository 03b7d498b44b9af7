"""The contract in readable form: one page, made on the server, that needs no script and no internet."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from mock_server.auth import header_value
from mock_server.contract import Contract, Fields

if TYPE_CHECKING:
    from mock_server.app import MockApp

_environment = Environment(loader=PackageLoader("mock_server"), autoescape=True, undefined=StrictUndefined)


def render_docs(app: "MockApp", base_url: str) -> str:
    """The page for ``/docs``, with links and examples under the URL that it was asked for."""
    contract = app.contract
    campaigns = list(app.accounts.built_in.campaigns.values())
    return _environment.get_template("docs.html").render(
        contract=contract,
        info=contract.document["info"],
        operation=contract.operation,
        base_url=base_url,
        campaigns=campaigns,
        stats=list(_members(contract, contract.stats)),
        envelope=list(_members(contract, contract.envelope)),
        error_envelope=list(_members(contract, contract.error_envelope)),
        examples=[
            (campaign, json.dumps(json.loads(campaign.reply.body), indent=2, ensure_ascii=False))
            for campaign in campaigns
        ],
        credential=header_value(contract.operation.key_header, app.example_key),
        example_id=app.example_id,
    )


def _members(contract: Contract, fields: Fields) -> Iterator[dict[str, Any]]:
    for name, place in fields.properties.items():
        schema = contract.at(place)
        kind = schema.get("type", "any")
        yield {
            "name": name,
            "type": " or ".join(kind) if isinstance(kind, list) else kind,
            "format": schema.get("format", ""),
            "nullable": schema.get("nullable") is True,
            "required": name in fields.required,
            "description": schema.get("description", ""),
            "place": place,
        }
