"""Documentation of the contract and of the control API, as pages without scripts or external resources."""

import json
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_contract.openapi import Contract, Fields
from migma_mock.mock import Mock

_environment = Environment(loader=PackageLoader("migma_mock"), autoescape=True, undefined=StrictUndefined)


def render_docs(mock: Mock, base_url: str) -> str:
    """Return the page ``/docs``, with examples for a base URL."""
    contract = mock.contract
    campaigns = list(mock.accounts.built_in.state.campaigns.values())
    return _environment.get_template("docs.html").render(
        contract=contract,
        info=contract.document["info"],
        operation=contract.operation,
        base_url=base_url,
        campaigns=campaigns,
        stats=list(_field_rows(contract, contract.stats)),
        envelope=list(_field_rows(contract, contract.envelope)),
        error_envelope=list(_field_rows(contract, contract.error_envelope)),
        examples=[
            (campaign, json.dumps(json.loads(campaign.reply.body), indent=2, ensure_ascii=False))
            for campaign in campaigns
        ],
        credential=contract.operation.key_header_value(mock.shown_key),
        example_id=mock.example_id,
    )


def render_control_docs(document: dict[str, Any]) -> str:
    """Return the page ``/__mock__/docs`` from the OpenAPI document of the control API."""
    routes = [
        {
            "method": method.upper(),
            "path": path,
            "operation": operation,
            "query": [p for p in operation.get("parameters", []) if p["in"] == "query"],
            "body": _reference(operation.get("requestBody")),
            "response": next((_reference(r) for s, r in operation["responses"].items() if s.startswith("2")), ""),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    schemas = {name: json.dumps(schema, indent=2) for name, schema in document["components"]["schemas"].items()}
    return _environment.get_template("control_docs.html").render(document=document, routes=routes, schemas=schemas)


def _reference(node: dict[str, Any] | None) -> str:
    """Return the name of the schema of a JSON body; "" if there is none."""
    schema = (node or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", schema.get("items", {}).get("$ref", ""))).rpartition("/")[2]


def _field_rows(contract: Contract, fields: Fields) -> Iterator[dict[str, Any]]:
    for name, pointer in fields.properties.items():
        schema = contract.at(pointer)
        kind = schema.get("type", "any")
        yield {
            "name": name,
            "type": " or ".join(kind) if isinstance(kind, list) else kind,
            "format": schema.get("format", ""),
            "nullable": schema.get("nullable") is True,
            "required": name in fields.required,
            "description": schema.get("description", ""),
        }
