"""Rules on new fields: nothing breaks, but they are worth knowing."""

from collections.abc import Iterator

from migma_contract.finding import Violation
from migma_contract.json_pointer import escape
from migma_contract.rules.analysis.locations import shown_name
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import info, json_body
from migma_contract.strict_json import describe_json

_MAX_DESCRIBED = 1000
"""Most fields of an object that are described one by one; a report shows fewer, by place, and counts the others."""


def _undocumented(response: ParsedResponse) -> Iterator[Violation]:
    """Yield the fields that the contract does not declare, and that are no renamed or moved ones."""
    explained = [field.found_at for field in response.missing_fields if field.found_at]
    if response.misplaced_stats is not None:
        explained.append(response.misplaced_stats)
    # With the objects around them, so that one look-up is enough for each of a hundred thousand fields.
    explained_within = {found[:end] for found in explained for end in _ends(found)}
    expected, schema = "fields in the contract", response.documented.schema_pointer or ""
    for declared in response.declared_objects:
        pointers = ((f"{declared.pointer}/{escape(name)}", name) for name in declared.undeclared)
        fields = sorted((response.at(at), name) for at, name in pointers if at not in explained_within)
        for where, name in fields[:_MAX_DESCRIBED]:
            message, got = (
                f"The contract does not have the field {shown_name(name)}.",
                describe_json(declared.value[name]),
            )
            yield Violation(where, message, expected, got, schema, exchange=response.index)
        for where, _ in fields[_MAX_DESCRIBED:]:
            yield Violation(
                where, "The contract does not have this field.", expected, "a value", schema, None, response.index
            )


def _ends(found: str) -> list[int]:
    """Return where the pointers to a value and to each of the objects around it end."""
    return [at for at, character in enumerate(found) if at and character == "/"] + [len(found)]


RULES = (
    info(
        "undocumented-field",
        "All fields are in the contract.",
        "Nothing breaks in a client that ignores unknown fields; strict ones reject the response.",
        "openapi.json, properties of the schema; the vendor's docs introduction shows metadata, the contract does not",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…, "spamReports": 3}}',
        json_body(_undocumented, lambda response: response.envelope is not None),
    ),
)
