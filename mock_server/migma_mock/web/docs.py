"""Documentation of the contract and of the control API, as pages without scripts or external resources."""

import json
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from migma_mock.campaigns.origin import own_first
from migma_mock.messages.reply import Reply
from migma_mock.mock import Mock
from migma_mock.web.icon import icon_url
from migma_mock.web.page_headers import page_headers

HEADERS = page_headers({"style-src": "'unsafe-inline'"}, cache_control="no-store")
"""Response headers of these pages: no scripts, no frames, and no copy in a cache."""

_environment = Environment(loader=PackageLoader("migma_mock"), autoescape=True, undefined=StrictUndefined)
_environment.globals["icon_url"] = icon_url
_as_json = partial(json.dumps, indent=2, ensure_ascii=False)


def render_docs(mock: Mock, base_url: str) -> str:
    """Return the page ``/docs``, with examples for a base URL."""
    state = mock.accounts.built_in.state
    campaigns = sorted(state.campaigns.values(), key=own_first)
    examples = [(campaign, mock.engine.negotiator.preview(campaign, state)) for campaign in campaigns]
    faults = sum(not fault.exhausted for fault in state.faults.list())
    template = _environment.get_template("docs.html")
    return template.render(mock=mock, base_url=base_url, examples=examples, faults=faults, shown_body=_shown_body)


def _shown_body(reply: Reply) -> str:
    text = reply.body.decode("utf-8", "replace")
    try:
        return _as_json(json.loads(text))
    except ValueError:  # the step of a script has a fault
        return text


def render_control_docs(document: dict[str, Any]) -> str:
    """Return the page ``/__mock__/docs`` from the OpenAPI document of the control API."""
    template = _environment.get_template("control_docs.html")
    return template.render(document=document, schema_name=_schema_name, as_json=_as_json)


def _schema_name(node: dict[str, Any] | None) -> str:
    """Return the name of the schema of a JSON body; "" if there is none."""
    schema = (node or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", schema.get("items", {}).get("$ref", ""))).rpartition("/")[2]
