"""Documentation of the contract and of the control API, as pages without scripts or external resources."""

import json
import shlex
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_mock.mock import Mock

_POLICY = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

HEADERS = {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}
"""Response headers of these pages: no scripts, no frames, and no copy in a cache."""

_environment = Environment(loader=PackageLoader("migma_mock"), autoescape=True, undefined=StrictUndefined)
_environment.filters["in_shell"] = lambda text: shlex.quote(str(text))
_as_json = partial(json.dumps, indent=2, ensure_ascii=False)


def render_docs(mock: Mock, base_url: str) -> str:
    """Return the page ``/docs``, with examples for a base URL."""
    campaigns = mock.accounts.built_in.state.campaigns.values()
    examples = [(campaign, _as_json(json.loads(campaign.reply.body))) for campaign in campaigns]
    return _environment.get_template("docs.html").render(mock=mock, base_url=base_url, examples=examples)


def render_control_docs(document: dict[str, Any]) -> str:
    """Return the page ``/__mock__/docs`` from the OpenAPI document of the control API."""
    template = _environment.get_template("control_docs.html")
    return template.render(document=document, schema_name=_schema_name, as_json=_as_json)


def _schema_name(node: dict[str, Any] | None) -> str:
    """Return the name of the schema of a JSON body; "" if there is none."""
    schema = (node or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", schema.get("items", {}).get("$ref", ""))).rpartition("/")[2]
