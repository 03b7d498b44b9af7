"""The reference page of the control API, from its OpenAPI document."""

from typing import Any

from migma_mock.accounts.account import BUILT_IN
from migma_mock.faults import FAULTS
from migma_mock.http.application import create_app
from tools.reference.json_schema import kind, members
from tools.reference.markdown import page, prose, table

_INTRODUCTION = f"""\
The HTTP API that controls a running mock, for tests and scripts in any language; the dashboard uses it too. Bodies
are JSON, sent with `Content-Type: application/json`. Errors have the vendor's envelope. A running mock serves this
reference at `/__mock__/docs` and the OpenAPI document at `/__mock__/openapi.json`. The account of the built-in keys
is called `{BUILT_IN}`. Every route with GET also answers HEAD. If the mock does not listen on loopback only, the
control API requires a token: see [settings](settings.md)."""

_ELSEWHERE = {"CampaignFile": "fixture-format.md#campaignfile", "Fault": "faults.md"}
_SCHEMAS = "#/components/schemas/"


def control_api_page() -> str:
    """Return the page: every route, and the objects in requests and responses."""
    document = create_app(fixtures=None, reload=False).openapi()
    schemas = document["components"]["schemas"]
    routes = [(m, path, it) for path, item in document["paths"].items() for m, it in item.items()]
    parts = [table(["route", "what it does"], (_overview(*route) for route in routes))]
    parts += [_route(*route) for route in routes]
    wanted = _reached(document["paths"], schemas)
    parts.append("## Objects")
    parts += [f"### {name}\n\n{_object(schemas[name])}" for name in schemas if name in wanted]
    return page("Control API", _INTRODUCTION, *parts)


def _title(method: str, path: str) -> str:
    return f"{method.upper()} {path.removeprefix('/__mock__')}"


def _overview(method: str, path: str, route: dict[str, Any]) -> tuple[str, str]:
    return f"`{method.upper()} {path}`", prose(route.get("description")).partition("\n\n")[0]


def _route(method: str, path: str, route: dict[str, Any]) -> str:
    lines = [f"## {_title(method, path)}", prose(route.get("description"))]
    query = [each for each in route.get("parameters", []) if each["in"] != "path"]
    if query:
        rows = (
            (f"`{each['name']}`", each["in"], kind(each["schema"], _link), prose(each.get("description")))
            for each in query
        )
        lines.append(table(["parameter", "in", "type", "meaning"], rows))
    if "requestBody" in route:
        lines.append(f"Body: {_body(route['requestBody'])}.")
    answers = [f"{status} {_body(it)}".strip() for status, it in route["responses"].items() if status < "300"]
    refusals = ", ".join(sorted(status for status in route["responses"] if status >= "300"))
    lines.append(f"Responses: {'; '.join([*answers, *([f'errors {refusals}'] if refusals else [])])}.")
    return "\n\n".join(lines)


def _body(node: dict[str, Any]) -> str:
    """Return the type of a JSON body, or the media types of other bodies."""
    content = node.get("content", {})
    if "application/json" in content:
        return kind(content["application/json"].get("schema", {}), _link)
    return ", ".join(f"`{name}`" for name in content)


def _object(schema: dict[str, Any]) -> str:
    text = prose(schema.get("description"))
    if schema.get("properties"):
        text += f"\n\n{members(schema, _link)}"
    return text


def _link(name: str) -> str:
    return f"[{name}]({_ELSEWHERE.get(name, f'#{name.lower()}')})"


def _reached(node: Any, schemas: dict[str, Any]) -> set[str]:
    """Return the names of schemas that a node refers to, directly or not, without those that have their own page."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
            name = str(item.get("$ref", "")).removeprefix(_SCHEMAS)
            if name in schemas and name not in found and name not in _ELSEWHERE and name not in _FAULTS:
                found.add(name)
                waiting.append(schemas[name])
    return found


_FAULTS = {entry.__name__ for entry in FAULTS.values()}
