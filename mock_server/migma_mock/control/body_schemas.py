"""OpenAPI schemas of the bodies that routes validate themselves and not through FastAPI."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from migma_mock.campaigns.campaign_file import CampaignFile
from migma_mock.faults.catalogue import FAULTS, AnyFaultSpec
from migma_mock.scenarios.arming import ScenarioChoice

EXAMPLE_ID = "spring-sale"

_COMPONENTS = "#/components/schemas/"

_BODIES: dict[str, tuple[Any, Mapping[str, Any]]] = {
    "CampaignFile": (
        CampaignFile,
        {
            "id": EXAMPLE_ID,
            "title": "Spring sale",
            "description": "Sent two hours ago, still growing.",
            "growth": {"recipients": 20_000, "sentAt": "-2h"},
        },
    ),
    "Fault": (AnyFaultSpec, FAULTS["status"].example),
    "ScenarioChoice": (ScenarioChoice, {"name": "outage-503"}),
}
"""The type of each body, and an example."""


def body_schema(name: str) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a route with such a body."""
    content = {"schema": {"$ref": _COMPONENTS + name}, "example": _BODIES[name][1]}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def with_body_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """Add the schemas that :func:`body_schema` refers to, and return the OpenAPI document."""
    for name, (type_, _) in _BODIES.items():
        schema = TypeAdapter(type_).json_schema(ref_template=_COMPONENTS + "{model}")
        document["components"]["schemas"] |= {**schema.pop("$defs", {}), name: schema}
    return document
