"""The rule on the form of all responses of a run: a field has one type."""

from collections.abc import Iterator, Sequence
from typing import Any

from migma_contract.finding import Level, Violation
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.locations import STATS_POINTER
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.analysis.reads import judgeable_responses
from migma_contract.rules.rule import warning
from migma_contract.strict_json import type_names


def _inconsistent_shape(run: Sequence[ParsedResponse]) -> Iterator[Violation]:
    """Yield the fields with different types in different responses, unless a rule on one response reports them."""
    types: dict[str, str] = {}
    for response in judgeable_responses(run):
        reported = {each.pointer for each in response.violations} | {f.found_at for f in response.missing_fields}
        if response.misplaced_stats is not None:
            reported.add(STATS_POINTER)
        for declared in response.declared_objects:
            for name in declared.compared:
                at, json_type = f"{declared.pointer}{pointer(name)}", _json_type(declared.value[name])
                if at in reported or json_type == "null":
                    continue
                earlier = types.setdefault(response.at(at), json_type)
                if earlier != json_type:
                    level = None if name in declared.fields.properties else Level.INFO
                    message = f"{name} is {json_type} in one response and {earlier} in another."
                    schema = declared.fields.properties.get(name, "")
                    yield response.violation(at, message, f"{earlier} every time", json_type, schema, level=level)


def _json_type(value: Any) -> str:
    """Return the JSON type of a value, with one type for all numbers."""
    name = next(name for kind, name in type_names.items() if isinstance(value, kind))
    return "number" if name == "integer" else name


RULES = (
    warning(
        "response-shape-inconsistent",
        "A field has the same type in every response, between reads and between campaigns.",
        "A client that was written for one response fails on another.",
        "openapi.json: one schema for every campaign",
        'campaign 1: {"success": true, "data": {…}, "metadata": {"cached": true}}\n'
        'campaign 2: {"success": true, "data": {…}, "metadata": "cached"}',
        check_run=_inconsistent_shape,
        comparisons=lambda run: max(0, len(list(judgeable_responses(run))) - 1),
    ),
)
