"""The page of faults, from their closed list."""

import json

from migma_mock.faults import FAULTS, FaultSpec
from tools.reference.json_schema import members
from tools.reference.markdown import block, page, plain, prose, table

_INTRODUCTION = """\
The closed list of ways to answer badly. A fault is armed through the [control API](control-api.md), by
`migma_mock.fault(…)` in [pytest](../testing.md), or stands in a step of a [script](fixture-format.md#stepfile).
How to use them: [faults](../faults.md)."""


def faults_page() -> str:
    """Every fault: what it does, what clients make of it, an example, its own members."""
    shared = FaultSpec.model_json_schema()
    common = {**shared, "properties": {k: v for k, v in shared["properties"].items() if k in FaultSpec.model_fields}}
    overview = table(["kind", "what it does"], ((f"[`{k}`](#{k})", plain(each.sentence)) for k, each in FAULTS.items()))
    parts = [overview, f"## Members that all have\n\n{members(common, _name)}"]
    for kind, entry in FAULTS.items():
        schema = entry.spec.model_json_schema()
        own = {name: it for name, it in schema["properties"].items() if name not in FaultSpec.model_fields}
        parts += [
            f"## {kind}",
            plain(entry.sentence),
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
