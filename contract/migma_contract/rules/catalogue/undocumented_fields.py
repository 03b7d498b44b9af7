"""Rules on new fields: nothing breaks, but they are worth knowing."""

from collections.abc import Iterator, Mapping

from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, json_body
from migma_contract.strict_json import describe_json


def _undocumented_fields(response: ParsedResponse) -> Iterator[tuple[str, object]]:
    """Yield the fields that the contract does not declare, and that are no renamed or moved ones, with their values."""
    if not isinstance(response.value, Mapping):
        return
    explained = {field.found_at for field in response.missing_fields if field.found_at}
    if response.misplaced_stats is not None:
        explained.add(response.misplaced_stats)
    for declared in response.declared_objects:
        for name in declared.undeclared:
            at = f"{declared.pointer}{pointer(name)}"
            if not any(found == at or found.startswith(f"{at}/") for found in explained):
                yield at, declared.value[name]


def _undocumented(response: ParsedResponse) -> Iterator[Violation]:
    schema = response.documented.schema_pointer or ""
    for at, value in _undocumented_fields(response):
        message = f"The contract does not have the field {at.rpartition('/')[2]}."
        yield Violation(response.at(at), message, "fields in the contract", describe_json(value), schema)


RULES = (
    Rule(
        "undocumented-field",
        Level.INFO,
        "All fields are in the contract.",
        "Nothing breaks in a client that ignores unknown fields; strict ones reject the response.",
        "openapi.json, properties of the schema; the vendor's docs introduction shows metadata, the contract does not",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…, "spamReports": 3}}',
        check_response=json_body(_undocumented),
    ),
)
