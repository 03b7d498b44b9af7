"""The contract and the control API in readable form: pages made on the server, without script or internet."""

import json
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_contract.openapi import Contract, Fields
from migma_mock.mock import Mock

_environment = Environment(loader=PackageLoader("migma_mock"), autoescape=True, undefined=StrictUndefined)


def render_docs(app: Mock, base_url: str) -> str:
    """The page for ``/docs``, with links and examples under the URL that it was asked for."""
    contract = app.contract
    campaigns = list(app.accounts.built_in.state.campaigns.values())
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
        credential=contract.operation.key_header_value(app.shown_key),
        example_id=app.example_id,
    )


def render_control_docs(document: dict[str, Any]) -> str:
    """The page for ``/__mock__/docs``: the control API's routes, from its OpenAPI document."""
    routes = [
        {
            "method": method.upper(),
            "path": path,
            "operation": operation,
            "query": [p for p in operation.get("parameters", []) if p["in"] == "query"],
            "body": _reference(operation.get("requestBody")),
            "answer": next((_reference(r) for s, r in operation["responses"].items() if s.startswith("2")), ""),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    schemas = {name: json.dumps(schema, indent=2) for name, schema in document["components"]["schemas"].items()}
    return _environment.get_template("control_docs.html").render(document=document, routes=routes, schemas=schemas)


def _reference(node: dict[str, Any] | None) -> str:
    """The name of the schema of a JSON body; "" where there is none."""
    schema = (node or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", schema.get("items", {}).get("$ref", ""))).rpartition("/")[2]


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
