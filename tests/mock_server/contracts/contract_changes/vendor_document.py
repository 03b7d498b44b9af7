"""A whole document like the vendor's: 75 operations, references to other files, and schemas in circles.

It is written by this code rather than kept, since it has 100 kB.
"""

import copy
import json
from typing import Any

from contract_changes.change import PATH, Document
from contract_changes.trying import BUILT_IN

_RESOURCES = (
    *("projects", "contacts", "segments", "tags", "topics", "emails", "domains", "webhooks", "integrations", "assets"),
    *("previews", "validations", "campaigns", "templates", "senders"),
)
OPERATIONS = 5 * len(_RESOURCES)
"""Five for each resource; the operation with the stats is one of them."""


def vendor_document(version: str, *, server_path: str = "") -> Document:
    """Return the document in an OpenAPI version.

    Args:
        version: ``3.0.3`` or ``3.1.0``.
        server_path: The part of the path that the server has, such as ``/v1``.
    """
    document = copy.deepcopy(BUILT_IN)
    document["openapi"] = version
    document["servers"] = [{"url": f"https://api.migma.ai{server_path}"}, {"url": f"https://eu.migma.ai{server_path}"}]
    document["paths"] = {}
    for number, name in enumerate(_RESOURCES):
        _add_resource(document, name, _RESOURCES[number - 1])
    campaigns = BUILT_IN["paths"][PATH]
    del document["paths"]["/v1/campaigns/{id}/archive"]
    document["paths"][PATH] = copy.deepcopy(campaigns)
    document["paths"]["/v1/exports"] = {"$ref": "paths/exports.yaml"}
    document["components"]["schemas"]["Legacy"] = {"$ref": "https://docs.migma.ai/schemas/legacy.json#/Legacy"}
    if server_path:
        paths = document["paths"].items()
        document["paths"] = {path.removeprefix(server_path): item for path, item in paths}
    return document


def _add_resource(document: Document, name: str, related: str) -> None:
    """Add a resource with five operations; its schema refers to the one before and to itself."""
    schemas, paths = document["components"]["schemas"], document["paths"]
    kind, other = name.title(), related.title()
    schemas[kind] = {
        "type": "object",
        "required": ["id", "createdAt"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9a-fA-F]{24}$"},
            "createdAt": {"type": "string", "format": "date-time"},
            "related": {"$ref": f"#/components/schemas/{other}"},
            "children": {"type": "array", "items": {"$ref": f"#/components/schemas/{kind}"}},
            "meta": {"oneOf": [{"$ref": "meta.yaml#/Meta"}, {"type": "object", "additionalProperties": True}]},
            **{f"field{number}": {"type": "string", "description": "Some text. " * 8} for number in range(30)},
        },
    }
    schemas[f"{kind}List"] = {"type": "array", "items": {"$ref": f"#/components/schemas/{kind}"}}
    paths[f"/v1/{name}"] = {
        "get": _operation(f"List{kind}", f"{kind}List", [{"$ref": "parameters.yaml#/Limit"}]),
        "post": {**_operation(f"Create{kind}", kind, []), "requestBody": {"$ref": f"bodies.yaml#/{kind}"}},
    }
    one = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    paths[f"/v1/{name}/{{id}}"] = {
        "parameters": one,
        "get": _operation(f"Get{kind}", kind, []),
        "delete": _operation(f"Delete{kind}", kind, []),
    }
    paths[f"/v1/{name}/{{id}}/archive"] = {"parameters": one, "get": _operation(f"Archive{kind}", kind, [])}


def _operation(operation_id: str, schema: str, parameters: list[Document]) -> Document:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "operationId": operation_id,
        "parameters": parameters,
        "responses": {"200": {"description": "Done", "content": content}, "404": {"$ref": "errors.yaml#/NotFound"}},
    }


def operations(document: Document) -> int:
    """Return how many operations a document has."""
    return sum(method in item for item in document["paths"].values() for method in ("get", "post", "put", "delete"))


def as_yaml(document: Any) -> bytes:
    """Return a document as YAML."""
    import yaml  # slow to import, and for these documents only

    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()


def as_json(document: Any) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document).encode()
