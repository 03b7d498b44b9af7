"""Rules about members that are new: nothing breaks, and it is worth knowing."""

from collections.abc import Iterator, Mapping

from migma_contract.finding import Level
from migma_contract.json_pointer import pointer
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.rules.rule import Rule, Violation, of_json
from migma_contract.strict_json import describe_json


def _unnamed(answer: ParsedResponse) -> Iterator[tuple[str, object]]:
    """Members that the contract does not declare, and that no departure explains, each with its value."""
    if not isinstance(answer.value, Mapping):
        return
    explained = {departure.to for departure in answer.missing_fields if departure.to}
    if answer.misplaced_stats is not None:
        explained.add(answer.misplaced_stats)
    for place in answer.places:
        for name in place.unknown:
            at = f"{place.pointer}{pointer(name)}"
            if not any(to == at or to.startswith(f"{at}/") for to in explained):
                yield at, place.value[name]


def _undocumented(answer: ParsedResponse) -> Iterator[Violation]:
    for where, value in _unnamed(answer):
        name = where.rpartition("/")[2]
        says = f"The contract does not have the member {name}."
        schema = answer.response.schema_pointer or ""
        yield Violation(answer.at(where), says, "members that the contract has", describe_json(value), schema)


RULES = (
    Rule(
        "undocumented-field",
        Level.INFO,
        "Members are those that the contract has.",
        "Nothing breaks in a client that ignores what it does not know; strict ones refuse the answer.",
        "openapi.json, properties of the schema; the vendor's docs introduction shows metadata, the contract does not",
        'HTTP/1.1 200 OK\n\n{"success": true, "data": {…, "spamReports": 3}}',
        answer=of_json(_undocumented),
    ),
)
