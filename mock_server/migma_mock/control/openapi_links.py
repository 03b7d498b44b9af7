"""Links of the OpenAPI document: what can be done with what a route has made, for tools that chain requests."""

import re
from typing import Any

from migma_mock.control_access import PREFIX

_ACCOUNT = f"{PREFIX}/accounts/{{account_id}}"
_SAME_ACCOUNT = {"account_id": "$request.path.account_id"}
_MADE = {
    (f"{PREFIX}/accounts", "post"): {"account_id": "$response.body#/id"},
    (f"{_ACCOUNT}/faults", "post"): {**_SAME_ACCOUNT, "fault_id": "$response.body#/id"},
    (f"{_ACCOUNT}/campaigns/{{campaign_id}}", "put"): {**_SAME_ACCOUNT, "campaign_id": "$response.body#/id"},
}
"""Routes that make something, and where the parameters of its own routes come from then."""


def with_links(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a link from each route that makes something to all routes that take just that."""
    for (path, method), parameters in _MADE.items():
        responses = document["paths"][path][method]["responses"]
        made = next(response for status, response in responses.items() if status.startswith("2"))
        made["links"] = {
            operation["operationId"]: {"operationId": operation["operationId"], "parameters": parameters}
            for template, item in document["paths"].items()
            if set(re.findall(r"{(\w+)}", template)) == parameters.keys()
            for operation in item.values()
        }
    return document
