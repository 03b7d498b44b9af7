"""The output of ``migma-mock contract``: the contract as the mock reads it, for people and for programs."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from migma_contract.openapi import Contract, Response
from migma_contract.safe_text import one_line
from migma_mock.messages.body_forms import forms_of

_LIST_WIDTH = 24


def contract_as_data(contract: Contract) -> dict[str, Any]:
    """Return what a contract says, as JSON."""
    operation = contract.operation
    return {
        "title": contract.title,
        "version": contract.version,
        "source": contract.source,
        "servers": list(contract.servers),
        "operation": {
            "id": operation.operation_id,
            "method": operation.method,
            "path": operation.path,
            "pointer": operation.pointer,
            "line": contract.schemas.place(operation.pointer).line,
        },
        "security": {
            "required": operation.needs_key,
            "places": [
                {"in": each.where, "name": each.name, "value": each.form_of_value("YOUR_API_KEY")}
                for each in operation.key_places
            ],
        },
        "parameters": [
            {"in": each.where, "name": each.name, "types": sorted(each.types), "example": each.example}
            for each in operation.parameters
        ],
        "responses": {status: _response(response) for status, response in operation.responses.items()},
        "stats": {name: _member(contract, name) for name in contract.stats.properties},
        "rates": contract.rates,
        "notices": [*contract.notices, *forms_of(contract).notices],
    }


def _response(response: Response) -> dict[str, Any]:
    return {
        "description": response.description,
        "mediaType": response.media_type,
        "headers": [name for name, _ in response.headers],
    }


def _member(contract: Contract, name: str) -> dict[str, Any]:
    pointer = contract.stats.properties[name]
    schema = contract.at(pointer)
    schema = schema if isinstance(schema, dict) else {}
    return {
        "required": name in contract.stats.required,
        "types": sorted(contract.schemas.types(pointer)),
        "format": schema.get("format"),
        "description": schema.get("description", ""),
        "line": contract.schemas.place(pointer).line,
    }


def contract_lines(contract: Contract) -> Iterator[str]:
    """Yield what a contract says, line by line."""
    data = contract_as_data(contract)
    operation, security = data["operation"], data["security"]
    yield typer.style(one_line(f"{data['title']}, version {data['version']}"), bold=True)
    yield ""
    yield f"  Source     {one_line(data['source'])}"
    yield f"  Operation  {one_line(operation['method'])} {one_line(operation['path'])} (line {operation['line']})"
    for label, server in _labelled("Servers", data["servers"] or ["none"]):
        yield f"  {label} {one_line(server)}"
    places = [f"{each['in']} {each['name']}: {each['value']}" for each in security["places"]]
    optional = [] if security["required"] else ["requests without a key are allowed too"]
    for label, place in _labelled("API key", [*places, *optional]):
        yield f"  {label} {one_line(place)}"
    required = [f"{each['in']} {each['name']}: {each['example']}" for each in data["parameters"]]
    for label, parameter in _labelled("Required", required):
        yield f"  {label} {one_line(parameter)}"
    yield ""
    yield "  Responses"
    for status, response in data["responses"].items():
        about = " ".join(filter(None, (response["mediaType"] or "no body", response["description"])))
        yield f"    {one_line(status):<8} {one_line(about)}"
    yield ""
    yield f"  Stats ({len(data['stats'])} members, of which {len(contract.stats.required)} are required)"
    for name, member in data["stats"].items():
        yield f"    {one_line(name):<{_LIST_WIDTH}} {one_line(_type(member))}"
    yield from _notices(data["notices"])


def _labelled(label: str, items: list[str]) -> Iterator[tuple[str, str]]:
    for index, item in enumerate(items):
        yield f"{'' if index else label:<10}", item


def _type(member: Mapping[str, Any]) -> str:
    kind = " or ".join(member["types"]) or "any"
    return (
        f"{kind}{' (' + member['format'] + ')' if member['format'] else ''}{'' if member['required'] else ', optional'}"
    )


def _notices(notices: list[str]) -> Iterator[str]:
    if notices:
        yield ""
    for notice in notices:
        yield f"  {typer.style('note', fg=typer.colors.YELLOW)}  {one_line(notice)}"
