"""Changes for fields: new ones are declared, and missing ones become optional."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from migma_contract.json_pointer import pointer, tokens
from migma_contract.openapi.patch.draft import Draft
from migma_contract.openapi.patch.evidence import Evidence
from migma_contract.openapi.patch.inferred_schema import inferred_schema
from migma_contract.openapi.patch.operation import Effect
from migma_contract.rules.analysis.locations import DeclaredObject
from migma_contract.rules.analysis.missing_fields import MissingField
from migma_contract.rules.analysis.parsed_response import ParsedResponse
from migma_contract.strict_json import describe_json
from migma_contract_tests.patch.observed import Observed

CLOSED = frozenset({"additionalProperties", "unevaluatedProperties"})
"""Keywords by which an object may have no other fields."""

_MAX_NEW = 100
"""New fields of one object that are declared; more are keys of a map, which nobody should list in a document."""


class NewField(NamedTuple):
    """A field of a response that the contract does not have.

    Attributes:
        place: JSON pointer to the schema that should have it.
        name: Its name.
        value: The value that was seen.
        evidence: Where it was seen.
        effect: ``breaking`` in an object that may have no other fields: a client may rely on that.
    """

    place: str
    name: str
    value: Any
    evidence: Evidence
    effect: Effect


def declare_new_fields(observed: Observed) -> None:
    """Declare the new fields at the places of the findings, with the types that were seen."""
    declare(observed.draft, _new_fields(observed))


def _new_fields(observed: Observed) -> Iterator[NewField]:
    for response in observed.responses:
        for declared in response.declared_objects:
            for name in new_names(declared):
                where = response.at(f"{declared.pointer}{pointer(name)}")
                rule = observed.rule_at(where)
                if rule:
                    yield from new_field(
                        observed.draft, response, declared, name, Evidence(rule, where, response.index, "")
                    )


def allow_missing(observed: Observed) -> None:
    """Make the missing fields at the places of the findings optional; of renamed or moved ones, declare the new one."""
    found: list[NewField] = []
    for response in observed.responses:
        for field in response.missing_fields:
            where = response.at(field.pointer)
            rule = observed.rule_at(where)
            if rule:
                evidence = Evidence(rule, where, response.index, f"no field {field.name}")
                found += _where_it_is(observed.draft, response, field, evidence)
                if field.required:
                    _make_optional(observed.draft, field, evidence)
    declare(observed.draft, found)


def new_names(declared: DeclaredObject) -> list[str]:
    """Return the names of an object that the contract does not have; none if there are too many."""
    names = declared.undeclared
    return names if len(names) <= _MAX_NEW else []


def new_field(
    draft: Draft, response: ParsedResponse, declared: DeclaredObject, name: str, evidence: Evidence
) -> Iterator[NewField]:
    """Yield a field of an object that the contract does not have, if a schema of the object could have it."""
    place = _schema_of_fields(draft, declared)
    if place is not None:
        value = declared.value[name]
        is_closed = any(each.pointer == declared.pointer and each.keyword in CLOSED for each in response.violations)
        seen = evidence._replace(seen=f"{name}: {describe_json(value)}")
        yield NewField(place, name, value, seen, "breaking" if is_closed else "additive")


def declare(draft: Draft, fields: Iterable[NewField]) -> None:
    """Declare new fields; one that several responses have allows what was seen in all of them."""
    by_place: dict[tuple[str, str], list[NewField]] = {}
    for field in fields:
        by_place.setdefault((field.place, field.name), []).append(field)
    for (place, name), found in by_place.items():
        schema = inferred_schema([each.value for each in found], is_30=draft.is_30)
        for each in found:
            draft.put(f"{place}/properties", name, schema, each.evidence, each.effect)


def _where_it_is(draft: Draft, response: ParsedResponse, field: MissingField, evidence: Evidence) -> Iterator[NewField]:
    """Yield the field that has the value of a missing one now, or the outermost new one around it."""
    if field.found_at is None:
        return
    way = tokens(field.found_at)
    known = {each.pointer: each for each in response.declared_objects}
    for length in range(len(way) - 1, -1, -1):
        declared = known.get(pointer(*way[:length]))
        if declared is not None:
            if way[length] in declared.undeclared:
                yield from new_field(draft, response, declared, way[length], evidence)
            return


def _make_optional(draft: Draft, field: MissingField, evidence: Evidence) -> None:
    """Remove the name of a field from the list that requires it."""
    schema = field.schema_pointer.rpartition("/required")[0]
    required = draft.at(f"{schema}/required")
    if not isinstance(required, list) or field.name not in required:
        return
    others = [each for each in required if each != field.name]
    if others:
        draft.put(schema, "required", others, evidence)
    else:  # OpenAPI 3.0 allows no empty list
        draft.remove(schema, "required", evidence)


def _schema_of_fields(draft: Draft, declared: DeclaredObject) -> str | None:
    """Return the JSON pointer to the schema that should have another field of an object.

    Of several schemas that declare fields of it, that is the one that fewest places refer to, so that the change says
    little about other responses; of those, the last one, which is the most particular.
    """
    places = dict.fromkeys(each.rpartition("/properties/")[0] for each in declared.fields.properties.values())
    return min(reversed(places), key=lambda place: len(draft.users(place)), default=None)
