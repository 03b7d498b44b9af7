"""The reference page of faults, from their closed list."""

import json

from migma_mock.faults import FAULTS, FaultSpec
from tools.reference.json_schema import members
from tools.reference.markdown import block, page, plain, prose, table

_INTRODUCTION = """\
All kinds of faults. Arm a fault through the [control API](control-api.md) or with `migma_mock.fault(…)` in
[pytest](../testing.md), or put it into a step of a [script](fixture-format.md#stepfile). For a guide, see
[faults](../faults.md)."""


def faults_page() -> str:
    """Return the page: each fault with its effect, what clients see, an example and its fields."""
    shared = FaultSpec.model_json_schema()
    common = {**shared, "properties": {k: v for k, v in shared["properties"].items() if k in FaultSpec.model_fields}}
    overview = table(["kind", "effect"], ((f"[`{k}`](#{k})", plain(each.sentence())) for k, each in FAULTS.items()))
    parts = [overview, f"## Fields of every fault\n\n{members(common, _name)}"]
    for kind, entry in FAULTS.items():
        schema = entry.model_json_schema()
        own = {name: it for name, it in schema["properties"].items() if name not in FaultSpec.model_fields}
        parts += [
            f"## {kind}",
            plain(entry.sentence()),
            f"A client sees: {plain(entry.client_sees)}.",
            block("json", json.dumps(entry.example)),
        ]
        if own:
            parts.append(members({**schema, "properties": own}, _name))
        parts += [_nested(name, nested) for name, nested in schema.get("$defs", {}).items() if nested.get("properties")]
    return page("Faults", _INTRODUCTION, *parts)


def _nested(name: str, schema: dict[str, object]) -> str:
    return f"`{_name(name)}`: {prose(str(schema.get('description', '')))}\n\n{members(schema, _name)}"


def _name(schema: str) -> str:
    return schema if schema != "Fault" else "string"
