"""Change: one way in which a document differs from the built-in contract."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Document = dict[str, Any]
Outcome = Literal["served", "adapted", "refused"]

PATH = "/v1/campaigns/{id}/stats"


@dataclass(frozen=True)
class Change:
    """One changed document.

    Attributes:
        name: What is changed, in a few words, for the table.
        edit: Changes a copy of the built-in document.
        outcome: ``served`` as it is, ``adapted`` with a note, or ``refused``.
        says: A part of the note or of the refusal.
        path: The path of a campaign's stats; "" for the built-in one.
        status: The status of a request to it with the key.
    """

    name: str
    edit: Callable[[Document], object]
    outcome: Outcome
    says: str = ""
    path: str = PATH
    rates: Literal["fraction", "percent"] = "fraction"

    def apply(self, document: Document) -> Document:
        """Return the changed document."""
        changed = copy.deepcopy(document)
        self.edit(changed)
        return changed


def get(document: Document) -> Document:
    """Return the operation."""
    return document["paths"][PATH]["get"]


def schemas(document: Document) -> Document:
    """Return the schemas."""
    return document["components"]["schemas"]


def stats(document: Document) -> Document:
    """Return the schema of the stats."""
    return schemas(document)["CampaignStats"]


def fields(document: Document) -> Document:
    """Return the fields of the stats."""
    return stats(document)["properties"]


def require(document: Document, name: str, schema: Document) -> None:
    """Add a required field to the stats."""
    fields(document)[name] = schema
    stats(document)["required"].append(name)


def respond(document: Document, status: str, schema: Document, **more: Any) -> None:
    """Document a response with a JSON body."""
    content = {"application/json": {"schema": schema}}
    get(document)["responses"][status] = {"description": f"Status {status}", "content": content, **more}


def error(document: Document, status: str) -> None:
    """Document an error response with the vendor's envelope."""
    respond(document, status, {"$ref": "#/components/schemas/ApiError"})


def need(document: Document, name: str, where: str, schema: Document, **more: Any) -> None:
    """Add a required parameter."""
    get(document)["parameters"].append({"name": name, "in": where, "required": True, "schema": schema, **more})


def moved(document: Document, path: str, **get_changes: Any) -> None:
    """Move the operation to another path."""
    operation = {**get(document), **get_changes}
    document["paths"] = {path: {"get": {name: value for name, value in operation.items() if value is not None}}}


def scheme(document: Document, **definition: Any) -> None:
    """Replace the security scheme."""
    document["components"]["securitySchemes"]["apiKeyAuth"] = definition
